using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using MqttChat.Domain.Signals;
using MqttChat.Domain.Telemetry;
using MqttChat.Tests.Support;
using MqttChat.Web.Mqtt;

namespace MqttChat.Tests.Mqtt;

/// <summary>One instance's MQTT parts, without a host.</summary>
internal sealed class MqttRig : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _running = [];

    public MqttRig(MqttOptions settings, LoginWork? logins = null)
    {
        Settings = settings;
        Embedded = new(Options.Create(settings), logins ?? LoginWork.None, TimeProvider.System, NullLogger<EmbeddedBroker>.Instance);
        Connector = new(Options.Create(settings), Embedded, TimeProvider.System);
        Status = new(TimeProvider.System);
        Hub = new(NullLogger<SignalHub>.Instance);
        var security = new DynamicSecurity(Connector, Options.Create(settings), TimeProvider.System, NullLogger<DynamicSecurity>.Instance);
        Access = new(Options.Create(settings), Embedded, security, TimeProvider.System, NullLogger<BrokerAccess>.Instance);
        Signals = new(Connector, Hub, Status, Options.Create(settings), TimeProvider.System, NullLogger<SignalSession>.Instance);
    }

    public MqttOptions Settings { get; }

    public EmbeddedBroker Embedded { get; }

    public BrokerConnector Connector { get; }

    public BrokerAccess Access { get; }

    public BrokerStatus Status { get; }

    public SignalHub Hub { get; }

    public SignalSession Signals { get; }

    public IngestCounters Counters { get; } = new();

    public static MqttOptions For(int port, string password = MosquittoProcess.AppPassword) =>
        new() { Host = "127.0.0.1", Port = port, Username = MosquittoProcess.AppUser, Password = password };

    public static MqttRig On(MosquittoProcess broker) => new(For(broker.Port));

    public MqttRig RunSignals()
    {
        _running.Add(Signals.RunAsync(_stop.Token));
        return this;
    }

    public async Task<MqttRig> ConnectedAsync()
    {
        RunSignals();
        await Eventually.TrueAsync(() => Status.Current.Connected);
        return this;
    }

    public IngestSession Ingest(IngestWork work, int receiveMaximum = 200, int partition = 0)
    {
        var ingest = Options.Create(new IngestOptions { ReceiveMaximum = receiveMaximum });
        return new(partition, Connector, work, Counters, Hub, Options.Create(Settings), ingest, TimeProvider.System, NullLogger<IngestSession>.Instance);
    }

    public void RunDiscovery(HearWork hear) => _running.Add(
        new DiscoverySession(Connector, hear, Options.Create(Settings), TimeProvider.System, NullLogger<DiscoverySession>.Instance).RunAsync(_stop.Token));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running).WaitAsync(TimeSpan.FromSeconds(60));
        await Embedded.StopAsync(CancellationToken.None);
        Embedded.Dispose();
        _stop.Dispose();
    }
}

using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using MQTTnet.Server;

namespace MqttChat.Web.Mqtt;

/// <summary>
/// The broker in this process, for a house that has none. The app's own sessions reach it over TCP like any other. A port
/// that is taken is tried again and again; the app serves meanwhile. Nothing is kept on disk.
/// </summary>
internal sealed class EmbeddedBroker(IOptions<MqttOptions> settings, TimeProvider clock, ILogger<EmbeddedBroker> logger) : BackgroundService
{
    /// <summary>Per client, for a session that is away or slow; beyond it the oldest are dropped.</summary>
    private const int PendingMessages = 100_000;

    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(5);

    private readonly EmbeddedGuard _guard = new(settings.Value, Convert.ToHexString(RandomNumberGenerator.GetBytes(24)));
    private MqttServer? _server;

    /// <summary>Where it listens and how the app logs in; null while it does not.</summary>
    public BrokerEndpoint? Endpoint { get; private set; }

    /// <summary>Why it does not listen.</summary>
    public string Trouble { get; private set; } = BrokerReasons.Unreachable;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (settings.Value.IsEmbedded)
        {
            await TryListenAsync().ConfigureAwait(false);
            await base.StartAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        Endpoint = null;
        if (_server is { IsStarted: true } server)
        {
            await server.StopAsync(new MqttServerStopOptions()).ConfigureAwait(false);
        }
    }

    public override void Dispose()
    {
        _server?.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (_server is null && !stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Retry, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!stoppingToken.IsCancellationRequested)
            {
                await TryListenAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task TryListenAsync()
    {
        settings.Value.Embedded.TryParse(out var wanted);
        var listen = new IPEndPoint(wanted!.Address, wanted.Port == 0 ? FreePort(wanted.Address) : wanted.Port);
        var server = Create(listen);
        try
        {
            await server.StartAsync().ConfigureAwait(false);
        }
        catch (Exception error) when (error is SocketException or InvalidOperationException || error.InnerException is SocketException)
        {
            var taken = (error as SocketException ?? error.InnerException as SocketException)?.SocketErrorCode == SocketError.AddressAlreadyInUse;
            Report(taken ? BrokerReasons.PortTaken : BrokerReasons.Unreachable, listen, error);
            server.Dispose();
            return;
        }

        _server = server;
        Endpoint = new(Reachable(listen.Address).ToString(), listen.Port, EmbeddedGuard.OwnUser, _guard.OwnPassword);
        logger.LogInformation("The embedded broker listens on {Endpoint}", listen);
    }

    private MqttServer Create(IPEndPoint listen)
    {
        var options = new MqttServerOptionsBuilder().WithDefaultEndpoint().WithDefaultEndpointPort(listen.Port)
            .WithPersistentSessions(true).WithMaxPendingMessagesPerClient(PendingMessages).WithKeepAlive().Build();
        options.PendingMessagesOverflowStrategy = MqttPendingMessagesOverflowStrategy.DropOldestQueuedMessage;
        var isV6 = listen.AddressFamily == AddressFamily.InterNetworkV6;
        options.DefaultEndpointOptions.BoundInterNetworkAddress = isV6 ? IPAddress.None : listen.Address;
        options.DefaultEndpointOptions.BoundInterNetworkV6Address = isV6 ? listen.Address : IPAddress.None;
        var server = new MqttServerFactory().CreateMqttServer(options, [new NamingAdapter()]);
        _guard.Protect(server);
        return server;
    }

    private void Report(string trouble, IPEndPoint listen, Exception error)
    {
        if (Trouble != trouble)
        {
            logger.LogError("The embedded broker cannot listen on {Endpoint} ({Reason}): {Detail}. It tries again every {Retry} s",
                listen, trouble, error.Message, Retry.TotalSeconds);
        }

        Trouble = trouble;
    }

    /// <summary>An address that listens on everything is reached over the loopback.</summary>
    private static IPAddress Reachable(IPAddress address) =>
        address.Equals(IPAddress.Any) ? IPAddress.Loopback : address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : address;

    private static int FreePort(IPAddress address)
    {
        using var probe = new TcpListener(address, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}

using System.Threading.Channels;
using MqttChat.Web.Mqtt;

namespace MqttChat.Web.Demo;

/// <summary>
/// A Tasmota plug: last will, discovery, STATE and SENSOR, and answers to <c>POWER</c> and <c>STATUS</c>. It reports every
/// TelePeriod, and between when its power jumps (PowerDelta).
/// </summary>
internal sealed class SimulatedPlug(PlugLabel label, TasmotaStyle style, SimulatedMeter meter, int volts, TimeProvider clock)
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    // PowerDelta 10 %, and never for a watt or two.
    private const double DeltaShare = 0.1;
    private const double DeltaWatts = 5;

    private readonly TasmotaSpeech _speech = new(label, style, meter, volts);
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly double[] _said = new double[meter.Channels];
    private readonly Channel<(string Name, string Word)> _commands = Channel.CreateBounded<(string, string)>(
        new BoundedChannelOptions(16) { FullMode = BoundedChannelFullMode.DropOldest });

    private DateTimeOffset _reportedAt;

    public PlugLabel Label => label;

    public SimulatedMeter Meter => meter;

    public TasmotaSpeech Speech => _speech;

    /// <summary>For how long it stays in reach of the house's network, and how long it is out of it then; null: for good.</summary>
    public (TimeSpan Stays, TimeSpan Leaves)? Reach { get; init; }

    /// <summary>Somebody switched it by command; must not block.</summary>
    public Action<bool>? Switched { get; set; }

    /// <summary>Its past is told: from now on it reports. Before, it only says that it is there.</summary>
    public void Begin() => _ready.TrySetResult();

    /// <summary>One connection, until it is lost or out of reach; throws <see cref="BrokerAwayException"/> when there is no broker.</summary>
    public async Task RunAsync(EmbeddedBroker broker, CancellationToken cancellation)
    {
        await using var link = await SimulatedPlugLink.ConnectAsync(
            broker, $"DVES_{label.Mac[^6..]}", _speech.WillTopic, _speech.WillPayload, _speech.CommandFilter,
            (topic, word) => _commands.Writer.TryWrite((topic[(topic.LastIndexOf('/') + 1)..], word)), cancellation);
        await link.PublishAsync(_speech.WillTopic, _speech.Hello, retain: true, cancellation);
        await link.PublishAsync(_speech.DiscoveryTopic("config"), _speech.DiscoveryConfig(), retain: true, cancellation);
        await link.PublishAsync(_speech.DiscoveryTopic("sensors"), _speech.DiscoverySensors(), retain: true, cancellation);
        await Task.WhenAny(_ready.Task, link.Lost).WaitAsync(cancellation);
        if (link.Lost.IsCompleted)
        {
            return;
        }

        _reportedAt = default;
        var since = clock.GetTimestamp();
        while (!link.Lost.IsCompleted && !(clock.GetElapsedTime(since) >= Reach?.Stays))
        {
            await AnswerAsync(link, cancellation);
            await ReportAsync(link, cancellation);
            using var pause = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            await Task.WhenAny(_commands.Reader.WaitToReadAsync(pause.Token).AsTask(), Task.Delay(Tick, clock, pause.Token), link.Lost);
            await pause.CancelAsync();
            cancellation.ThrowIfCancellationRequested();
        }
    }

    private async Task ReportAsync(SimulatedPlugLink link, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        meter.Count(now);
        var isTime = now - _reportedAt >= style.TelePeriod;
        if (!isTime && !Enumerable.Range(0, meter.Channels).Any(HasJumped))
        {
            return;
        }

        if (isTime)
        {
            _reportedAt = now;
            await link.PublishAsync(_speech.StateTopic, _speech.State(), retain: false, cancellation);
        }

        for (var channel = 0; channel < meter.Channels; channel++)
        {
            _said[channel] = meter.Watts(channel);
        }

        await link.PublishAsync(_speech.SensorTopic, _speech.Sensor(), retain: false, cancellation);
    }

    private bool HasJumped(int channel) =>
        Math.Abs(meter.Watts(channel) - _said[channel]) > Math.Max(DeltaWatts, DeltaShare * _said[channel]);

    private async Task AnswerAsync(SimulatedPlugLink link, CancellationToken cancellation)
    {
        while (_commands.Reader.TryRead(out var command))
        {
            meter.Count(clock.GetUtcNow());
            if (_speech.RelayOf(command.Name) is { } channel)
            {
                await SwitchAsync(link, channel, command.Word, cancellation);
            }
            else if (command.Name.Equals("STATUS", StringComparison.OrdinalIgnoreCase) && _speech.StatusAnswer(command.Word.Trim()) is { } answer)
            {
                await link.PublishAsync(_speech.StatusTopic(command.Word.Trim()), answer, retain: false, cancellation);
            }
        }
    }

    private async Task SwitchAsync(SimulatedPlugLink link, int channel, string word, CancellationToken cancellation)
    {
        if (_speech.Wanted(channel, word) is { } on)
        {
            meter.Switch(channel, on, clock.GetUtcNow());
            Switched?.Invoke(on);
        }

        await link.PublishAsync(_speech.ResultTopic, _speech.Result(channel), retain: false, cancellation);
        await link.PublishAsync(_speech.PowerTopic(channel), _speech.OnOff(channel), retain: false, cancellation);
        // So that the watts follow the word at once.
        _reportedAt = default;
    }
}

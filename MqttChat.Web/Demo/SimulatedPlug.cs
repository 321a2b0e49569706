using System.Globalization;
using System.Text.Json;
using System.Threading.Channels;
using MqttChat.Web.Mqtt;

namespace MqttChat.Web.Demo;

/// <summary>A Tasmota plug with its defaults: LWT, discovery, STATE and SENSOR, and answers to <c>cmnd/T/POWER</c>.</summary>
internal sealed class SimulatedPlug(string topic, string name, string mac, string model, SimulatedLoad load, TimeProvider clock)
{
    private static readonly TimeSpan ReportEvery = TimeSpan.FromSeconds(5);
    private static readonly DateTimeOffset FirstUse = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Channel<string> _commands = Channel.CreateBounded<string>(
        new BoundedChannelOptions(16) { FullMode = BoundedChannelFullMode.DropOldest });

    private bool _on = true;
    private double _totalKilowattHours;
    private DateTimeOffset _countedUntil;

    public string Topic => topic;

    public string Name => name;

    /// <summary>One connection, until it is lost; throws <see cref="BrokerAwayException"/> when there is no broker.</summary>
    public async Task RunAsync(EmbeddedBroker broker, CancellationToken cancellation)
    {
        if (_countedUntil == default)
        {
            // The counter goes on over restarts, as a real one does.
            _countedUntil = clock.GetUtcNow();
            _totalKilowattHours = (_countedUntil - FirstUse).TotalHours * load.MeanWatts / 1000;
        }

        await using var link = await SimulatedPlugLink.ConnectAsync(
            broker, $"DVES_{mac[^6..]}", $"tele/{topic}/LWT", "Offline", $"cmnd/{topic}/+",
            (heard, payload) => _commands.Writer.TryWrite($"{heard[(heard.LastIndexOf('/') + 1)..]} {payload}"), cancellation);
        await IntroduceAsync(link, cancellation);
        while (!link.Lost.IsCompleted)
        {
            await link.PublishAsync($"tele/{topic}/SENSOR", Sensor(), retain: false, cancellation);
            using var pause = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var command = _commands.Reader.WaitToReadAsync(pause.Token).AsTask();
            var next = Task.Delay(ReportEvery, clock, pause.Token);
            await Task.WhenAny(command, next, link.Lost);
            await pause.CancelAsync();
            cancellation.ThrowIfCancellationRequested();
            await AnswerAsync(link, cancellation);
        }
    }

    private async Task IntroduceAsync(SimulatedPlugLink link, CancellationToken cancellation)
    {
        await link.PublishAsync($"tele/{topic}/LWT", "Online", retain: true, cancellation);
        await link.PublishAsync($"tasmota/discovery/{mac}/config", Config(), retain: true, cancellation);
        await link.PublishAsync($"tasmota/discovery/{mac}/sensors", $$"""{"sn":{{Sensor()}},"ver":1}""", retain: true, cancellation);
        await link.PublishAsync($"tele/{topic}/STATE", State(), retain: false, cancellation);
    }

    private async Task AnswerAsync(SimulatedPlugLink link, CancellationToken cancellation)
    {
        while (_commands.Reader.TryRead(out var command))
        {
            var parts = command.Split(' ', 2);
            if (parts[0].ToUpperInvariant() is not ("POWER" or "POWER0" or "POWER1"))
            {
                continue;
            }

            Count();
            _on = parts[1].Trim().ToUpperInvariant() switch
            {
                "ON" or "1" or "TRUE" => true,
                "OFF" or "0" or "FALSE" => false,
                "TOGGLE" or "2" => !_on,
                _ => _on,
            };
            await link.PublishAsync($"stat/{topic}/RESULT", $$"""{"POWER":"{{OnOff}}"}""", retain: false, cancellation);
            await link.PublishAsync($"stat/{topic}/POWER", OnOff, retain: false, cancellation);
            await link.PublishAsync($"tele/{topic}/STATE", State(), retain: false, cancellation);
        }
    }

    private string OnOff => _on ? "ON" : "OFF";

    private double Watts(DateTimeOffset at) => _on ? load.WattsAt(at) : 0;

    private void Count()
    {
        var now = clock.GetUtcNow();
        _totalKilowattHours += Watts(now) * (now - _countedUntil).TotalHours / 1000;
        _countedUntil = now;
    }

    // The plug's clock runs in UTC, and as with every Tasmota the time does not say so.
    private string Time => clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);

    private string Sensor()
    {
        Count();
        var watts = Watts(_countedUntil);
        return JsonSerializer.Serialize(new
        {
            Time,
            ENERGY = new
            {
                TotalStartTime = "2026-01-01T00:00:00",
                Total = Math.Round(_totalKilowattHours, 3),
                Power = Math.Round(watts),
                ApparentPower = Math.Round(watts * 1.04),
                Factor = 0.96,
                Voltage = 230,
                Current = Math.Round(watts / 230, 3),
            },
        });
    }

    private string State() => JsonSerializer.Serialize(new { Time, Uptime = "1T02:03:04", POWER = OnOff, Wifi = new { RSSI = 84, Signal = -58 } });

    private string Config() => JsonSerializer.Serialize(new
    {
        ip = "192.0.2.10", dn = name, fn = new[] { name }, hn = topic, mac, md = model, ofln = "Offline", onln = "Online",
        state = new[] { "OFF", "ON", "TOGGLE", "HOLD" }, sw = "14.4.1", t = topic, ft = "%prefix%/%topic%/",
        tp = new[] { "cmnd", "stat", "tele" }, rl = new[] { 1, 0, 0, 0, 0, 0, 0, 0 }, ver = 1,
    });
}

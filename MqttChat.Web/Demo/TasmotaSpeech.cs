using System.Globalization;
using System.Text.Json;

namespace MqttChat.Web.Demo;

/// <summary>What a simulated Tasmota says, in its own style (<c>tasmota/docs</c>: MQTT.md, Commands.md).</summary>
internal sealed class TasmotaSpeech(PlugLabel label, TasmotaStyle style, SimulatedMeter meter, int volts)
{
    private static readonly DateTimeOffset Bought = new(2025, 3, 14, 9, 26, 53, TimeSpan.Zero);

    public string WillTopic => Topic(style.Telemetry, "LWT");

    public string WillPayload => style.Offline;

    public string Hello => style.Online;

    public string CommandFilter => Topic(style.Command, "+");

    public string SensorTopic => Topic(style.Telemetry, "SENSOR");

    public string StateTopic => Topic(style.Telemetry, "STATE");

    public string ResultTopic => Topic(style.Status, "RESULT");

    public string DiscoveryTopic(string part) => $"tasmota/discovery/{label.Mac}/{part}";

    public string StatusTopic(string number) => Topic(style.Status, $"STATUS{number}");

    public string PowerTopic(int channel) => Topic(style.Status, PowerName(channel));

    public string OnOff(int channel) => meter.IsOn(channel) ? style.On : style.Off;

    /// <summary>Power and counter as they stand where the meter has counted to.</summary>
    public string Sensor() => $"{{{Time()},{Energy()}}}";

    public string State() =>
        $"{{{Time()},\"Uptime\":\"11T02:03:04\",\"LoadAvg\":19,{Relays()},\"Wifi\":{{\"AP\":1,\"RSSI\":84,\"Signal\":-58}}}}";

    /// <summary>The answer to <c>STATUS 8</c> or <c>10</c>, and to <c>STATUS 11</c>.</summary>
    public string? StatusAnswer(string number) => number switch
    {
        "8" or "10" => $$"""{"StatusSNS":{{Sensor()}}}""",
        "11" => $$"""{"StatusSTS":{{State()}}}""",
        _ => null,
    };

    public string Result(int channel) => $$"""{"{{PowerName(channel)}}":"{{OnOff(channel)}}"}""";

    public string DiscoverySensors() => $$"""{"sn":{{Sensor()}},"ver":1}""";

    public string DiscoveryConfig() => JsonSerializer.Serialize(new
    {
        ip = "192.0.2.10", dn = label.Name, fn = new[] { label.Name }, hn = label.Topic, mac = label.Mac, md = label.Model,
        ofln = style.Offline, onln = style.Online, state = new[] { style.Off, style.On, "TOGGLE", "HOLD" }, sw = "14.4.1",
        t = label.Topic, ft = style.FullTopic, tp = new[] { style.Command, style.Status, style.Telemetry },
        rl = Enumerable.Range(0, 8).Select(place => place < meter.Channels ? 1 : 0), ver = 1,
    });

    /// <summary>The relay that a command is for: <c>POWER</c>, <c>POWER1</c> and so on; null when it is no such command.</summary>
    public int? RelayOf(string command)
    {
        var name = command.ToUpperInvariant();
        return name == "POWER" ? 0
            : name.StartsWith("POWER", StringComparison.Ordinal) && int.TryParse(name.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && number >= 1 && number <= meter.Channels ? number - 1
            : null;
    }

    /// <summary>What a relay is to be after a command; null for a word that asks only.</summary>
    public bool? Wanted(int channel, string word) => word.Trim().ToUpperInvariant() switch
    {
        "ON" or "1" or "TRUE" => true,
        "OFF" or "0" or "FALSE" => false,
        "TOGGLE" or "2" => !meter.IsOn(channel),
        _ => null,
    };

    private string Topic(string prefix, string last) =>
        style.FullTopic.Replace("%prefix%", prefix, StringComparison.Ordinal).Replace("%topic%", label.Topic, StringComparison.Ordinal) + last;

    private string PowerName(int channel) => meter.Channels == 1 ? "POWER" : $"POWER{channel + 1}";

    private string Relays() => string.Join(',', Enumerable.Range(0, meter.Channels).Select(channel => $"\"{PowerName(channel)}\":\"{OnOff(channel)}\""));

    private string Time()
    {
        var local = TimeZoneInfo.ConvertTime(meter.CountedUntil, meter.Zone);
        var clock = local.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
        return style.Time switch
        {
            TasmotaTime.WithZone => $"\"Time\":\"{clock}{local.ToString("zzz", CultureInfo.InvariantCulture)}\"",
            TasmotaTime.WithEpoch => $"\"Time\":\"{clock}\",\"Epoch\":{local.ToUnixTimeSeconds()}",
            TasmotaTime.Epoch => $"\"Time\":{local.ToUnixTimeSeconds()}",
            _ => $"\"Time\":\"{clock}\"",
        };
    }

    private string Energy() =>
        $$"""
        "ENERGY":{"TotalStartTime":"{{Bought.ToString("s", CultureInfo.InvariantCulture)}}","Total":{{Each(meter.KilowattHours, "0.000")}},"Power":{{Each(meter.Watts, Watts)}},"ApparentPower":{{Each(channel => meter.Watts(channel) * 1.04, Watts)}},"Factor":{{Each(_ => 0.96, "0.00")}},"Voltage":{{volts}},"Current":{{Each(channel => meter.Watts(channel) * 1.04 / volts, "0.000")}}}
        """;

    // Option 21 and a calibrated chip: tenths of a watt.
    private const string Watts = "0.#";

    // One relay: a number. Several, with a counter each (option 129): an array.
    private string Each(Func<int, double> value, string format) => meter.Channels == 1
        ? value(0).ToString(format, CultureInfo.InvariantCulture)
        : $"[{string.Join(',', Enumerable.Range(0, meter.Channels).Select(channel => value(channel).ToString(format, CultureInfo.InvariantCulture)))}]";
}

/// <summary>What stands on a plug, and in its settings.</summary>
internal sealed record PlugLabel(string Topic, string Name, string Mac, string Model);

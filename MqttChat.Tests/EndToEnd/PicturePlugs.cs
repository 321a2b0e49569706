using System.Globalization;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.EndToEnd;

/// <summary>The plugs of the house in the pictures: Tasmota plugs that report what such appliances draw over some hours.</summary>
internal sealed class PicturePlugs(MqttTestClient broker)
{
    private static readonly TimeSpan Past = TimeSpan.FromHours(7);

    /// <summary>An appliance: watts of each channel, by the minutes before now.</summary>
    private sealed record Load(string Topic, double CounterKilowattHours, Func<double, double[]> Watts);

    private static readonly Load[] Loads =
    [
        new("fridge", 812.4, ago => [ago % 41 < 16 ? Around(91, ago, 4) : 2.6]),
        new("kettle", 96.1, ago => [ago % 133 is > 9 and < 13 ? Around(1940, ago, 25) : 0]),
        new("ricecooker", 41.7, ago => [ago is > 70 and < 104 ? Around(640, ago, 20) : ago < 70 ? Around(34, ago, 6) : 0]),
        new("washer", 233.9, ago => [ago is < 12 or > 122 ? 1.1 : ago > 94 ? Around(1980, ago, 30) : ago > 30 ? Around(170, ago, 120) : Around(420, ago, 90)]),
        new("heater", 507.2, ago => [ago < 190 && ago % 27 < 15 ? Around(1180, ago, 15) : 0]),
        new("television", 150.3, ago => [ago < 100 ? Around(86, ago, 14) : 0.4]),
        new("router", 64.8, ago => [Around(9.4, ago, 0.8)]),
        new("desk", 77.5, ago => [ago < 260 ? Around(31, ago, 9) : 0.3, Around(44, ago, 5), ago < 60 ? 7.8 : 0]),
        new("lamp", 12.2, ago => [Around(11, ago, 0.2)]),
    ];

    public static IEnumerable<string> Topics => Loads.Select(load => load.Topic);

    /// <summary>Each plug says that it is there, once.</summary>
    public async Task AppearAsync()
    {
        foreach (var load in Loads)
        {
            await broker.PublishAsync($"tele/{load.Topic}/LWT", "Online", retain: true);
            await ReportAsync(load, DateTimeOffset.UtcNow - Past, Past.TotalMinutes + 1, load.CounterKilowattHours);
        }
    }

    /// <summary>Plugs that nobody has adopted.</summary>
    public async Task StrangersAsync()
    {
        await broker.PublishAsync("tele/bedroom-fan/SENSOR", """{"ENERGY":{"Total":3.117,"Power":38}}""");
        await broker.PublishAsync("tele/bedroom-fan/STATE", """{"POWER":"ON"}""");
        await broker.PublishAsync("tele/tasmota_5F21C3/SENSOR", """{"ENERGY":{"Total":0.002,"Power":0}}""");
        await broker.PublishAsync("tele/tasmota_5F21C3/STATE", """{"POWER":"OFF"}""");
    }

    /// <summary>The past hours, oldest first, then the state of now; one plug leaves.</summary>
    public async Task LiveAsync()
    {
        var now = DateTimeOffset.UtcNow;
        var counters = Loads.ToDictionary(load => load.Topic, load => load.CounterKilowattHours);
        var step = 2.0;
        for (var ago = Past.TotalMinutes; ago >= 0; ago -= step)
        {
            step = ago <= 16 ? 0.5 : 2;
            foreach (var load in Loads.Where(load => load.Topic != "lamp" || ago > 45))
            {
                counters[load.Topic] += load.Watts(ago).Sum() / 1000 * step / 60;
                await ReportAsync(load, now.AddMinutes(-ago), ago, counters[load.Topic]);
            }
        }

        foreach (var load in Loads)
        {
            var state = load.Watts(0).Length == 1
                ? $$"""{"POWER":"{{(load.Topic is "kettle" ? "OFF" : "ON")}}"}"""
                : """{"POWER1":"ON","POWER2":"ON","POWER3":"OFF"}""";
            await broker.PublishAsync($"stat/{load.Topic}/RESULT", state);
        }

        await broker.PublishAsync("tele/lamp/LWT", "Offline", retain: true);
    }

    private async Task ReportAsync(Load load, DateTimeOffset at, double ago, double counter)
    {
        var watts = load.Watts(ago);
        var power = watts.Length == 1 ? Text(watts[0]) : $"[{string.Join(',', watts.Select(Text))}]";
        await broker.PublishAsync(
            $"tele/{load.Topic}/SENSOR",
            $$$"""{"Time":"{{{at.UtcDateTime:yyyy-MM-ddTHH:mm:ss}}}+00:00","ENERGY":{"Total":{{{counter.ToString("0.000", CultureInfo.InvariantCulture)}}},"Power":{{{power}}},"Voltage":231}}""");
    }

    // The same curve in every run, so that pictures differ only where pages do.
    private static double Around(double mean, double ago, double spread) => mean + spread * Math.Sin(ago * 1.7) * Math.Cos(ago * 0.61);

    private static string Text(double watts) => watts.ToString("0.0", CultureInfo.InvariantCulture);
}

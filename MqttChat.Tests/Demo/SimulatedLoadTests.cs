using MqttChat.Web.Demo;
using MqttChat.Web.Demo.Loads;

namespace MqttChat.Tests.Demo;

public sealed class SimulatedLoadTests
{
    private static readonly DateTime Opened = new(2026, 3, 2, 14, 0, 0);

    public static TheoryData<string> Names() => [.. Loads().Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Load_OverSixWeeks_StaysWithinItsBoundsAndUnderASocketsLimit(string name)
    {
        var load = Loads()[name];

        foreach (var at in EverySevenMinutes())
        {
            Assert.InRange(load.WattsAt(at), 0, load.MostWatts);
        }

        Assert.InRange(load.MostWatts, 1, 3680);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Load_AskedTwice_SaysTheSame(string name)
    {
        var (one, other) = (Loads()[name], Loads()[name]);

        Assert.All(EverySevenMinutes().Take(500), at => Assert.Equal(one.WattsAt(at), other.WattsAt(at)));
    }

    [Theory]
    [InlineData("fridge", 20, 60)]
    [InlineData("kettle", 10, 90)]
    [InlineData("washer", 20, 200)]
    [InlineData("television", 10, 50)]
    [InlineData("router", 8, 12)]
    [InlineData("rice cooker", 10, 90)]
    [InlineData("dryer", 30, 200)]
    [InlineData("lamp", 1, 6)]
    [InlineData("fan", 2, 20)]
    public void Load_InTheLongRun_DrawsWhatSuchAnApplianceDoes(string name, double least, double most)
    {
        var load = Loads()[name];

        Assert.InRange(EverySevenMinutes().Average(load.WattsAt), least, most);
    }

    [Fact]
    public void Heater_LeftOn_HeatsAtAnHourAtWhichItNeverDoes()
    {
        var heater = new HeaterLoad(Opened.AddHours(-9));
        var afternoon = Enumerable.Range(0, 60).Select(minute => heater.WattsAt(Opened.AddMinutes(minute))).ToList();
        var dayBefore = Enumerable.Range(0, 60).Select(minute => heater.WattsAt(Opened.AddDays(-1).AddMinutes(minute))).ToList();

        Assert.InRange(afternoon.Average(), 600, 900);
        Assert.True(dayBefore.Max() < 2);
    }

    [Fact]
    public void Meter_CountedInAnySteps_NeverFallsAndStandsWhileOff()
    {
        var from = new DateTimeOffset(2026, 3, 2, 6, 0, 0, TimeSpan.Zero);
        var meter = new SimulatedMeter([new FridgeLoad()], TimeZoneInfo.Utc, from, 12.5);
        var last = meter.KilowattHours(0);
        for (var step = 1; step < 200; step++)
        {
            meter.Count(from.AddSeconds(step * step));
            Assert.True(meter.KilowattHours(0) >= last);
            last = meter.KilowattHours(0);
        }

        Assert.True(last > 12.6);
        meter.Switch(0, false, meter.CountedUntil);
        meter.Count(meter.CountedUntil.AddDays(1));
        Assert.Equal((last, 0.0), (meter.KilowattHours(0), meter.Watts(0)));
    }

    private static Dictionary<string, SimulatedLoad> Loads()
    {
        var television = new TelevisionLoad();
        return new()
        {
            ["fridge"] = new FridgeLoad(),
            ["kettle"] = new KettleLoad(Mains.Most),
            ["kettle in Japan"] = new KettleLoad(Mains.Japan),
            ["washer"] = new WashingMachineLoad(Mains.Most),
            ["washer in Japan"] = new WashingMachineLoad(Mains.Japan),
            ["heater"] = new HeaterLoad(Opened),
            ["television"] = television,
            ["speaker"] = new SpeakerLoad(television),
            ["router"] = new RouterLoad(),
            ["lamp"] = new LampLoad(),
            ["rice cooker"] = new RiceCookerLoad(),
            ["dryer"] = new DryerLoad(Mains.Most),
            ["dryer in Japan"] = new DryerLoad(Mains.Japan),
            ["fan"] = new FanLoad(),
        };
    }

    private static IEnumerable<DateTime> EverySevenMinutes() =>
        Enumerable.Range(0, 42 * 24 * 60 / 7).Select(step => Opened.AddDays(-30).AddMinutes(step * 7.013));
}

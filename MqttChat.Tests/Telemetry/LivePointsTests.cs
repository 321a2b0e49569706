using MqttChat.Domain.Devices;
using MqttChat.Domain.Telemetry;
using MqttChat.Web.Telemetry;

namespace MqttChat.Tests.Telemetry;

/// <summary>A chart is told what is new, once; and where nobody knows anything its line breaks.</summary>
public sealed class LivePointsTests
{
    private static readonly string[] Channels = ["1"];
    private readonly LivePoints _live = new();

    [Fact]
    public void OfPlug_TheSameReading_IsToldOnce()
    {
        Assert.Equal([new ChartPoint(0, Plugs.Noon, 640)], _live.OfPlug(Plugs.Plug(), Channels, Plugs.Noon));
        Assert.Empty(_live.OfPlug(Plugs.Plug(), Channels, Plugs.Noon.AddSeconds(3)));
    }

    [Fact]
    public void OfPlug_ALaterReadingOfTheSameValue_IsToldAgain()
    {
        _live.OfPlug(Plugs.Plug(), Channels, Plugs.Noon);
        var later = Plugs.Noon.AddSeconds(10);

        Assert.Equal([new ChartPoint(0, later, 640)], _live.OfPlug(Plugs.Plug(lastReportAt: later), Channels, later));
    }

    [Fact]
    public void OfPlug_ThatWentOffline_BreaksTheLineOnce()
    {
        _live.OfPlug(Plugs.Plug(), Channels, Plugs.Noon);
        var gone = Plugs.Plug(availability: Availability.Offline);
        var now = Plugs.Noon.AddSeconds(8);

        Assert.Equal([new ChartPoint(0, now, null)], _live.OfPlug(gone, Channels, now));
        Assert.Empty(_live.OfPlug(gone, Channels, now.AddSeconds(20)));
    }

    [Theory]
    [InlineData(110, false)]
    [InlineData(130, true)]
    public void OfPlug_AReadingLongAfterTheLast_SaysThatThereMayBeAGap(int seconds, bool hasGap)
    {
        _live.OfPlug(Plugs.Plug(), Channels, Plugs.Noon);
        var later = Plugs.Noon.AddSeconds(seconds);

        Assert.Single(_live.OfPlug(Plugs.Plug(lastReportAt: later), Channels, later));
        Assert.Equal(hasGap, _live.HasGap);

        _live.OfPlug(Plugs.Plug(lastReportAt: later.AddSeconds(10)), Channels, later.AddSeconds(10));
        Assert.False(_live.HasGap);
    }

    [Fact]
    public void OfHouse_SumsWhatAnswers_AndTellsChangesOnly()
    {
        PlugPower[] plugs = [Plugs.Plug(watts: 100), Plugs.Plug(2, "Kettle", 2000), Plugs.Plug(3, "Lamp", 40, availability: Availability.Offline)];

        Assert.Equal([new ChartPoint(0, Plugs.Noon, 2100)], _live.OfHouse(plugs, Plugs.Noon));
        Assert.Empty(_live.OfHouse(plugs, Plugs.Noon.AddSeconds(1)));
    }

    [Fact]
    public void From_AGapOfManyIntervals_BecomesABreak()
    {
        int[] minutes = [0, 1, 2, 30, 31];
        var series = new PowerSeries(
            HistoryResolution.Raw, [.. minutes.Select(minute => new PowerPoint("1", Plugs.Noon.AddMinutes(minute), 10, 10, 10))]);

        var points = ChartPoints.From(series, Channels);

        Assert.Equal([10, 10, 10, null, 10, 10], points.Select(point => point.Watts));
        Assert.InRange(points[3].At, Plugs.Noon.AddMinutes(2), Plugs.Noon.AddMinutes(30));
    }

    [Fact]
    public void From_AnotherChannelsPoints_AreLeftOut()
    {
        var series = new PowerSeries(HistoryResolution.Raw, [new PowerPoint("7", Plugs.Noon, 10, 10, 10)]);

        Assert.Empty(ChartPoints.From(series, Channels));
    }
}

using MqttChat.Domain.Devices;
using MqttChat.Domain.Telemetry;
using MqttChat.Domain.Telemetry.Freshness;
using MqttChat.Web.Api;
using MqttChat.Web.Telemetry;

namespace MqttChat.Tests.Telemetry.Freshness;

/// <summary>What still holds is judged once, and everything that shows it asks there.</summary>
public sealed class PowerNowTests
{
    [Theory]
    [InlineData(null, 15)]
    [InlineData(0.2, 15)]
    [InlineData(5.0, 15)]
    [InlineData(30.0, 90)]
    [InlineData(120.0, 360)]
    [InlineData(10_000.0, 24 * 60)]
    public void After_IsThreeUsualIntervalsWithinTheBounds(double? usualMinutes, int minutes)
    {
        TimeSpan? usual = usualMinutes is { } known ? TimeSpan.FromMinutes(known) : null;

        Assert.Equal(TimeSpan.FromMinutes(minutes), SilenceRule.Default.After(usual));
    }

    [Theory]
    [InlineData(10, 30, true)]
    [InlineData(30, 10, false)]
    [InlineData(0, 10, false)]
    [InlineData(60, 60 * 24 * 8, false)]
    public void Options_ThatContradictThemselves_NameTheirKey(int shortestMinutes, int longestMinutes, bool valid)
    {
        var result = new TelemetryOptionsValidator().Validate(null, new TelemetryOptions
        {
            ShortestSilence = TimeSpan.FromMinutes(shortestMinutes), LongestSilence = TimeSpan.FromMinutes(longestMinutes),
        });

        Assert.Equal(valid, result.Succeeded);
        Assert.All(result.Failures ?? [], message => Assert.Matches("^Telemetry:(Shortest|Longest)Silence", message));
    }

    [Theory]
    [InlineData(30, 16, true)]
    [InlineData(30, 89, true)]
    [InlineData(30, 91, false)]
    [InlineData(5, 14, true)]
    [InlineData(5, 16, false)]
    public void APlug_ThatReportsInItsOwnTime_IsThereEverywhereOrNowhere(int everyMinutes, int waitedMinutes, bool isThere)
    {
        var plug = Reporting(TimeSpan.FromMinutes(everyMinutes));
        var now = Plugs.Noon.AddMinutes(waitedMinutes);
        var json = PlugJson.Of(plug, now);

        Assert.Equal(isThere, PlugPresence.Of(plug, now).IsThere);
        double? expected = isThere ? 800 : null;
        Assert.Equal(expected, plug.Watts(now));
        Assert.Equal(expected, PowerTotals.Watts([plug], now));
        Assert.Equal(isThere ? 1 : 0, PowerTotals.Largest([plug], 5, now).Count);
        Assert.Equal(expected, Assert.Single(new LivePoints().OfPlug(plug, ["1"], now)).Watts);
        Assert.Equal((isThere ? "online" : "unknown", expected, expected), (json.Availability, json.ActivePowerWatts, json.Channels[0].ActivePowerWatts));
    }

    [Fact]
    public void APlug_OfWhichOneChannelIsStale_CountsWithTheOthers()
    {
        var plug = Plugs.Plug(watts: 100, lastReportAt: Plugs.Noon.AddMinutes(20));
        plug = plug with { Channels = [plug.Channels[0], plug.Channels[0] with { Channel = "2", ReportedAt = Plugs.Noon, ActivePowerWatts = 900 }] };
        var now = Plugs.Noon.AddMinutes(21);

        Assert.Equal(100, plug.Watts(now));
        Assert.Null(plug.Watts(plug.Channels[1], now));
    }

    [Fact]
    public void APlug_ThatStillSaysOnButNoPower_ShowsNoOldWatts()
    {
        var plug = Plugs.Plug(watts: 1500, lastReportAt: Plugs.Noon.AddMinutes(60));
        plug = plug with { Channels = [plug.Channels[0] with { MeasuredAt = Plugs.Noon }] };
        var now = Plugs.Noon.AddMinutes(61);

        Assert.True(PlugPresence.Of(plug, now).IsThere);
        Assert.Null(plug.Watts(now));
        Assert.Null(PlugJson.Of(plug, now).ActivePowerWatts);
    }

    [Theory]
    [InlineData(false, -1, 0.0)]
    [InlineData(false, 0, 1500.0)]
    [InlineData(true, -1, 1500.0)]
    public void ARelay_ThatIsOffAndHasNoNewerValue_IsZero(bool isOn, int measuredMinutes, double expected)
    {
        var plug = Plugs.Plug(watts: 1500, isOn: isOn);
        plug = plug with { Channels = [plug.Channels[0] with { MeasuredAt = Plugs.Noon.AddMinutes(measuredMinutes) }] };

        Assert.Equal(expected, plug.Watts(Plugs.Noon));
        Assert.Equal(expected, Assert.Single(new LivePoints().OfPlug(plug, ["1"], Plugs.Noon)).Watts);
    }

    [Fact]
    public void ARelay_ThatIsOffOnAPlugThatIsAway_IsNotZeroButUnknown() =>
        Assert.Null(Plugs.Plug(watts: 1500, isOn: false, availability: Availability.Offline).Watts(Plugs.Noon));

    [Fact]
    public void APower_ForAllChannelsTogether_GrowsStaleToo()
    {
        var plug = Plugs.Plug(watts: 70);
        var whole = plug.Channels[0] with { Channel = "", MeasuredAt = Plugs.Noon.AddMinutes(-20) };
        plug = plug with { Channels = [plug.Channels[0] with { ActivePowerWatts = null }], Whole = whole };

        Assert.Null(plug.Watts(Plugs.Noon));
        Assert.Equal(70, (plug with { Whole = whole with { MeasuredAt = Plugs.Noon } }).Watts(Plugs.Noon));
    }

    [Fact]
    public void AChart_OfAPlugThatReportsSeldom_DoesNotBreakBetweenItsReports()
    {
        int[] minutes = [0, 30, 60];
        var plug = Reporting(TimeSpan.FromMinutes(30));
        PowerSeries Series(IEnumerable<int> at) =>
            new(HistoryResolution.Raw, [.. at.Select(minute => new PowerPoint("1", Plugs.Noon.AddMinutes(minute), 10, 10, 10))]);

        Assert.DoesNotContain(ChartPoints.From(Series(minutes[..2]), ["1"], plug), point => point.Watts is null);
        // A burst at a change of power does not make the regular reports late.
        Assert.DoesNotContain(ChartPoints.From(Series([0, 30, 60, 60, 60, 60, 60, 60, 90]), ["1"], plug), point => point.Watts is null);
        Assert.Contains(ChartPoints.From(Series([0, 30, 60, 300]), ["1"], plug), point => point.Watts is null);
    }

    private static PlugPower Reporting(TimeSpan every)
    {
        var plug = Plugs.Plug(watts: 800);
        var silentAfter = SilenceRule.Default.After(every);
        return plug with { SilentAfter = silentAfter, Channels = [plug.Channels[0] with { UsualInterval = every, SilentAfter = silentAfter }] };
    }
}

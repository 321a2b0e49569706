using MqttChat.Domain.Devices;
using MqttChat.Domain.Devices.Formats;
using MqttChat.Domain.Telemetry;
using MqttChat.Domain.Telemetry.Feed;
using MqttChat.Domain.Telemetry.Freshness;
using MqttChat.Web.Api;

namespace MqttChat.Tests.Telemetry.Freshness;

/// <summary>A relay that is off lets no power through: one truth for page and API.</summary>
public class SwitchDoubtTests
{
    private static readonly DateTimeOffset At = Plugs.Noon;

    // Each channel as "switch watts": + on, - off, ? never said; "late": the switch was told after the watts.
    [Theory]
    [InlineData("-1500", "!")]
    [InlineData("-1500late", ".")]
    [InlineData("-5", "!")]
    [InlineData("-4.9", ".")]
    [InlineData("-0", ".")]
    [InlineData("-", ".")]
    [InlineData("+0", ".")]
    [InlineData("+1500", ".")]
    [InlineData("?1500", ".")]
    [InlineData("--600", "!")]
    [InlineData("-1500 -0", "!.")]
    [InlineData("-1500 +20", "!.")]
    // One meter that stands under the first channel, for all relays.
    [InlineData("-1500 +", "..")]
    [InlineData("-1500 ?", "..")]
    [InlineData("-1500 -", "!.")]
    public void Of_ASwitchBesideItsPower(string channels, string expected)
    {
        var told = channels.Split(' ').Select(Told).ToList();

        Assert.Equal(expected, string.Concat(SwitchDoubt.Of(told, null).Select(doubted => doubted ? '!' : '.')));
    }

    [Theory]
    [InlineData("- -", 1500.0, "!!")]
    [InlineData("- +", 1500.0, "..")]
    [InlineData("- ?", 1500.0, "..")]
    [InlineData("- -", 1.0, "..")]
    [InlineData("- -20", 1500.0, ".!")]
    public void Of_AMeterForAllChannels_DoubtsAllThatAreOff(string channels, double watts, string expected)
    {
        var told = channels.Split(' ').Select(Told).ToList();

        Assert.Equal(expected, string.Concat(SwitchDoubt.Of(told, new(null, watts, At, At)).Select(doubted => doubted ? '!' : '.')));
    }

    [Fact]
    public void APlug_ThatSaysOffAndDraws_IsUnknownOnPageAndApi()
    {
        var plug = Shown(new ChannelState { PlugId = 1, Channel = "1", IsOn = false, ActivePowerWatts = 1500, ReportedAt = At, LastSampleAt = At });

        var channel = Assert.Single(plug.Channels);
        Assert.Equal((null, true, true), (channel.IsOn, channel.IsSwitchDoubted, channel.HasRelay));
        var json = PlugJson.Of(plug, At);
        Assert.Equal((1500.0, null, 1500.0), (json.ActivePowerWatts, json.Channels[0].IsOn, json.Channels[0].ActivePowerWatts));
    }

    [Fact]
    public void APlug_ThatSaidOffAfterwards_IsOffAndDrawsNothing()
    {
        var plug = Shown(new ChannelState { PlugId = 1, Channel = "1", IsOn = false, ActivePowerWatts = 1500, ReportedAt = At, LastSampleAt = At.AddSeconds(-1) });

        var json = PlugJson.Of(plug, At);
        Assert.Equal((0.0, false, 0.0), (json.ActivePowerWatts, json.Channels[0].IsOn, json.Channels[0].ActivePowerWatts));
    }

    [Fact]
    public async Task AContradiction_HasThePlugAsked()
    {
        await using var house = await IngestHouse.CreateAsync();
        await house.StoreAsync(house.Message("stat/fridge/POWER", "OFF"));
        Assert.Empty(house.Asked);

        house.Stores.Clock.Advance(TimeSpan.FromMinutes(5));
        await house.StoreAsync(house.Sensor(house.Now, 1500, 2), house.Sensor(house.Now, 40, 2, plug: "heater"));

        Assert.Equal(["fridge"], house.Asked.Select(plug => plug.Address));
    }

    [Theory]
    [InlineData(14, "online", 60.0)]
    [InlineData(16, "unknown", null)]
    public void AHeardPlug_FollowsTheSameRule(int minutes, string availability, double? watts)
    {
        var plug = new Plug { Id = 7, Family = "tasmota", Address = "lamp", TopicTemplate = "%prefix%/lamp" };
        var heard = new DiscoveredPlug(plug, Availability.Online, At, [new ChannelReading("1", true, 60, 1.5)]);

        var json = PlugJson.Of(heard.AsOf(SilenceRule.Default, At.AddMinutes(minutes)));

        Assert.Equal((availability, watts, 1.5), (json.Availability, json.ActivePowerWatts, json.EnergyKilowattHours!.Value));
        Assert.Equal(60, PlugJson.Of((heard with { Interval = TimeSpan.FromMinutes(30) }).AsOf(SilenceRule.Default, At.AddMinutes(80))).ActivePowerWatts);
        Assert.Null(PlugJson.Of((heard with { Availability = Availability.Offline }).AsOf(SilenceRule.Default, At)).ActivePowerWatts);
    }

    private static PlugPower Shown(ChannelState state) => new PlugPowers(SilenceRule.Default).Of(
        IngestHouse.Plug(1, "fridge"), null, new PlugState { PlugId = 1, Availability = Availability.Online, LastReportAt = At },
        new Dictionary<string, ChannelState> { [state.Channel] = state }, null);

    private static SwitchTold Told(string text)
    {
        var isLate = text.EndsWith("late", StringComparison.Ordinal);
        var watts = text[1..].Replace("late", "", StringComparison.Ordinal);
        return new(
            text[0] switch { '+' => true, '-' => false, _ => null },
            watts.Length == 0 ? null : double.Parse(watts, System.Globalization.CultureInfo.InvariantCulture), At, isLate ? At.AddSeconds(-1) : At);
    }
}

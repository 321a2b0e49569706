using Microsoft.Extensions.DependencyInjection;
using MqttChat.Domain.Telemetry;

namespace MqttChat.Tests.Telemetry;

public class ChannelLimitTests
{
    [Theory]
    [InlineData(5, 20_000, 100)]
    [InlineData(30, 6_000, 180)]
    public async Task Store_HouseMeterWhoseLimitIsSet_IsCountedOverASilence(int hours, double watts, double kilowattHours)
    {
        await using var house = await IngestHouse.CreateAsync();
        house.Limited(25_000);
        var start = house.Now.AddHours(-hours);

        await house.StoreAsync(house.Sensor(start, watts, 1000));
        await house.StoreAsync(house.Sensor(house.Now, watts, 1000 + kilowattHours));

        Assert.Equal(kilowattHours, (await house.ChannelAsync()).EnergyCountedKilowattHours, 6);
    }

    [Theory]
    [InlineData(5, 100)]
    [InlineData(30, 180)]
    public async Task Recompute_LimitRaisedAfterwards_CountsWhatTheOldOneRefused_AndLoweredRefusesItAgain(int hours, double kilowattHours)
    {
        await using var house = await IngestHouse.CreateAsync();
        var start = house.Now.AddHours(-hours - 1);
        await house.StoreAsync(house.Sensor(start, null, 1000));
        await TellAsync(house, start.AddHours(hours), null, 1000 + kilowattHours, readings: 4);
        Assert.Equal(0.3, (await house.ChannelAsync()).EnergyCountedKilowattHours, 6);

        house.Limited(25_000);
        await TellAsync(house, start.AddHours(hours).AddMinutes(20), null, 1000.4 + kilowattHours, readings: 1);
        // The program ends before it has counted again.
        await house.Ingest.BeginConnectionAsync(house.Lease, false, CancellationToken.None);
        await house.RecomputeAllAsync();

        await AssertCountedAsync(house, kilowattHours + 0.4);

        house.Limited(3_680);
        await TellAsync(house, start.AddHours(hours).AddMinutes(25), null, 1000.5 + kilowattHours, readings: 1);
        await house.RecomputeAllAsync();
        await AssertCountedAsync(house, 0.5);
    }

    [Fact]
    public async Task Recompute_LimitChangedAfterReadingsWereDeleted_KeepsWhatWasCountedBefore()
    {
        await using var house = await IngestHouse.CreateAsync();
        var retention = house.Stores.Services.GetRequiredService<TelemetryRetention>();
        var start = house.Now.AddDays(-400);
        await TellAsync(house, start, 1000, 10, readings: 6);
        await TellAsync(house, start.AddDays(1), 1000, 10.6, readings: 3);
        await TellAsync(house, house.Now.AddHours(-1), 1000, 11, readings: 2);
        var before = (await house.ChannelAsync()).EnergyCountedKilowattHours;
        Assert.True(await retention.SweepAsync(CancellationToken.None) > 0);

        house.Limited(2_000);
        await TellAsync(house, house.Now, 1000, 11.1, readings: 1);
        await house.RecomputeAllAsync();

        await AssertCountedAsync(house, before);
    }

    [Fact]
    public async Task Recompute_LimitOfOneChannelRaised_TheCounterOfTheWholePlugCountsAgain()
    {
        await using var house = await IngestHouse.CreateAsync();
        var start = house.Now.AddHours(-6);
        foreach (var (minutes, total) in new[] { (0, 1000.0), (300, 1300.0), (305, 1300.1), (310, 1300.2) })
        {
            await TellWholeAsync(house, start.AddMinutes(minutes), total);
        }

        Assert.Equal(0.2, (await house.ChannelAsync(channel: "")).EnergyCountedKilowattHours, 6);

        house.Limited(25_000);
        await TellWholeAsync(house, start.AddMinutes(315), 1300.3);
        await house.RecomputeAllAsync();

        Assert.Equal(300.3, (await house.ChannelAsync(channel: "")).EnergyCountedKilowattHours, 6);
        Assert.Equal(300.3, (await house.RollupsAsync(RollupResolution.Hour)).Sum(row => row.EnergyCountedKilowattHours), 6);
    }

    private static Task TellWholeAsync(IngestHouse house, DateTimeOffset at, double total) => house.StoreAsync(
        house.Message(
            "tele/fridge/SENSOR", FormattableString.Invariant($$$"""{"Time":"{{{at:yyyy-MM-ddTHH:mm:ss}}}+00:00","ENERGY":{"Total":{{{total}}},"Power":[500,600]}}""")) with
        {
            ReceivedAt = at,
        });

    [Fact]
    public async Task Store_SameLimit_CountsNothingAgain()
    {
        await using var house = await IngestHouse.CreateAsync();
        house.Limited(2_000);
        await TellAsync(house, house.Now.AddHours(-1), 1000, 1, readings: 3);

        Assert.Null((await house.ChannelAsync()).DirtyFrom);
    }

    // Every five minutes, 0.1 kWh each.
    private static async Task TellAsync(IngestHouse house, DateTimeOffset from, double? watts, double total, int readings)
    {
        for (var n = 0; n < readings; n++)
        {
            await house.StoreAsync(house.Sensor(from.AddMinutes(5 * n), watts, Math.Round(total + (n / 10.0), 1)));
        }
    }

    private static async Task AssertCountedAsync(IngestHouse house, double kilowattHours)
    {
        var channel = await house.ChannelAsync();
        Assert.Null(channel.DirtyFrom);
        Assert.Equal(kilowattHours, channel.EnergyCountedKilowattHours, 6);
        Assert.Equal(kilowattHours, (await house.RollupsAsync(RollupResolution.Hour)).Sum(row => row.EnergyCountedKilowattHours), 6);
        Assert.Equal(kilowattHours, (await house.RollupsAsync(RollupResolution.FiveMinutes)).Sum(row => row.EnergyCountedKilowattHours), 6);
    }
}

using MqttChat.Domain.Telemetry;

namespace MqttChat.Tests.Telemetry;

/// <summary>The house's own clock runs ahead and is put back.</summary>
public class ReadingsAheadTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData(1.0 / 24)]
    [InlineData(3653)]
    public async Task Store_AfterTheClockWasPutBack_LeavesNoReadingInTheFuture_AndCountsTheSame(double daysAhead)
    {
        await using var house = await IngestHouse.CreateAsync();
        var began = house.Now;
        var ahead = TimeSpan.FromDays(daysAhead);

        // Small counters: out of order they would look like resets, and count twice.
        await ReportAsync(house, 1, 5);
        house.Stores.Clock.AdjustTime(house.Now + ahead);
        await ReportAsync(house, 6, 20);
        house.Stores.Clock.AdjustTime(house.Now - ahead);
        await ReportAsync(house, 21, 25);
        await house.RecomputeAllAsync();

        var samples = await house.SamplesAsync();
        Assert.Equal(Enumerable.Range(1, 25).Select(number => (double?)number), samples.Select(sample => sample.ActivePowerWatts));
        Assert.All(samples, sample => Assert.InRange(sample.At, began, house.Now));
        var channel = await house.ChannelAsync();
        Assert.Equal(0.24, channel.EnergyCountedKilowattHours, 9);
        Assert.Equal(house.Now - Interval, channel.LastSampleAt);
        Assert.Equal(house.Now - Interval, channel.ReportedAt);
        foreach (var resolution in Enum.GetValues<RollupResolution>())
        {
            var buckets = await house.RollupsAsync(resolution);
            Assert.Equal(0.24, buckets.Sum(bucket => bucket.EnergyCountedKilowattHours), 9);
            Assert.Equal(25, buckets.Sum(bucket => bucket.SampleCount));
            Assert.All(buckets, bucket => Assert.True(bucket.BucketStart <= house.Now));
        }

        Assert.Equal(0, await house.CountAsync<MeterReset>());

        // The readings of that time stand where they were measured: a shift took them there, for the plug never paused.
        Assert.Equal(Enumerable.Range(0, 25).Select(number => began + (number * Interval)), samples.Select(sample => sample.At));
    }

    [Fact]
    public async Task Store_ABacklogAfterTheClockWasPutBack_ComesAfterWhatWasStoredAhead()
    {
        await using var house = await IngestHouse.CreateAsync();
        house.Stores.Clock.AdjustTime(house.Now + TimeSpan.FromDays(3653));
        await ReportAsync(house, 1, 5);
        house.Stores.Clock.AdjustTime(house.Now - TimeSpan.FromDays(3653));
        var backlogFrom = house.Now;
        house.Stores.Clock.Advance(TimeSpan.FromMinutes(10));

        await house.StoreAsync([.. Enumerable.Range(6, 10).Select(number =>
            house.Sensor(backlogFrom + ((number - 5) * Interval), number, number * 0.01, backlog: true))]);
        await house.RecomputeAllAsync();

        var samples = await house.SamplesAsync();
        Assert.Equal(Enumerable.Range(1, 15).Select(number => (double?)number), samples.Select(sample => sample.ActivePowerWatts));
        Assert.Equal(0.14, (await house.ChannelAsync()).EnergyCountedKilowattHours, 9);
        Assert.All(samples, sample => Assert.True(sample.At <= house.Now));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Store_AfterTheClockWasPutBackToRightAfterAReading_StillStores(int ticksAfter)
    {
        await using var house = await IngestHouse.CreateAsync();
        var began = house.Now;
        await house.StoreAsync(house.Sensor(null, 1, 0.01));
        house.Stores.Clock.AdjustTime(began.AddHours(1));
        await house.StoreAsync([.. Enumerable.Range(2, 4).Select(number => house.Sensor(null, number, number * 0.01))]);
        house.Stores.Clock.AdjustTime(began.AddTicks(ticksAfter));

        // There is no tick between the readings before and after for each of those of that hour.
        await house.StoreAsync(house.Sensor(null, 6, 0.06));
        await house.StoreAsync(house.Sensor(null, 7, 0.07));
        await house.RecomputeAllAsync();

        var samples = await house.SamplesAsync();
        Assert.Equal(Enumerable.Range(1, 7).Select(number => (double?)number), samples.Select(sample => sample.ActivePowerWatts));
        Assert.All(samples, sample => Assert.InRange(sample.At, began, began.AddTicks(20)));
        Assert.Equal(0.06, (await house.ChannelAsync()).EnergyCountedKilowattHours, 9);
    }

    private static async Task ReportAsync(IngestHouse house, int first, int last)
    {
        for (var number = first; number <= last; number++)
        {
            await house.StoreAsync(house.Sensor(null, number, number * 0.01));
            house.Stores.Clock.AdjustTime(house.Now + Interval);
        }
    }
}

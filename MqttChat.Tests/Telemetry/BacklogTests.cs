using MqttChat.Domain.Telemetry;

namespace MqttChat.Tests.Telemetry;

public class BacklogTests
{
    private static readonly TimeSpan FiveMinutes = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Store_OnOffWithoutTimeInABacklog_IsFollowedByWhatCameAfterIt()
    {
        await using var house = await IngestHouse.CreateAsync();
        var start = house.Now;
        await house.StoreAsync(house.Sensor(start, 100, 5.0), house.Message("stat/fridge/POWER", "OFF"));
        house.Stores.Clock.Advance(TimeSpan.FromHours(1));

        var state = $$"""{"Time":"{{start.AddMinutes(5):yyyy-MM-ddTHH:mm:ss}}+00:00","POWER":"OFF"}""";
        await house.StoreAsync(house.Message("stat/fridge/POWER", "ON", backlog: true), house.Message("tele/fridge/STATE", state, backlog: true));

        var channel = await house.ChannelAsync();
        Assert.Equal((false, start.AddMinutes(5)), (channel.IsOn!.Value, channel.ReportedAt!.Value));
        Assert.Equal(start.AddMinutes(5), (await house.PlugAsync())!.LastReportAt);
    }

    [Fact]
    public async Task Store_BacklogWithTime_LandsInItsOwnBuckets()
    {
        await using var house = await IngestHouse.CreateAsync();
        var start = house.Now;
        await house.StoreAsync(house.Sensor(start, 100, 10.0));
        house.Stores.Clock.Advance(TimeSpan.FromHours(1));

        await house.StoreAsync([.. Enumerable.Range(1, 12).Select(i =>
            house.Sensor(start + (i * FiveMinutes), 100 * i, 10.0 + (0.1 * i), packetId: (ushort)i, backlog: true))]);
        await house.Ingest.EndBacklogAsync(house.Lease, CancellationToken.None);

        await AssertTwelveBucketsAsync(house, start);
    }

    [Fact]
    public async Task EndBacklog_ReportsWithoutTime_AreOneUsualIntervalApart()
    {
        await using var house = await IngestHouse.CreateAsync();
        var start = await WarmAsync(house);
        house.Stores.Clock.Advance(TimeSpan.FromHours(1));

        await house.StoreAsync([.. Untimed(house, 12)]);
        Assert.Equal(12, await house.CountAsync<UntimedReport>());
        await house.Ingest.EndBacklogAsync(house.Lease, CancellationToken.None);

        Assert.Equal(0, await house.CountAsync<UntimedReport>());
        await AssertTwelveBucketsAsync(house, start);
    }

    [Fact]
    public async Task EndBacklog_MoreThanFitsSinceTheLastReading_IsSpreadEvenly()
    {
        await using var house = await IngestHouse.CreateAsync();
        var start = await WarmAsync(house);
        house.Stores.Clock.Advance(TimeSpan.FromMinutes(20));

        await house.StoreAsync([.. Untimed(house, 10)]);
        await house.Ingest.EndBacklogAsync(house.Lease, CancellationToken.None);

        var times = (await house.SamplesAsync()).Select(sample => sample.At).Where(at => at > start).ToList();
        Assert.Equal(Enumerable.Range(1, 10).Select(i => start.AddMinutes(2 * i)), times);
    }

    [Fact]
    public async Task Store_LiveReportOfAPlugWithWaitingBacklog_SettlesTheBacklogFirst()
    {
        await using var house = await IngestHouse.CreateAsync();
        var start = await WarmAsync(house);
        house.Stores.Clock.Advance(TimeSpan.FromMinutes(20));

        await house.StoreAsync([.. Untimed(house, 3), house.Message("tele/fridge/SENSOR", """{"ENERGY":{"Power":400,"Total":10.4}}""", packetId: 99)]);

        var times = (await house.SamplesAsync()).Select(sample => sample.At).Where(at => at > start).ToList();
        Assert.Equal(Enumerable.Range(1, 4).Select(i => start + (i * FiveMinutes)), times);
        Assert.Equal(400, (await house.ChannelAsync()).ActivePowerWatts);
        Assert.Null((await house.ChannelAsync()).DirtyFrom);
        Assert.Equal(0, await house.CountAsync<UntimedReport>());
    }

    [Fact]
    public async Task EndBacklog_LeftOverFromAKill_IsTakenUpOnce()
    {
        await using var house = await IngestHouse.CreateAsync();
        await WarmAsync(house);
        house.Stores.Clock.Advance(TimeSpan.FromHours(1));
        var backlog = Untimed(house, 12).ToArray();
        await house.StoreAsync(backlog);
        var before = await house.CountAsync<PowerSample>();

        var restarted = house.Restarted();
        await restarted.BeginConnectionAsync(house.Lease, true, CancellationToken.None);
        await restarted.StoreAsync(house.Lease, backlog, CancellationToken.None);
        await restarted.EndBacklogAsync(house.Lease, CancellationToken.None);

        Assert.Equal(before + 12, await house.CountAsync<PowerSample>());
    }

    [Fact]
    public async Task Store_LiveReportTellsTheZone_TheBacklogGetsItsOwnTimes()
    {
        await using var house = await IngestHouse.CreateAsync();
        var start = house.Now;
        house.Stores.Clock.Advance(TimeSpan.FromMinutes(30));
        IncomingReport At(DateTimeOffset at, double total, bool backlog) => house.Message(
            "tele/zoneless/SENSOR", $$$"""{"Time":"{{{at.AddHours(9):yyyy-MM-ddTHH:mm:ss}}}","ENERGY":{"Total":{{{total}}}}}""", backlog: backlog);

        await house.StoreAsync(At(start.AddMinutes(7), 1, true), At(start.AddMinutes(11), 2, true), At(house.Now, 3, false));

        Assert.Equal(
            [start.AddMinutes(7), start.AddMinutes(11), house.Now], (await house.SamplesAsync()).Select(sample => sample.At));
        Assert.Equal(540, (await house.PlugAsync(3))!.ClockOffsetMinutes);
    }

    // Three live reports five minutes apart, the last one now.
    private static async Task<DateTimeOffset> WarmAsync(IngestHouse house)
    {
        for (var i = 0; i < 3; i++)
        {
            house.Stores.Clock.Advance(FiveMinutes);
            await house.StoreAsync(house.Sensor(house.Now, 50, 10.0));
        }

        return house.Now;
    }

    private static IEnumerable<IncomingReport> Untimed(IngestHouse house, int count) => Enumerable.Range(1, count).Select(i =>
        house.Sensor(null, 100 * i, 10.0 + (0.1 * i), packetId: (ushort)i, backlog: true));

    private static async Task AssertTwelveBucketsAsync(IngestHouse house, DateTimeOffset start)
    {
        var buckets = (await house.RollupsAsync(RollupResolution.FiveMinutes)).ToDictionary(row => row.BucketStart);
        for (var i = 0; i < 12; i++)
        {
            Assert.Equal(0.1, buckets[start + (i * FiveMinutes)].EnergyCountedKilowattHours, 6);
            Assert.Equal(100 * (i + 1), buckets[start + ((i + 1) * FiveMinutes)].SumWatts);
        }

        Assert.Equal(1.2, (await house.ChannelAsync()).EnergyCountedKilowattHours, 9);
    }
}

using MqttChat.Domain.Telemetry;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Faults;

/// <summary>
/// The program away while plugs go on, by a clock that is moved and not waited for: the broker's queue is drained, the energy
/// is exact and lies in the buckets where it was consumed.
/// </summary>
[Collection(FaultProcesses.Name)]
public sealed class AppAwayTests
{
    private const int Live = 2;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Width = TimeSpan.FromMinutes(5);

    [FaultFact]
    public Task App_HalfAnHourAway_CountsTheBacklogIntoItsOwnBuckets() => RunAsync(TimeSpan.FromMinutes(30));

    [FaultTheory]
    [InlineData(1)]
    [InlineData(24)]
    public async Task App_HoursAway_CountsTheBacklogIntoItsOwnBuckets(int hours)
    {
        var (counts, buckets) = await RunAsync(TimeSpan.FromHours(hours));
        FaultReport.Write($"app away for {hours} h", $"{string.Join("; ", counts)}; {buckets} buckets right, plugs with and without time");
    }

    private static async Task<(IReadOnlyList<FaultCount> Counts, int Buckets)> RunAsync(TimeSpan away)
    {
        var offset = -away - (Live * Interval);
        await using var house = await FaultHouse.StartAsync(offset);
        var publishers = await FaultPublishers.AdoptAsync(
            house, [new("asked-timed", 1), new("asked-untimed", 1, TellsTime: false), new("told-timed", 0), new("told-untimed", 0, TellsTime: false)],
            DateTimeOffset.UtcNow + offset);

        // Live reports teach the usual interval: the program's clock goes on by one between them.
        for (var number = 1; number <= Live; number++)
        {
            offset += Interval;
            await house.App.MoveClockAsync(offset);
            await PublishAsync(publishers, 1, _ => DateTimeOffset.UtcNow + offset);
            await StoredAsync(house, publishers);
        }

        await house.App.KillAsync();
        var start = DateTimeOffset.UtcNow - away;
        var missed = (int)(away / Interval);
        await PublishAsync(publishers, missed, number => start + ((number - Live) * Interval));
        await house.App.StartAgainAsync();
        await StoredAsync(house, publishers);
        foreach (var one in publishers.All)
        {
            one.Clock = _ => DateTimeOffset.UtcNow;
        }

        var counts = await publishers.FinishAsync(TimeSpan.FromSeconds(120));
        Assert.True(counts.All(count => count.IsWhole), string.Join(Environment.NewLine, counts));
        return (counts, await CheckBucketsAsync(house, publishers, start, start + away));
    }

    private static async Task PublishAsync(FaultPublishers publishers, int reports, Func<int, DateTimeOffset> clock)
    {
        foreach (var one in publishers.All)
        {
            one.Clock = clock;
        }

        await publishers.RunAsync(reports);
    }

    private static async Task StoredAsync(FaultHouse house, FaultPublishers publishers)
    {
        await using var store = house.OpenTelemetry();
        await Eventually.TrueAsync(
            async () => await house.CountReadingsAsync(store) >= publishers.Taken + publishers.All.Count, TimeSpan.FromSeconds(180), "the reports are stored");
    }

    private static async Task<int> CheckBucketsAsync(FaultHouse house, FaultPublishers publishers, DateTimeOffset start, DateTimeOffset end)
    {
        var right = 0;
        await using var store = house.OpenTelemetry();
        foreach (var one in publishers.All)
        {
            var buckets = await house.BucketsOfAsync(store, one.Plug.Id);
            Assert.Equal(one.Sent * FaultPlug.KilowattHoursPerReport, buckets.Sum(bucket => bucket.EnergyCountedKilowattHours), 6);
            Assert.DoesNotContain(buckets, bucket => bucket.BucketStart > DateTimeOffset.UtcNow);
            right += CheckWhole([.. buckets.Where(bucket => bucket.BucketStart >= start + Interval && bucket.BucketStart + Width <= end - Interval)], end - start);
        }

        return right;
    }

    // Every whole bucket of the time away holds its own reports' energy; 5 % is for the seconds that publishing itself took.
    private static int CheckWhole(List<EnergyRollup> whole, TimeSpan away)
    {
        var expected = (int)(away / Width);
        Assert.InRange(whole.Count, expected - 2, expected);
        var own = Width / Interval * FaultPlug.KilowattHoursPerReport;
        Assert.All(whole, bucket => Assert.InRange(bucket.EnergyCountedKilowattHours, own * 0.95, own * 1.05));
        return whole.Count;
    }
}

using MqttChat.Domain.Telemetry;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Faults;

/// <summary>
/// The published program against a real Mosquitto, killed and away: what the broker took is in the database once, and the
/// energy is where it belongs.
/// </summary>
[Collection("fault processes")]
public sealed class IngestFaultTests
{
    private const double KilowattHoursPerReport = 0.001;

    [Fact]
    public async Task Ingest_KilledDuring20000Reports_LosesNothingAndDoublesNothing()
    {
        const int plugs = 10;
        const int reportsEach = 2_000;
        await using var house = await FaultHouse.StartAsync();
        var ids = new List<int>();
        for (var plug = 0; plug < plugs; plug++)
        {
            ids.Add(await house.AdoptTasmotaAsync($"kill{plug}", DateTimeOffset.UtcNow));
        }

        // A report's watts are its number: what is missing or double shows by name.
        var published = 0;
        var publishing = Task.WhenAll(Enumerable.Range(0, plugs).Select(async plug =>
        {
            await using var peer = await house.ConnectPlugAsync();
            for (var number = 1; number <= reportsEach; number++)
            {
                await peer.PublishAsync($"tele/kill{plug}/SENSOR", Report(DateTimeOffset.UtcNow, number, 100 + (number * KilowattHoursPerReport)));
                Interlocked.Increment(ref published);
            }
        }));
        foreach (var mark in (int[])[3_000, 8_000, 13_000])
        {
            await Eventually.TrueAsync(() => Volatile.Read(ref published) >= mark, TimeSpan.FromSeconds(60), $"{mark} reports are published");
            await house.App.KillAsync();
            await house.App.StartAgainAsync();
        }

        await publishing;
        await using var store = house.OpenTelemetry();
        await Eventually.TrueAsync(
            async () => await house.CountReadingsAsync(store) >= plugs * (reportsEach + 1), TimeSpan.FromSeconds(60), "every report is stored");

        foreach (var id in ids)
        {
            var (watts, counted) = await house.ReadingsOfAsync(store, id);
            Assert.Equal(Enumerable.Range(0, reportsEach + 1).Select(number => (double)number), watts);
            Assert.Equal(reportsEach * KilowattHoursPerReport, counted, 6);
        }
    }

    [Fact]
    public async Task Ingest_AfterAnHourAway_CountsTheBacklogIntoItsOwnBuckets()
    {
        var away = TimeSpan.FromHours(1);
        await using var house = await FaultHouse.StartAsync(clockOffset: -away - TimeSpan.FromSeconds(60));
        await using var store = house.OpenTelemetry();
        AwayPlug[] plugs =
        [
            new("asked-timed", 1, TellsTime: true), new("asked-untimed", 1, TellsTime: false),
            new("told-timed", 0, TellsTime: true), new("told-untimed", 0, TellsTime: false),
        ];
        foreach (var plug in plugs)
        {
            plug.Id = await house.AdoptTasmotaAsync(plug.Name, DateTimeOffset.UtcNow - away - TimeSpan.FromSeconds(60));
        }

        await using var peer = await house.ConnectPlugAsync();

        // A few live reports teach the usual interval and the plug's clock; these seconds are the plug's own.
        using var pace = new PeriodicTimer(AwayPlug.Interval);
        for (var number = 1; number <= AwayPlug.Live; number++)
        {
            await pace.WaitForNextTickAsync();
            foreach (var plug in plugs)
            {
                await plug.PublishAsync(peer, number, DateTimeOffset.UtcNow - away - TimeSpan.FromSeconds(60));
            }
        }

        await Eventually.TrueAsync(
            async () => await house.CountReadingsAsync(store) >= plugs.Length * (AwayPlug.Live + 1), TimeSpan.FromSeconds(20), "the live reports are stored");
        await house.App.KillAsync();

        // The plugs do not know that nobody listens.
        var start = DateTimeOffset.UtcNow - away;
        var missed = (int)(away / AwayPlug.Interval);
        for (var number = 1; number <= missed; number++)
        {
            foreach (var plug in plugs)
            {
                await plug.PublishAsync(peer, AwayPlug.Live + number, start + (number * AwayPlug.Interval));
            }
        }

        // QoS 0 has no answer: a later QoS 1 message on the same connection says that the broker has read all before it.
        await peer.PublishAsync("test/read", "all");
        await house.App.StartAgainAsync();
        var each = AwayPlug.Live + missed;
        await Eventually.TrueAsync(
            async () => await house.CountReadingsAsync(store) >= plugs.Length * (each + 1), TimeSpan.FromSeconds(90), "the backlog is stored");
        foreach (var plug in plugs)
        {
            var (watts, counted) = await house.ReadingsOfAsync(store, plug.Id);
            Assert.Equal(Enumerable.Range(0, each + 1).Select(number => (double)number), watts);
            Assert.Equal(each * KilowattHoursPerReport, counted, 6);
            AssertBuckets(await house.BucketsOfAsync(store, plug.Id), counted, start, start + away);
        }
    }

    private static void AssertBuckets(List<EnergyRollup> buckets, double counted, DateTimeOffset start, DateTimeOffset end)
    {
        Assert.Equal(counted, buckets.Sum(bucket => bucket.EnergyCountedKilowattHours), 6);
        Assert.DoesNotContain(buckets, bucket => bucket.BucketStart > DateTimeOffset.UtcNow);

        // Every whole bucket inside the hour holds its own 75 reports; 5 % is for the seconds that publishing itself took.
        var width = TimeSpan.FromMinutes(5);
        var whole = buckets.Where(bucket => bucket.BucketStart >= start + TimeSpan.FromMinutes(1) && bucket.BucketStart + width <= end - TimeSpan.FromMinutes(1)).ToList();
        Assert.InRange(whole.Count, 10, 12);
        var own = width / AwayPlug.Interval * KilowattHoursPerReport;
        Assert.All(whole, bucket => Assert.InRange(bucket.EnergyCountedKilowattHours, own * 0.95, own * 1.05));
    }

    private sealed record AwayPlug(string Name, int Qos, bool TellsTime)
    {
        public const int Live = 5;

        public static readonly TimeSpan Interval = TimeSpan.FromSeconds(4);

        public int Id { get; set; }

        public Task PublishAsync(MqttTestClient peer, int number, DateTimeOffset at) => peer.PublishAsync(
            $"tele/{Name}/SENSOR", Report(TellsTime ? at : null, number, 100 + (number * KilowattHoursPerReport)), qos: Qos);
    }

    private static string Report(DateTimeOffset? at, int watts, double total) => FaultHouse.Report(at, watts, total);
}

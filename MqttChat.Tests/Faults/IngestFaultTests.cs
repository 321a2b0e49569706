using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MqttChat.Domain.Persistence;
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

    [Theory]
    [InlineData(1, true)]
    [InlineData(1, false)]
    [InlineData(0, true)]
    [InlineData(0, false)]
    public async Task Ingest_AfterAnHourAway_CountsTheBacklogIntoItsOwnBuckets(int qos, bool withTime)
    {
        const int seconds = 3_600;
        await using var house = await FaultHouse.StartAsync(clockOffset: TimeSpan.FromSeconds(-seconds - 30));
        var hourAgo = DateTimeOffset.UtcNow.AddSeconds(-seconds - 30);
        var id = await house.AdoptTasmotaAsync("away", hourAgo);

        // A few live reports a second apart teach the usual interval and the plug's clock.
        await using var peer = await house.ConnectPlugAsync();
        using var everySecond = new PeriodicTimer(TimeSpan.FromSeconds(1));
        var live = 0;
        while (live < 6)
        {
            await everySecond.WaitForNextTickAsync();
            live++;
            await peer.PublishAsync("tele/away/SENSOR", Report(withTime ? DateTimeOffset.UtcNow.AddSeconds(-seconds - 30) : null, live, 100 + (live * KilowattHoursPerReport)), qos: qos);
        }

        await using var store = house.OpenTelemetry();
        await Eventually.TrueAsync(async () => await house.CountReadingsAsync(store) >= live + 1, TimeSpan.FromSeconds(20), "the live reports are stored");
        await house.App.KillAsync();

        // One report a second of the hour away; the plug does not know that nobody listens.
        var start = DateTimeOffset.UtcNow.AddSeconds(-seconds);
        for (var number = 1; number <= seconds; number++)
        {
            await peer.PublishAsync(
                "tele/away/SENSOR",
                Report(withTime ? start.AddSeconds(number) : null, live + number, 100 + ((live + number) * KilowattHoursPerReport)), qos: qos);
        }

        // QoS 0 has no answer: a later QoS 1 message on the same connection says that the broker has read all before it.
        await peer.PublishAsync("test/read", "all");
        await house.App.StartAgainAsync();
        await Eventually.TrueAsync(
            async () => await house.CountReadingsAsync(store) >= live + seconds + 1, TimeSpan.FromSeconds(60), "the backlog is stored");

        var (watts, counted) = await house.ReadingsOfAsync(store, id);
        Assert.Equal(Enumerable.Range(0, live + seconds + 1).Select(number => (double)number), watts);
        Assert.Equal((live + seconds) * KilowattHoursPerReport, counted, 6);
        var buckets = await house.BucketsOfAsync(store, id);
        Assert.Equal(counted, buckets.Sum(bucket => bucket.EnergyCountedKilowattHours), 6);
        Assert.DoesNotContain(buckets, bucket => bucket.BucketStart > DateTimeOffset.UtcNow);

        // Whole buckets inside the hour hold 300 reports, one a second; 5 % leaves room for the seconds between the steps above.
        var whole = buckets.Where(bucket => bucket.BucketStart >= start.AddMinutes(1) && bucket.BucketStart.AddMinutes(5) <= start.AddSeconds(seconds - 30)).ToList();
        Assert.InRange(whole.Count, 10, 12);
        Assert.All(whole, bucket => Assert.InRange(bucket.EnergyCountedKilowattHours, 0.285, 0.315));
    }

    private static string Report(DateTimeOffset? at, int watts, double total) => FaultHouse.Report(at, watts, total);
}

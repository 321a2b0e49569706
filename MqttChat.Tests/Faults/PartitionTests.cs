using System.Diagnostics;
using System.Globalization;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Faults;

/// <summary>Ingest divided into partitions over several instances: how much goes through, and what a killed holder costs.</summary>
[Collection(FaultProcesses.Crowded)]
public sealed class PartitionTests
{
    private const int Plugs = 16;
    private const int ReportsEach = 1_000;
    private static readonly TimeSpan TakenOverWithin = TimeSpan.FromSeconds(15);

    [FaultTheory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(2, 2)]
    [InlineData(2, 4)]
    [InlineData(4, 1)]
    [InlineData(4, 2)]
    [InlineData(4, 4)]
    public async Task Ingest_OverInstancesAndPartitions_IsWholeWithAHolderKilled(int instances, int partitions)
    {
        await using var house = await InstancesHouse.StartAsync(instances, partitions);
        var plugs = await FaultPublishers.AdoptAsync(house.House, "part", Plugs);
        await house.SpreadAsync(partitions);

        var cpu = Cpu(house);
        var rate = await ThroughputAsync(house, plugs);
        var cpuEach = (Cpu(house) - cpu).TotalMilliseconds / (Plugs * ReportsEach / 1000.0);
        var takeOver = instances > 1 ? await KillAHolderAsync(house, plugs) : (TimeSpan?)null;

        var counts = await plugs.FinishAsync(within: TimeSpan.FromSeconds(30));
        FaultReport.Write(
            $"{instances} instances, {partitions} partitions",
            string.Create(
                CultureInfo.InvariantCulture,
                $"{rate:0} reports/s committed, {cpuEach:0} ms of CPU for 1,000, {BytesEach(house, plugs):0} bytes of database each; {(takeOver is { } took ? $"a killed holder's partitions taken over after {took.TotalSeconds:0.0} s; " : "")}{string.Join("; ", counts)}"));
        Assert.All(counts, count => Assert.True(count.IsWhole, count.ToString()));
        Assert.True(takeOver is null || takeOver < TakenOverWithin, $"taken over after {takeOver}");
    }

    private static TimeSpan Cpu(InstancesHouse house) => house.Apps.Aggregate(TimeSpan.Zero, (sum, app) =>
    {
        using var process = Process.GetProcessById(app.ProcessId);
        return sum + process.TotalProcessorTime;
    });

    private static double BytesEach(InstancesHouse house, FaultPublishers plugs) =>
        (double)new FileInfo(Path.Combine(house.House.App.DataDirectory, "telemetry.db")).Length / plugs.Taken;

    private static async Task<double> ThroughputAsync(InstancesHouse house, FaultPublishers plugs)
    {
        await using var store = house.House.OpenTelemetry();
        var wanted = await house.House.CountReadingsAsync(store) + (Plugs * ReportsEach);
        var since = Stopwatch.GetTimestamp();
        await plugs.RunAsync(ReportsEach);
        await Eventually.TrueAsync(
            async () => await house.House.CountReadingsAsync(store) >= wanted, TimeSpan.FromSeconds(60), "all reports are stored");
        return Plugs * ReportsEach / Stopwatch.GetElapsedTime(since).TotalSeconds;
    }

    private static async Task<TimeSpan> KillAHolderAsync(InstancesHouse house, FaultPublishers plugs)
    {
        var held = await house.HoldersAsync();
        var victim = held.MinBy(one => one.Key).Value;
        using var stop = new CancellationTokenSource();
        var sent = plugs.Sent;
        var publishing = plugs.RunAsync(1_000_000, TimeSpan.FromMilliseconds(50), stop.Token);
        await Eventually.TrueAsync(() => plugs.Sent > sent + 200);
        await victim.KillAsync();
        var took = await house.TakenOverAsync(victim, [.. held.Where(one => one.Value == victim).Select(one => one.Key)]);
        await InstancesTests.AssertStoringAsync(house);
        await InstancesHouse.EndAsync(publishing, stop);
        return took;
    }
}

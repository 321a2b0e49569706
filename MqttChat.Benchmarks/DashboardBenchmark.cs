using MqttChat.Benchmarks.Load;

namespace MqttChat.Benchmarks;

/// <summary>
/// A dashboard of 50 tiles and the house's chart in a browser while reports stream in: how old the number in a tile was at
/// most, told right before the next one took its place.
/// </summary>
public sealed class DashboardBenchmark : Benchmark
{
    private const int Plugs = 50;
    private static readonly int[] Rates = [300, 1000, 5000];
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(15);

    public override string Name => "dashboard";

    public override TimeSpan TimeLimit => TimeSpan.FromMinutes(3);

    public override async Task RunAsync(ICollection<Figure> figures, CancellationToken cancellation)
    {
        await using var house = await PlugHouse.StartAsync(Brokers.EverySecond.Settings, Plugs, cancellation);
        using var publisher = await RawPublisher.OpenAsync(house.Broker, Plugs, 1, cancellation);
        await using var dashboard = await DashboardWatch.OpenAsync(house.App, Plugs);
        await publisher.PublishSteadilyAsync(300, TimeSpan.FromSeconds(5), null, cancellation);
        var sent = Enumerable.Range(0, Plugs).Select(_ => new List<(int Number, double At)>()).ToArray();
        foreach (var rate in Rates)
        {
            await dashboard.TakeAsync();
            Array.ForEach(sent, log => log.Clear());
            var before = ProcessCost.Of(house.App.ProcessId);
            await publisher.PublishSteadilyAsync(
                rate, Step, (plug, number, at) => sent[plug].Add((number, (at - DateTimeOffset.UnixEpoch).TotalMilliseconds)), cancellation);
            var cost = ProcessCost.Of(house.App.ProcessId).ShareSince(before) * 100;
            var painted = await dashboard.TakeAsync();
            var ages = Ages(sent, painted, sent.Max(log => log[^1].At));
            figures.Add(new Figure($"dashboard of 50 plugs at {rate:N0} reports/s: oldest number shown", Percentile(ages, 100) / 1000, "s")
            {
                Note = $"p50 {Report.Number(Percentile(ages, 50))} ms, p99 {Report.Number(Percentile(ages, 99))} ms over {ages.Count} changes of "
                    + $"{Plugs} tiles; the app used {cost:0} % of a core; Node-RED's falls behind at 300.",
            }.AtMost(1));
        }
    }

    /// <summary>The ages in ms that numbers had when the next one was painted, and that the last ones had at the end.</summary>
    private static List<double> Ages(IReadOnlyList<(int Number, double At)>[] sent, IReadOnlyList<Painted> painted, double end)
    {
        List<double> ages = [];
        foreach (var tile in painted.GroupBy(one => one.Plug))
        {
            var log = sent[tile.Key];
            var (shown, previous) = (-1, -1);
            foreach (var one in tile)
            {
                // The first report after the one shown that looks like this: powers come round, but none twice in seven seconds.
                var found = shown + 1;
                while (found < log.Count && PlugReports.WattsOf(log[found].Number) != one.Watts)
                {
                    found++;
                }

                if (found == log.Count)
                {
                    continue;
                }

                (previous, shown) = (shown, found);
                ages.Add(one.At - log[previous < 0 ? 0 : previous].At);
            }

            ages.Add(end - log[Math.Max(shown, 0)].At);
        }

        return painted.Select(one => one.Plug).Distinct().Count() == sent.Length
            ? ages : throw new InvalidOperationException("Some tiles showed nothing new at all.");
    }
}

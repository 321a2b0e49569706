using System.Collections.Concurrent;
using System.Diagnostics;
using MqttChat.Benchmarks.Load;
using MqttChat.Tests.Support;

namespace MqttChat.Benchmarks;

/// <summary>
/// One report at a time in a house of 50 plugs: until it is committed, and until a browser has painted its number. The commit
/// is known by the reload signal that follows it, so the figure has the broker's way back in it.
/// </summary>
public sealed class LatencyBenchmark : Benchmark
{
    private const int Plugs = 50;
    private const int WarmUps = 20;
    private const int Reports = 60;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(560);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    public override string Name => "latency";

    public override TimeSpan TimeLimit => TimeSpan.FromMinutes(3);

    public override async Task RunAsync(ICollection<Figure> figures, CancellationToken cancellation)
    {
        await MeasureAsync(Brokers.EverySecond, figures, cancellation);
        await MeasureAsync(Brokers.Deployed, figures, cancellation);
    }

    private static async Task MeasureAsync(
        (string Name, MosquittoSettings Settings) broker, ICollection<Figure> figures, CancellationToken cancellation)
    {
        await using var house = await PlugHouse.StartAsync(broker.Settings, Plugs, cancellation);
        using var publisher = await RawPublisher.OpenAsync(house.Broker, Plugs, 1, cancellation);
        var roundTrips = await RoundTripsAsync(house.Broker, cancellation);
        var signalled = new BlockingCollection<long>();
        await using var listener = await Listener.OpenAsync(
            house.Broker, "mqttchat/power", durable: false, _ => signalled.Add(Stopwatch.GetTimestamp(), CancellationToken.None), cancellation);
        await using var dashboard = await DashboardWatch.OpenAsync(house.App, Plugs);
        await OneByOneAsync(publisher, signalled, WarmUps, cancellation);
        await dashboard.TakeAsync();
        var (committed, sent) = await OneByOneAsync(publisher, signalled, Reports, cancellation);
        var painted = Delays(sent, await dashboard.TakeAsync());

        var roundTrip = Percentile(roundTrips, 50);
        figures.Add(new Figure($"report published until committed, p50 ({broker.Name})", Percentile(committed, 50), "ms")
        {
            Note = $"Until the signal that follows the commit is back; p95 {Report.Number(Percentile(committed, 95))} ms; "
                + $"round trip p95 {Report.Number(Percentile(roundTrips, 95))} ms.",
        }.Beside("broker's round trip, p50", roundTrip).AtMost(2));
        figures.Add(Painted(painted, 50, 10, $"FHEM 12.5, Node-RED's dashboard 19 ms; {painted.Count} of {Reports} seen; published every 560 ms."));
        figures.Add(Painted(painted, 95, 18, null));

        Figure Painted(IReadOnlyCollection<double> delays, int percent, double aim, string? note) =>
            new Figure($"report published until painted in a browser, p{percent} ({broker.Name})", Percentile(delays, percent), "ms") { Note = note }
                .Beside("broker's round trip, p50", roundTrip).AtMost(aim);
    }

    /// <summary>Publishes one after the other, each once the one before is committed and a pause has gone by.</summary>
    private static async Task<(List<double> Committed, List<(int Plug, int Watts, double At)> Sent)> OneByOneAsync(
        RawPublisher publisher, BlockingCollection<long> signalled, int count, CancellationToken cancellation)
    {
        var (committed, sent) = (new List<double>(), new List<(int, int, double)>());
        using var timer = new PeriodicTimer(Pause);
        for (var i = 0; i < count; i++)
        {
            await timer.WaitForNextTickAsync(cancellation);
            while (signalled.TryTake(out _))
            {
                // What was said of an earlier one.
            }

            var begun = Stopwatch.GetTimestamp();
            publisher.PublishOne((plug, number, at) => sent.Add((plug, PlugReports.WattsOf(number), Milliseconds(at))));
            committed.Add(signalled.TryTake(out var at, (int)Longest.TotalMilliseconds, cancellation)
                ? Stopwatch.GetElapsedTime(begun, at).TotalMilliseconds : throw new TimeoutException("No signal followed a report."));
        }

        // The last one is painted by then, or late enough to be missed.
        await timer.WaitForNextTickAsync(cancellation);
        return (committed, sent);
    }

    private static List<double> Delays(List<(int Plug, int Watts, double At)> sent, IReadOnlyList<Painted> painted) =>
        [.. sent.SelectMany(report => painted.Where(one => one.Plug == report.Plug && one.Watts == report.Watts && one.At >= report.At)
            .Take(1).Select(one => one.At - report.At))];

    private static double Milliseconds(DateTimeOffset at) => (at - DateTimeOffset.UnixEpoch).TotalMilliseconds;

    private static async Task<List<double>> RoundTripsAsync(MosquittoProcess broker, CancellationToken cancellation)
    {
        var back = new BlockingCollection<long>();
        await using var listener = await Listener.OpenAsync(
            broker, "ping", durable: false, _ => back.Add(Stopwatch.GetTimestamp(), CancellationToken.None), cancellation);
        var trips = new List<double>();
        for (var i = 0; i < 220; i++)
        {
            var begun = Stopwatch.GetTimestamp();
            await listener.PublishAsync("ping", cancellation);
            trips.Add(Stopwatch.GetElapsedTime(begun, back.Take(cancellation)).TotalMilliseconds);
        }

        return trips[20..];
    }
}

using System.Diagnostics;
using MqttChat.Benchmarks.Load;
using MqttChat.Tests.Support;

namespace MqttChat.Benchmarks;

/// <summary>
/// Reports of 1,000 plugs, published as fast as the broker takes them, until the last one is committed; against the same
/// reports to a client that only acknowledges, in turns.
/// </summary>
public sealed class IngestBenchmark : Benchmark
{
    private const int Plugs = 1000;
    private const int Connections = 4;
    private const int Rounds = 3;
    private static readonly TimeSpan LongestRound = TimeSpan.FromSeconds(40);

    public override string Name => "ingest";

    public override TimeSpan TimeLimit => TimeSpan.FromMinutes(4);

    public override async Task RunAsync(ICollection<Figure> figures, CancellationToken cancellation)
    {
        await MeasureAsync(Brokers.EverySecond, 60_000, figures, cancellation);
        await MeasureAsync(Brokers.Deployed, 20_000, figures, cancellation);
    }

    private static async Task MeasureAsync(
        (string Name, MosquittoSettings Settings) broker, int reports, ICollection<Figure> figures, CancellationToken cancellation)
    {
        await using var rawBroker = await MosquittoProcess.StartAsync(broker.Settings);
        await using var sink = await Listener.OpenAsync(rawBroker, "tele/#", durable: true, null, cancellation);
        using var rawPublisher = await RawPublisher.OpenAsync(rawBroker, Plugs, Connections, cancellation);
        await using var house = await PlugHouse.StartAsync(broker.Settings, Plugs, cancellation);
        using var publisher = await RawPublisher.OpenAsync(house.Broker, Plugs, Connections, cancellation);

        await RawAsync(rawPublisher, sink, Plugs * 4, cancellation);
        await StoredAsync(publisher, house, Plugs * 4, cancellation);
        var (raw, stored, costs, brokerCosts) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            raw.Add(await RawAsync(rawPublisher, sink, reports, cancellation));
            var before = ProcessCost.Of(house.App.ProcessId);
            var brokerBefore = ProcessCost.Of(house.Broker.ProcessId);
            stored.Add(await StoredAsync(publisher, house, reports, cancellation));
            costs.Add(ProcessCost.Of(house.App.ProcessId).Since(before) * 1e6 / reports);
            brokerCosts.Add(ProcessCost.Of(house.Broker.ProcessId).Since(brokerBefore) * 1e6 / reports);
        }

        figures.Add(new Figure($"reports of 1,000 plugs published, committed and acknowledged ({broker.Name})", Median(stored), "reports/s")
        {
            Note = $"Rounds of {reports:N0}: {string.Join(", ", stored.Select(Report.Number))}; raw {string.Join(", ", raw.Select(Report.Number))}. "
                + "Peers: Node-RED with SQLite 12,000, collectd with InfluxDB 17,900.",
        }.Beside("raw QoS 1 publisher, Mosquitto, MQTTnet client that acknowledges", Median(raw)).AtLeastOfLimit(0.6).AtLeast(18_000));
        figures.Add(new Figure($"processor time of the app for a report ({broker.Name})", Median(costs), "µs")
            .Beside("Mosquitto's for the same report", Median(brokerCosts)));
    }

    private static async Task<double> RawAsync(RawPublisher publisher, Listener sink, int reports, CancellationToken cancellation)
    {
        var before = sink.Heard;
        var watch = Stopwatch.StartNew();
        var publishing = publisher.PublishAsync(reports, cancellation);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (sink.Heard - before < reports)
        {
            await timer.WaitForNextTickAsync(cancellation);
            if (watch.Elapsed > LongestRound)
            {
                throw new TimeoutException($"Only {sink.Heard - before} of {reports} reports arrived.");
            }
        }

        var rate = reports / watch.Elapsed.TotalSeconds;
        await publishing;
        return rate;
    }

    private static async Task<double> StoredAsync(RawPublisher publisher, PlugHouse house, int reports, CancellationToken cancellation)
    {
        var before = house.Committed();
        var watch = Stopwatch.StartNew();
        var publishing = publisher.PublishAsync(reports, cancellation);
        await house.CommittedAsync(before + reports, LongestRound, cancellation);
        var rate = reports / watch.Elapsed.TotalSeconds;
        await publishing;
        return rate;
    }
}

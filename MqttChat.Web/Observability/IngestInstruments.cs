using System.Diagnostics.Metrics;
using MqttChat.Domain;
using MqttChat.Domain.Telemetry;
using MqttChat.Web.Mqtt;

namespace MqttChat.Web.Observability;

/// <summary>What the way of the reports tells.</summary>
internal static class IngestInstruments
{
    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600],
    };

    private static readonly InstrumentAdvice<int> Reports = new() { HistogramBucketBoundaries = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000] };

    public static void Add(Meter meter, IngestCounters counters, DiscoverySession discovery, TimeProvider clock)
    {
        AddReports(meter, counters, discovery);
        meter.CreateObservableGauge("mqttchat.ingest.queue.length", () => counters.Waiting, "{report}", "Reports delivered and not yet stored");
        meter.CreateObservableGauge(
            "mqttchat.ingest.newest_report.age",
            () => Known<double>(counters.NewestReportAt is { } at ? Math.Max(0, (clock.GetUtcNow() - at).TotalSeconds) : null),
            "s", "Since the newest report that was stored had come");
        meter.CreateObservableGauge("mqttchat.ingest.leases.held", () => counters.LeasesHeld, "{lease}", "Partitions that this instance takes in");
        meter.CreateObservableCounter("mqttchat.ingest.leases.lost", () => counters.LeasesLost, "{lease}", "Partitions that another instance took over");
        AddBatches(meter, counters);
    }

    /// <summary>One measurement a reason; reasons are codes, so there are few.</summary>
    public static IEnumerable<Measurement<long>> ByReason(ReasonCounts counts) =>
        counts.Read().Select(one => new Measurement<long>(one.Value, KeyValuePair.Create<string, object?>("error.type", one.Key)));

    /// <summary>No measurement where nothing is known.</summary>
    public static IEnumerable<Measurement<T>> Known<T>(T? value)
        where T : struct => value is { } known ? [new(known)] : [];

    private static void AddReports(Meter meter, IngestCounters counters, DiscoverySession discovery)
    {
        meter.CreateObservableCounter("mqttchat.ingest.reports.received", () => counters.Received, "{report}", "Reports that the broker delivered");
        meter.CreateObservableCounter("mqttchat.ingest.reports.stored", () => counters.Stored, "{report}", "Reports committed");
        meter.CreateObservableCounter("mqttchat.ingest.reports.duplicate", () => counters.Redelivered, "{report}", "Deliveries that had been stored before");
        meter.CreateObservableCounter("mqttchat.ingest.reports.dropped", () => counters.Dropped, "{report}", "QoS 0 reports dropped because too many waited");
        meter.CreateObservableCounter("mqttchat.ingest.dead_letters", () => ByReason(counters.RejectedBy), "{report}", "Reports that could not be read");
        meter.CreateObservableCounter("mqttchat.discovery.dropped", () => discovery.Dropped, "{message}", "Messages of unknown plugs that nobody looked at");
    }

    private static void AddBatches(Meter meter, IngestCounters counters)
    {
        var size = meter.CreateHistogram("mqttchat.ingest.batch.size", "{report}", "Reports in one transaction", null, Reports);
        var commit = meter.CreateHistogram("mqttchat.ingest.commit.duration", "s", "How long a batch's transaction took", null, Seconds);
        var lag = meter.CreateHistogram("mqttchat.ingest.lag", "s", "From a batch's oldest delivery to its commit", null, Seconds);
        counters.BatchStored += batch =>
        {
            size.Record(batch.Reports);
            commit.Record(batch.Commit.TotalSeconds);
            lag.Record(batch.Lag.TotalSeconds);
        };
    }
}

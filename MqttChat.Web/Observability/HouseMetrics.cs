using System.Diagnostics.Metrics;
using MqttChat.Domain;
using MqttChat.Domain.Chat;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Rooms;
using MqttChat.Domain.Signals;
using MqttChat.Domain.Telemetry;
using MqttChat.Web.Accounts;
using MqttChat.Web.Mqtt;

namespace MqttChat.Web.Observability;

/// <summary>
/// The meter <c>MqttChat</c>. What is counted anyway for the page and the API is read when a collector asks, so that a report
/// costs nothing; only a batch is recorded. Names and meanings: <c>docs/operations.md</c>.
/// </summary>
internal sealed class HouseMetrics(IMeterFactory meters, IServiceProvider services) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var meter = meters.Create(HouseActivities.Name);
        IngestInstruments.Add(meter, Of<IngestCounters>(), Of<DiscoverySession>(), Of<TimeProvider>());
        AddSignals(meter, Of<SignalHub>(), Of<SignalSession>());
        AddFeeds(meter, [Of<RoomFeeds>().Counters, Of<RoomListFeed>().Counters, Of<PowerFeed>().Counters]);
        AddPosts(meter, Of<PostWriter>().Counters);
        AddCircuits(meter, Of<CircuitLimit>());
        AddStores(meter, Of<StoreSizes>(), Of<TelemetryRetention>(), Of<TimeProvider>());
        var broker = Of<BrokerStatus>();
        meter.CreateObservableGauge("mqttchat.broker.connected", () => broker.Current.Connected ? 1 : 0, "{connection}", "1 while the broker is connected, else 0");
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static void AddSignals(Meter meter, SignalHub hub, SignalSession session)
    {
        meter.CreateObservableGauge("mqttchat.signals.subscriptions", () => hub.Subscriptions, "{subscription}", "Parts of open pages and feeds that listen to signals");
        meter.CreateObservableCounter("mqttchat.signals.published", () => hub.Published, "{signal}", "Reload signals of this instance");
        meter.CreateObservableCounter("mqttchat.signals.received", () => hub.Received, "{signal}", "Reload signals from other instances");
        meter.CreateObservableCounter("mqttchat.signals.coalesced", () => session.Coalesced, "{signal}", "Signals not sent because the same one waited already");
    }

    private static void AddFeeds(Meter meter, FeedCounters[] feeds)
    {
        meter.CreateObservableCounter("mqttchat.feed.reads", () => Each(feeds, feed => feed.Reads), "{read}", "Reads of a read model from the database");
        meter.CreateObservableCounter("mqttchat.feed.coalesced", () => Each(feeds, feed => feed.Coalesced), "{signal}", "Signals that made no read of their own");
    }

    private static void AddPosts(Meter meter, PostCounters posts)
    {
        meter.CreateObservableCounter("mqttchat.chat.posts.stored", () => posts.Stored, "{message}", "Messages committed");
        meter.CreateObservableCounter("mqttchat.chat.posts.repeated", () => posts.Repeated, "{message}", "Posts that had been stored before");
        meter.CreateObservableCounter("mqttchat.chat.posts.refused", () => IngestInstruments.ByReason(posts.Refused), "{message}", "Posts refused");
    }

    private static void AddCircuits(Meter meter, CircuitLimit circuits)
    {
        meter.CreateObservableGauge("mqttchat.circuits.open", () => circuits.Count, "{circuit}", "Open pages of signed-in people");
        meter.CreateObservableCounter("mqttchat.circuits.refused", () => circuits.Refused, "{circuit}", "Pages refused because the person had far too many");
    }

    private static void AddStores(Meter meter, StoreSizes sizes, TelemetryRetention retention, TimeProvider clock)
    {
        meter.CreateObservableGauge("mqttchat.store.size", () => Sizes(sizes.Current), "By", "What a store takes on the disk");
        meter.CreateObservableGauge(
            "mqttchat.store.free", () => IngestInstruments.Known(sizes.Current?.FreeBytes), "By", "What is left on the disk of SQLite's files");
        meter.CreateObservableGauge(
            "mqttchat.cleanup.age", () => IngestInstruments.Known(
                retention.Last is { Deleted: not null } last ? (clock.GetUtcNow() - last.At).TotalSeconds : (double?)null),
            "s", "Since the last clean-up that went well");
    }

    private static IEnumerable<Measurement<long>> Sizes(StoreSize? size) => size is null
        ? []
        : [new(size.HouseBytes, KeyValuePair.Create<string, object?>("mqttchat.store", "house")),
           new(size.TelemetryBytes, KeyValuePair.Create<string, object?>("mqttchat.store", "telemetry"))];

    private static IEnumerable<Measurement<long>> Each(FeedCounters[] feeds, Func<FeedCounters, long> value) =>
        feeds.Select(feed => new Measurement<long>(value(feed), KeyValuePair.Create<string, object?>("mqttchat.feed", feed.Kind)));

    private T Of<T>()
        where T : notnull => services.GetRequiredService<T>();
}

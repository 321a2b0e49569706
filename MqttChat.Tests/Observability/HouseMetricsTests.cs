using Microsoft.Extensions.DependencyInjection;
using MqttChat.Domain;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Chat;
using MqttChat.Domain.Signals;
using MqttChat.Domain.Telemetry;
using MqttChat.Tests.Accounts;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Observability;

/// <summary>What a collector reads of a house.</summary>
public sealed class HouseMetricsTests : IAsyncLifetime
{
    private readonly HouseApp _app = new();
    private Viewer _staff = null!;
    private MeterReader _meter = null!;

    public async Task InitializeAsync()
    {
        _staff = await _app.SetUpAsync();
        _meter = new MeterReader(_app.Services);
    }

    public async Task DisposeAsync()
    {
        _meter.Dispose();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task Subscriptions_WhenOneIsMadeAndEnded_GoUpAndBack()
    {
        var hub = _app.Services.GetRequiredService<SignalHub>();

        // The program's own sessions subscribe once they are connected: where one does in this moment, it is looked again.
        await Eventually.TrueAsync(() =>
        {
            var before = _meter.Read()["mqttchat.signals.subscriptions"];
            var one = hub.Subscribe(ReloadSignal.Power, () => { });
            var meanwhile = _meter.Read()["mqttchat.signals.subscriptions"];
            one.Dispose();
            one.Dispose();
            return (before + 1, before) == (meanwhile, _meter.Read()["mqttchat.signals.subscriptions"]);
        });
    }

    [Fact]
    public async Task Posts_StoredRepeatedAndRefused_AreCountedApart()
    {
        var rooms = _app.Services.GetRequiredService<ChatRooms>();
        await rooms.PostAsync(_staff, 1, "hello", "a", default);
        await rooms.PostAsync(_staff, 1, "hello", "a", default);
        await Assert.ThrowsAsync<RefusedException>(() => rooms.PostAsync(_staff, 1, " ", "b", default));
        await Assert.ThrowsAsync<RefusedException>(() => rooms.PostAsync(_staff, 99, "hello", "c", default));

        var read = _meter.Read();
        Assert.Equal(1, read["mqttchat.chat.posts.stored"]);
        Assert.Equal(1, read["mqttchat.chat.posts.repeated"]);
        Assert.Equal(1, read["mqttchat.chat.posts.refused/message.empty"]);
        Assert.Equal(1, read["mqttchat.chat.posts.refused/room.notFound"]);
    }

    [Fact]
    public async Task RoomFeed_AtItsFirstReader_CountsAReadOfItsKind()
    {
        using var open = await _app.Services.GetRequiredService<RoomFeeds>().OpenAsync(_staff, 1, () => { }, default);

        Assert.InRange(_meter.Read()["mqttchat.feed.reads/room"], 1, 100);
        Assert.Equal(0, _meter.Read()["mqttchat.feed.reads/power"]);
    }

    [Fact]
    public async Task Broker_OnceConnected_IsOne() =>
        await Eventually.TrueAsync(() => _meter.Read()["mqttchat.broker.connected"] == 1, what: "the embedded broker is connected");

    [Fact]
    public async Task Ingest_AfterABatch_TellsItsSizeLagAndAge()
    {
        var counters = _app.Services.GetRequiredService<IngestCounters>();
        await Eventually.TrueAsync(() => _meter.Read()["mqttchat.ingest.leases.held"] == 1, what: "the lease is held");
        Assert.DoesNotContain("mqttchat.ingest.newest_report.age", _meter.Read().Keys);

        counters.NoteBatch(new StoredBatch(7, TimeSpan.FromMilliseconds(3), TimeSpan.FromMilliseconds(5)), _app.Clock.GetUtcNow());
        _app.Clock.Push(TimeSpan.FromMinutes(2));

        var read = _meter.Read();
        Assert.Equal(7, read["mqttchat.ingest.batch.size"]);
        Assert.Equal(0.003, read["mqttchat.ingest.commit.duration"]);
        Assert.Equal(0.005, read["mqttchat.ingest.lag"]);
        Assert.InRange(read["mqttchat.ingest.newest_report.age"], 120, 180);
    }

    [Fact]
    public void ReasonCounts_OfMoreReasonsThanItsBound_PutsTheRestTogether()
    {
        var counts = new ReasonCounts();
        for (var reason = 0; reason < 1000; reason++)
        {
            counts.Count($"reason{reason}");
        }

        Assert.Equal(1000, counts.Total);
        Assert.InRange(counts.Read().Length, 1, 65);
    }
}

using System.Collections.Concurrent;
using MqttChat.Domain.Devices;
using MqttChat.Domain.Signals;
using MqttChat.Tests.Support;
using MqttChat.Web.Mqtt;

namespace MqttChat.Tests.Mqtt;

public sealed class DiscoverySessionTests
{
    [Fact]
    public async Task Messages_ArriveInBatches_WithoutTheAppsOwn()
    {
        await using var broker = await MosquittoProcess.StartAsync();
        await broker.PublishAsync("tele/fridge/LWT", "Online", retain: true);
        var settings = MqttRig.For(broker.Port);
        settings.DiscoveryFilters.Add("#");
        await using var rig = await new MqttRig(settings).ConnectedAsync();
        var heard = new ConcurrentQueue<HeardRaw>();
        var fails = 1;
        rig.RunDiscovery((batch, _) =>
        {
            if (Interlocked.Exchange(ref fails, 0) == 1)
            {
                throw new IOException("database is locked");
            }

            foreach (var message in batch)
            {
                heard.Enqueue(message);
            }

            return Task.CompletedTask;
        });
        // The first batch fails, and nothing stops.
        await Eventually.TrueAsync(() => fails == 0);

        rig.Hub.Publish(ReloadSignal.Rooms);
        await broker.PublishAsync("tele/fridge/SENSOR", new string('x', 70_000));
        await broker.PublishAsync("tele/fridge/SENSOR", "{}");
        await Eventually.TrueAsync(() => !heard.IsEmpty);

        Assert.Equal(["tele/fridge/SENSOR"], heard.Select(message => message.Topic));
        Assert.Equal(2, heard.Single().Payload.Length);
    }

    [Fact]
    public void Ring_Full_DropsTheOldest()
    {
        var ring = new HeardRing(maxMessages: 3, maxBytes: 1_000_000);
        for (var i = 0; i < 5; i++)
        {
            ring.Add(new($"t{i}", default, false, default));
        }

        Assert.Equal(["t2", "t3", "t4"], ring.Take(10).Select(message => message.Topic));
        Assert.Equal(2, ring.Dropped);
    }
}

using MqttChat.Domain.Telemetry;
using MqttChat.Tests.Support;
using MqttChat.Web.Mqtt;

namespace MqttChat.Tests.Mqtt;

public sealed class UnacknowledgedQueueTests
{
    private readonly IngestCounters _counters = new();

    [Fact]
    public void Add_BeyondTheNumber_DropsTheOldestAndCountsIt()
    {
        var queue = new UnacknowledgedQueue(2, _counters);
        foreach (var topic in (string[])["first", "second", "third"])
        {
            queue.Add(Deliveries.AtMostOnce(topic, 10));
        }

        Assert.Equal(["second", "third"], TakeAll(queue));
        Assert.Equal(1, _counters.Dropped);
    }

    [Fact]
    public void Add_BeyondTheBytes_DropsTheOldestButKeepsTheNewest()
    {
        var queue = new UnacknowledgedQueue(1000, _counters, boundBytes: 3000);
        foreach (var topic in (string[])["first", "second", "third"])
        {
            queue.Add(Deliveries.AtMostOnce(topic, 1200));
        }

        queue.Add(Deliveries.AtMostOnce("huge", 5000));

        Assert.Equal(["huge"], TakeAll(queue));
        Assert.Equal(3, _counters.Dropped);
    }

    [Fact]
    public void Add_AfterTaking_HasTheBytesBack()
    {
        var queue = new UnacknowledgedQueue(1000, _counters, boundBytes: 3000);
        for (var round = 0; round < 10; round++)
        {
            queue.Add(Deliveries.AtMostOnce("first", 1000));
            queue.Add(Deliveries.AtMostOnce("second", 1000));
            Assert.Equal(["first", "second"], TakeAll(queue));
        }

        Assert.Equal(0, _counters.Dropped);
    }

    private static List<string> TakeAll(UnacknowledgedQueue queue)
    {
        var topics = new List<string>();
        while (queue.TryTake(out var delivery))
        {
            topics.Add(delivery!.Received.ApplicationMessage.Topic);
        }

        return topics;
    }
}

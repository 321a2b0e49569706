using MqttChat.Web.Mqtt;
using MQTTnet;
using MQTTnet.Packets;

namespace MqttChat.Tests.Support;

/// <summary>Messages as the client library hands them over.</summary>
internal static class Deliveries
{
    public static Delivery AtMostOnce(string topic, int payloadBytes) => new(
        new MqttApplicationMessageReceivedEventArgs(
            "plug", new MqttApplicationMessage { Topic = topic, PayloadSegment = new byte[payloadBytes] }, new MqttPublishPacket(),
            (_, _) => Task.CompletedTask),
        DateTimeOffset.UnixEpoch);
}

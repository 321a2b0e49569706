using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace MqttChat.Tests.Support;

/// <summary>A message as a peer heard it.</summary>
public sealed record HeardByPeer(string Topic, string Payload, bool Retained);

/// <summary>Any other MQTT client of the house: a plug that publishes, or somebody who listens.</summary>
public sealed class MqttPeer : IAsyncDisposable
{
    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();

    /// <summary>What came in, in order.</summary>
    public ConcurrentQueue<HeardByPeer> Heard { get; } = new();

    public static async Task<MqttPeer> ConnectAsync(int port, string? user = null, string? password = null)
    {
        var peer = new MqttPeer();
        peer._client.ApplicationMessageReceivedAsync += received =>
        {
            var message = received.ApplicationMessage;
            peer.Heard.Enqueue(new(message.Topic, Encoding.UTF8.GetString(message.Payload.ToArray()), message.Retain));
            return Task.CompletedTask;
        };
        var options = new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", port).WithProtocolVersion(MqttProtocolVersion.V500)
            .WithClientId($"peer-{Guid.NewGuid():N}").WithCleanStart().WithTimeout(TimeSpan.FromSeconds(10));
        if (user is not null)
        {
            options = options.WithCredentials(user, password);
        }

        var result = await peer._client.ConnectAsync(options.Build());
        Assert.Equal(MqttClientConnectResultCode.Success, result.ResultCode);
        return peer;
    }

    public Task SubscribeAsync(string filter) => _client.SubscribeAsync(filter, MqttQualityOfServiceLevel.AtLeastOnce);

    /// <summary>Publishes; at QoS 1 it returns when the broker has taken the message.</summary>
    public async Task PublishAsync(string topic, string payload, bool retain = false, int qos = 1)
    {
        var result = await _client.PublishAsync(new MqttApplicationMessageBuilder().WithTopic(topic).WithPayload(payload).WithRetainFlag(retain)
            .WithQualityOfServiceLevel(qos == 0 ? MqttQualityOfServiceLevel.AtMostOnce : MqttQualityOfServiceLevel.AtLeastOnce).Build());
        Assert.True(result.IsSuccess, $"{topic}: {result.ReasonCode}");
    }

    public async ValueTask DisposeAsync()
    {
        if (_client.IsConnected)
        {
            await _client.DisconnectAsync();
        }

        _client.Dispose();
    }
}

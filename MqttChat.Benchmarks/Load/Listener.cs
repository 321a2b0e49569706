using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using MqttChat.Tests.Support;

namespace MqttChat.Benchmarks.Load;

/// <summary>
/// A plain MQTTnet client that takes what the broker has and acknowledges it: the least that any program of this kind must do.
/// </summary>
internal sealed class Listener : IAsyncDisposable
{
    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    private long _heard;

    private Listener()
    {
    }

    /// <summary>Messages so far.</summary>
    public long Heard => Interlocked.Read(ref _heard);

    /// <summary>Listens with the app's rights; <paramref name="durable"/> as ingest does, so that the broker has the same work.</summary>
    public static async Task<Listener> OpenAsync(
        MosquittoProcess broker, string filter, bool durable, Action<MqttApplicationMessage>? onMessage, CancellationToken cancellation)
    {
        var listener = new Listener();
        listener._client.ApplicationMessageReceivedAsync += received =>
        {
            Interlocked.Increment(ref listener._heard);
            onMessage?.Invoke(received.ApplicationMessage);
            return Task.CompletedTask;
        };
        var options = new MqttClientOptionsBuilder().WithProtocolVersion(MqttProtocolVersion.V500).WithTcpServer("127.0.0.1", broker.Port)
            .WithCredentials(MosquittoProcess.AppUser, MosquittoProcess.AppPassword).WithClientId($"listener-{Guid.NewGuid():N}")
            .WithCleanStart(!durable).WithSessionExpiryInterval(durable ? 86_400u : 0).WithReceiveMaximum(2000).Build();
        await listener._client.ConnectAsync(options, cancellation);
        var qos = durable ? MqttQualityOfServiceLevel.AtLeastOnce : MqttQualityOfServiceLevel.AtMostOnce;
        await listener._client.SubscribeAsync(
            new MqttClientSubscribeOptions { TopicFilters = [new MqttTopicFilter { Topic = filter, QualityOfServiceLevel = qos }] }, cancellation);
        return listener;
    }

    public Task PublishAsync(string topic, CancellationToken cancellation) =>
        _client.PublishAsync(new MqttApplicationMessage { Topic = topic, QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce }, cancellation);

    public async ValueTask DisposeAsync()
    {
        await _client.DisconnectAsync(new MqttClientDisconnectOptions());
        _client.Dispose();
    }
}

using System.Text;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace MqttChat.Web.Mqtt;

/// <summary>
/// The connection of a simulated plug to the embedded broker: a client like any plug's, over TCP, with a will. The app
/// learns nothing from it but what the broker delivers.
/// </summary>
internal sealed class SimulatedPlugLink : IAsyncDisposable
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);

    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    private readonly TaskCompletionSource _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private SimulatedPlugLink(Action<string, string> onCommand)
    {
        _client.ApplicationMessageReceivedAsync += received =>
        {
            onCommand(received.ApplicationMessage.Topic, received.ApplicationMessage.ConvertPayloadToString() ?? "");
            return Task.CompletedTask;
        };
        _client.DisconnectedAsync += _ =>
        {
            _lost.TrySetResult();
            return Task.CompletedTask;
        };
    }

    /// <summary>Completes when the connection is lost.</summary>
    public Task Lost => _lost.Task;

    /// <summary>
    /// Connects and subscribes to the plug's commands; throws <see cref="BrokerAwayException"/>. <paramref name="onCommand"/>
    /// gets topic and payload; it must neither wait nor throw.
    /// </summary>
    public static async Task<SimulatedPlugLink> ConnectAsync(
        EmbeddedBroker broker, string clientId, string willTopic, string willPayload, string commandFilter,
        Action<string, string> onCommand, CancellationToken cancellation)
    {
        var endpoint = broker.Endpoint ?? throw new BrokerAwayException(broker.Trouble);
        var link = new SimulatedPlugLink(onCommand);
        try
        {
            var options = new MqttClientOptionsBuilder().WithProtocolVersion(MqttProtocolVersion.V311)
                .WithTcpServer(endpoint.Host, endpoint.Port).WithClientId(clientId).WithCleanSession().WithTimeout(AnswerTimeout)
                .WithWillTopic(willTopic).WithWillPayload(Encoding.UTF8.GetBytes(willPayload)).WithWillRetain()
                .WithWillQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build();
            var result = await link._client.ConnectAsync(options, cancellation).ConfigureAwait(false);
            if (result.ResultCode != MqttClientConnectResultCode.Success)
            {
                throw new BrokerAwayException(BrokerReasons.Of(result.ResultCode));
            }

            await link._client.SubscribeAsync(commandFilter, MqttQualityOfServiceLevel.AtLeastOnce, cancellation).ConfigureAwait(false);
            return link;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            await link.DisposeAsync().ConfigureAwait(false);
            throw error as BrokerAwayException ?? new BrokerAwayException(BrokerReasons.Of(error), error);
        }
    }

    /// <summary>Publishes at QoS 0, as Tasmota does.</summary>
    public Task PublishAsync(string topic, string payload, bool retain, CancellationToken cancellation) =>
        _client.PublishStringAsync(topic, payload, MqttQualityOfServiceLevel.AtMostOnce, retain, cancellation);

    /// <summary>Leaves without a goodbye, as a plug that is unplugged: the broker then says its will.</summary>
    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }
}

using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace MqttChat.Tests.Support;

/// <summary>What a test client heard.</summary>
public sealed record HeardByTest(string Topic, byte[] Payload, bool Retained, int Qos)
{
    public string Text => Encoding.UTF8.GetString(Payload);

    /// <summary>For how many more seconds the broker would have kept it; 0 for as long as it likes.</summary>
    public uint ExpirySeconds { get; init; }
}

/// <summary>A plain MQTT client for tests: a plug, a stranger, a listener. Clean session.</summary>
public sealed class MqttTestClient : IAsyncDisposable
{
    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();

    private MqttTestClient() =>
        _client.ApplicationMessageReceivedAsync += received =>
        {
            var message = received.ApplicationMessage;
            Heard.Enqueue(new(message.Topic, message.Payload.ToArray(), message.Retain, (int)message.QualityOfServiceLevel)
            {
                ExpirySeconds = message.MessageExpiryInterval,
            });
            return Task.CompletedTask;
        };

    /// <summary>All messages so far, in order.</summary>
    public ConcurrentQueue<HeardByTest> Heard { get; } = new();

    public bool IsConnected => _client.IsConnected;

    /// <summary>Logs in; fails the test when the broker refuses.</summary>
    public static async Task<MqttTestClient> ConnectAsync(
        int port, string? user = null, string? password = null, string? clientId = null, bool keep = false)
    {
        var (client, code) = await TryConnectAsync(port, user, password, clientId, keep);
        Assert.Equal("Success", code);
        return client;
    }

    /// <summary>Logs in; returns the broker's result code. <paramref name="keep"/> asks for the session of that client id, and to keep it.</summary>
    public static async Task<(MqttTestClient Client, string Code)> TryConnectAsync(
        int port, string? user = null, string? password = null, string? clientId = null, bool keep = false)
    {
        var options = new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", port).WithProtocolVersion(MqttProtocolVersion.V500)
            .WithClientId(clientId ?? $"test-{Guid.NewGuid():N}").WithCleanStart(!keep).WithSessionExpiryInterval(keep ? 60u : 0);
        if (user is not null)
        {
            options.WithCredentials(user, password ?? "");
        }

        return await TryConnectAsync(options.Build());
    }

    /// <summary>Logs in with an empty client id, as <c>mosquitto_pub</c> does; returns the broker's result code.</summary>
    public static Task<(MqttTestClient Client, string Code)> TryConnectWithoutIdAsync(int port, string version)
    {
        var protocol = version == "5" ? MqttProtocolVersion.V500 : MqttProtocolVersion.V311;
        var options = new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", port).WithProtocolVersion(protocol)
            .WithCleanStart().Build();
        options.ClientId = "";
        return TryConnectAsync(options);
    }

    private static async Task<(MqttTestClient Client, string Code)> TryConnectAsync(MqttClientOptions options)
    {
        var client = new MqttTestClient();
        var result = await client._client.ConnectAsync(options, CancellationToken.None);
        return (client, result.ResultCode.ToString());
    }

    public async Task SubscribeAsync(string filter, int qos = 1) =>
        await _client.SubscribeAsync(filter, (MqttQualityOfServiceLevel)qos);

    public Task PublishAsync(string topic, string payload, int qos = 1, bool retain = false) =>
        PublishAsync(topic, Encoding.UTF8.GetBytes(payload), qos, retain);

    public async Task PublishAsync(string topic, byte[] payload, int qos = 1, bool retain = false) =>
        await _client.PublishAsync(
            new MqttApplicationMessage { Topic = topic, PayloadSegment = payload, QualityOfServiceLevel = (MqttQualityOfServiceLevel)qos, Retain = retain },
            CancellationToken.None);

    /// <summary>Whether any session at the broker takes messages of that topic, its client being there or away.</summary>
    public async Task<bool> IsHeardAsync(string topic) =>
        (await _client.PublishAsync(
            new MqttApplicationMessage { Topic = topic, QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce }, CancellationToken.None))
        .ReasonCode == MqttClientPublishReasonCode.Success;

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_client.IsConnected)
            {
                await _client.DisconnectAsync();
            }
        }
        catch (MqttCommunicationException)
        {
            // The broker ended it a moment ago, and the client has not noticed yet.
        }

        _client.Dispose();
    }
}

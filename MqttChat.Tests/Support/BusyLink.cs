using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using MqttChat.Web.Mqtt;
using MQTTnet;

namespace MqttChat.Tests.Support;

/// <summary>One connection of the program's to a broker on this machine; what comes is kept and not acknowledged.</summary>
internal sealed class BusyLink(BrokerConnection connection, ConcurrentQueue<MqttApplicationMessageReceivedEventArgs> received) : IAsyncDisposable
{
    public BrokerConnection Connection => connection;

    /// <summary>How many messages came.</summary>
    public int Received => received.Count;

    public static async Task<BusyLink> ConnectAsync(int port, TimeSpan keepAlive, TimeProvider? clock = null)
    {
        ConcurrentQueue<MqttApplicationMessageReceivedEventArgs> received = new();
        var settings = Options.Create(new MqttOptions { Host = "127.0.0.1", Port = port, KeepAlive = keepAlive });
        using var embedded = new EmbeddedBroker(settings, LoginWork.None, TimeProvider.System, NullLogger<EmbeddedBroker>.Instance);
        var connector = new BrokerConnector(settings, embedded, clock ?? TimeProvider.System);
        var connection = await connector.ConnectAsync(
            new BrokerLogin("busy"),
            message =>
            {
                message.AutoAcknowledge = false;
                received.Enqueue(message);
            },
            CancellationToken.None);
        return new(connection, received);
    }

    /// <summary>Acknowledges all that came, in order.</summary>
    public Task AcknowledgeAsync() => connection.AcknowledgeAsync(received, CancellationToken.None);

    public ValueTask DisposeAsync() => connection.DisposeAsync();
}

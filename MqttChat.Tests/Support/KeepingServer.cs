using MqttChat.Web.Mqtt;
using MQTTnet.Server;

namespace MqttChat.Tests.Support;

/// <summary>The embedded broker's library with sessions that are kept, held to what <see cref="EmbeddedExpiry"/> adds.</summary>
internal sealed class KeepingServer : IAsyncDisposable
{
    private readonly MqttServer _server;

    private KeepingServer(MqttServer server) => _server = server;

    public static async Task<KeepingServer> StartAsync(int port)
    {
        var server = new MqttServerFactory().CreateMqttServer(
            new MqttServerOptionsBuilder().WithDefaultEndpoint().WithDefaultEndpointPort(port).WithPersistentSessions().Build());
        EmbeddedExpiry.Watch(server);
        await server.StartAsync();
        return new(server);
    }

    /// <summary>Whether the client is connected.</summary>
    public async Task<bool> HasAsync(string clientId) => (await _server.GetClientsAsync()).Any(client => client.Id == clientId);

    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync();
        _server.Dispose();
    }
}

using MQTTnet.Server;

namespace MqttChat.Web.Mqtt;

/// <summary>
/// What expires is not kept for a client that is away. The library keeps it for as long as the session, whatever expiry it was sent with,
/// and a plug would be switched hours later.
/// </summary>
internal static class EmbeddedExpiry
{
    public static void Watch(MqttServer server) => server.InterceptingClientEnqueueAsync += async queued =>
    {
        // Only commands expire, so it is asked seldom.
        if (queued.ApplicationMessage.MessageExpiryInterval > 0)
        {
            var connected = await server.GetClientsAsync().ConfigureAwait(false);
            queued.AcceptEnqueue &= connected.Any(client => client.Id == queued.ReceiverClientId);
        }
    };
}

using System.Net;
using System.Net.Sockets;
using MQTTnet.Server;

namespace MqttChat.Web.Mqtt;

/// <summary>How and where the embedded broker listens.</summary>
internal static class EmbeddedListening
{
    /// <summary>Per client, for a session that is away or slow; beyond it the oldest are dropped.</summary>
    private const int PendingMessages = 100_000;

    public static MqttServerOptions Options(IPEndPoint listen)
    {
        var options = new MqttServerOptionsBuilder().WithDefaultEndpoint().WithDefaultEndpointPort(listen.Port)
            .WithPersistentSessions(true).WithMaxPendingMessagesPerClient(PendingMessages).WithKeepAlive().Build();
        options.PendingMessagesOverflowStrategy = MqttPendingMessagesOverflowStrategy.DropOldestQueuedMessage;
        var isV6 = listen.AddressFamily == AddressFamily.InterNetworkV6;
        options.DefaultEndpointOptions.BoundInterNetworkAddress = isV6 ? IPAddress.None : listen.Address;
        options.DefaultEndpointOptions.BoundInterNetworkV6Address = isV6 ? listen.Address : IPAddress.None;
        return options;
    }

    public static SocketError? SocketErrorOf(Exception error) => (error as SocketException ?? error.InnerException as SocketException)?.SocketErrorCode;

    /// <summary>An address that listens on everything is reached over the loopback.</summary>
    public static IPAddress Reachable(IPAddress address) =>
        address.Equals(IPAddress.Any) ? IPAddress.Loopback : address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : address;

    public static int FreePort(IPAddress address)
    {
        using var probe = new TcpListener(address, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}

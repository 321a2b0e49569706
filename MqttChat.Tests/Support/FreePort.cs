using System.Net;
using System.Net.Sockets;

namespace MqttChat.Tests.Support;

public static class FreePort
{
    // Below what systems give to outgoing connections (Linux: from 32,768 on): one of those would take it in the moment between.
    private const int First = 20_000;
    private const int Count = 12_000;
    private static int _last = Random.Shared.Next(Count);

    /// <summary>A loopback port that was free a moment ago; none comes twice within a process before all others came.</summary>
    public static int Next()
    {
        for (var tries = 0; tries < Count; tries++)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref _last) % Count);
            if (IsFree(port))
            {
                return port;
            }
        }

        throw new InvalidOperationException("No port is free.");
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var socket = new TcpListener(IPAddress.Loopback, port);
            socket.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

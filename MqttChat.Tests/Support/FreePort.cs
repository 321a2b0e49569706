using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace MqttChat.Tests.Support;

public static class FreePort
{
    // Below what systems give to outgoing connections (Linux: from 32,768 on): one of those would take it in the moment between.
    private static readonly int First = FirstOutgoing() is > 14_000 and < 32_000 and var low ? low - 12_000 : 20_000;
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

    private static int? FirstOutgoing() =>
        File.Exists("/proc/sys/net/ipv4/ip_local_port_range")
        && int.TryParse(File.ReadAllText("/proc/sys/net/ipv4/ip_local_port_range").Split()[0], NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            ? first
            : null;

    // On every address: some listen on both loopbacks, some for the whole house.
    private static bool IsFree(int port) => Socket.OSSupportsIPv6 ? Try(TcpListener.Create(port)) ?? IsFreeInIPv4(port) : IsFreeInIPv4(port);

    private static bool IsFreeInIPv4(int port) => Try(new TcpListener(IPAddress.Any, port)) == true;

    /// <summary>Null where it is not the port that hinders.</summary>
    private static bool? Try(TcpListener listener)
    {
        using (listener)
        {
            try
            {
                listener.Start();
                return true;
            }
            catch (SocketException error)
            {
                return error.SocketErrorCode == SocketError.AddressAlreadyInUse ? false : null;
            }
        }
    }
}

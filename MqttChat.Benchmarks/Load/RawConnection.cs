using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MqttChat.Benchmarks.Load;

/// <summary>
/// One MQTT 3.1.1 connection that does nothing but publish at QoS 1, with many reports under way: a bare socket on a thread
/// of its own, so that the broker is the limit.
/// </summary>
internal sealed class RawConnection : IDisposable
{
    private const int Chunk = 64;

    private readonly Socket _socket;
    private readonly byte[] _answers = new byte[64 * 1024];
    private byte[] _out = [];
    private ushort _packetId;
    private long _sent;
    private long _answerBytes;

    private RawConnection(Socket socket) => _socket = socket;

    /// <summary>Reports the broker has not acknowledged.</summary>
    public long UnderWay => _sent - Acknowledged;

    /// <summary>A PUBACK has four bytes, and nothing else comes after the login.</summary>
    public long Acknowledged => _answerBytes / 4;

    public static async Task<RawConnection> OpenAsync(int port, string clientId, string? user, string? password, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, cancellation);
            await socket.SendAsync(Login(clientId, user, password), cancellation);
            var answer = new byte[4];
            var received = await socket.ReceiveAsync(answer, cancellation);
            return received == 4 && answer[3] == 0
                ? new RawConnection(socket) : throw new IOException($"The broker refused {clientId}: {Convert.ToHexString(answer)}");
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Publishes so many reports with at most <paramref name="window"/> under way; returns when all are acknowledged.</summary>
    public void Publish(PlugReports reports, int count, int window, CancellationToken cancellation)
    {
        using var ending = cancellation.Register(_socket.Dispose);
        var left = count;
        while (left > 0 || UnderWay > 0)
        {
            // Whole chunks only: a packet at a time would cost the broker a system call each.
            var some = Math.Min(left, Chunk);
            if (some > 0 && window - UnderWay >= some)
            {
                Send(reports, some, null);
                left -= some;
                TakeWaitingAnswers();
            }
            else
            {
                TakeAnswers();
            }
        }
    }

    /// <summary>Sends so many reports now; <paramref name="sent"/> is told plug (by its place in the set), number and time.</summary>
    public void Send(PlugReports reports, int count, Action<int, int, DateTimeOffset>? sent)
    {
        var size = reports.PacketLength;
        if (_out.Length < count * size)
        {
            _out = new byte[count * size];
        }

        var now = DateTimeOffset.UtcNow;
        for (var i = 0; i < count; i++)
        {
            _packetId = _packetId == ushort.MaxValue ? (ushort)1 : (ushort)(_packetId + 1);
            var (plug, number) = reports.Write(_out.AsSpan(i * size, size), _packetId, now);
            sent?.Invoke(plug, number, now);
        }

        for (var at = 0; at < count * size;)
        {
            at += _socket.Send(_out, at, (count * size) - at, SocketFlags.None);
        }

        _sent += count;
    }

    /// <summary>Takes in the acknowledgements that are there.</summary>
    public void TakeWaitingAnswers()
    {
        if (_socket.Available > 0)
        {
            TakeAnswers();
        }
    }

    public void Dispose() => _socket.Dispose();

    private void TakeAnswers()
    {
        var received = _socket.Receive(_answers);
        _answerBytes += received > 0 ? received : throw new IOException("The broker ended the connection.");
    }

    private static byte[] Login(string clientId, string? user, string? password)
    {
        List<byte> rest = [0, 4, .. "MQTT"u8, 4, (byte)(0x02 | (user is null ? 0 : 0xC0)), 0, 0];
        foreach (var text in (string?[])[clientId, user, password])
        {
            if (text is not null)
            {
                var bytes = Encoding.UTF8.GetBytes(text);
                rest.AddRange([(byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes]);
            }
        }

        return [0x10, (byte)rest.Count, .. rest];
    }
}

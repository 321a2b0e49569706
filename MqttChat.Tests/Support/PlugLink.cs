using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MqttChat.Tests.Support;

/// <summary>
/// A plug's connection on the bare wire (MQTT 3.1.1): many publishes under way at once, and the exact word of the broker on what
/// it has taken. At QoS 1 that is the acknowledgement; at QoS 0 a ping sent after the message, for the broker answers in order.
/// Who publishes awaits each call before the next.
/// </summary>
public sealed class PlugLink : IAsyncDisposable
{
    private const byte PingRequest = 0xC0;
    private const byte PingResponse = 0xD0;
    private const byte PublishAcknowledgement = 0x40;
    private const int AskEvery = 8;
    private static readonly TimeSpan LoginWithin = TimeSpan.FromSeconds(5);

    private readonly TcpClient _socket;
    private readonly Action<int, int> _onTaken;
    private readonly ConcurrentQueue<(int First, int Last)> _awaited = new();
    private readonly SemaphoreSlim _room;
    private readonly CancellationTokenSource _ending = new();
    private readonly TaskCompletionSource _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _reading = Task.CompletedTask;
    private int _firstUnasked;
    private int _last;

    private PlugLink(TcpClient socket, int window, Action<int, int> onTaken) => (_socket, _room, _onTaken) = (socket, new(window), onTaken);

    /// <summary>Logs in with a clean session; throws an <see cref="IOException"/> or a <see cref="SocketException"/>.</summary>
    /// <param name="port">The broker's, on this machine.</param>
    /// <param name="clientId">Must be unique.</param>
    /// <param name="user">Name and password.</param>
    /// <param name="window">How many messages may be under way.</param>
    /// <param name="onTaken">Called in order with the first and last number that the broker now has.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<PlugLink> ConnectAsync(
        int port, string clientId, (string Name, string Password) user, int window, Action<int, int> onTaken, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(LoginWithin);
        var link = new PlugLink(new TcpClient { NoDelay = true }, window, onTaken);
        try
        {
            await link._socket.ConnectAsync(IPAddress.Loopback, port, limit.Token);
            await link.LoginAsync(clientId, user, limit.Token);
            link._reading = link.ReadAsync();
            return link;
        }
        catch (Exception error)
        {
            await link.DisposeAsync();
            cancellation.ThrowIfCancellationRequested();
            throw new IOException("No login", error);
        }
    }

    /// <summary>Sends one message when there is room; throws when the connection is lost.</summary>
    public async Task PublishAsync(int number, string topic, string payload, int qos, CancellationToken cancellation)
    {
        await TakeRoomAsync(cancellation);
        var packet = Packet(number, topic, payload, qos);
        _last = number;
        if (qos > 0)
        {
            _awaited.Enqueue((number, number));
        }
        else if (_firstUnasked == 0)
        {
            _firstUnasked = number;
        }

        await _socket.GetStream().WriteAsync(packet, cancellation);
        if (qos == 0 && (_room.CurrentCount == 0 || _last - _firstUnasked >= AskEvery - 1))
        {
            await AskAsync(cancellation);
        }
    }

    /// <summary>Returns when the broker has taken everything; throws when the connection is lost.</summary>
    public async Task SettleAsync(CancellationToken cancellation)
    {
        await AskAsync(cancellation);
        while (!_awaited.IsEmpty)
        {
            await Task.WhenAny(_lost.Task, Task.Delay(5, cancellation));
            cancellation.ThrowIfCancellationRequested();
            ThrowIfLost();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _socket.Dispose();
        await _reading;
        _ending.Dispose();
        _room.Dispose();
    }

    private async Task TakeRoomAsync(CancellationToken cancellation)
    {
        // The wait is in pieces, for the broker may go away meanwhile.
        while (!await _room.WaitAsync(TimeSpan.FromMilliseconds(50), cancellation))
        {
            ThrowIfLost();
        }

        ThrowIfLost();
    }

    /// <summary>Asks whether what went at QoS 0 is taken.</summary>
    private async Task AskAsync(CancellationToken cancellation)
    {
        if (_firstUnasked > 0)
        {
            _awaited.Enqueue((_firstUnasked, _last));
            _firstUnasked = 0;
            await _socket.GetStream().WriteAsync(new byte[] { PingRequest, 0 }, cancellation);
        }
    }

    private void ThrowIfLost()
    {
        if (_lost.Task.IsCompleted)
        {
            throw new IOException("The broker is away");
        }
    }

    private async Task ReadAsync()
    {
        var stream = new BufferedStream(_socket.GetStream(), 4096);
        var packet = new byte[4];
        try
        {
            while (true)
            {
                await stream.ReadExactlyAsync(packet.AsMemory(0, 2), _ending.Token);
                if (packet[1] > 2)
                {
                    throw new IOException("Not an answer that was asked for");
                }

                await stream.ReadExactlyAsync(packet.AsMemory(2, packet[1]), _ending.Token);
                Answered(packet);
            }
        }
        catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            _lost.TrySetResult();
        }
    }

    private void Answered(byte[] packet)
    {
        if (packet[0] is not (PingResponse or PublishAcknowledgement) || !_awaited.TryPeek(out var taken))
        {
            throw new IOException("Not an answer that was asked for");
        }

        if (packet[0] == PublishAcknowledgement && BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(2)) != PacketId(taken.First))
        {
            throw new IOException("An acknowledgement out of order");
        }

        _onTaken(taken.First, taken.Last);
        _room.Release(taken.Last - taken.First + 1);
        _awaited.TryDequeue(out _);
    }

    private async Task LoginAsync(string clientId, (string Name, string Password) user, CancellationToken cancellation)
    {
        using var body = new MemoryStream();
        // Protocol "MQTT" 4, with name and password, clean, no keep-alive.
        body.Write([0, 4, (byte)'M', (byte)'Q', (byte)'T', (byte)'T', 4, 0xC2, 0, 0]);
        foreach (var text in (string[])[clientId, user.Name, user.Password])
        {
            WriteText(body, text);
        }

        var stream = _socket.GetStream();
        await stream.WriteAsync(Framed(0x10, body), cancellation);
        var answer = new byte[4];
        await stream.ReadExactlyAsync(answer, cancellation);
        if (answer[0] != 0x20 || answer[3] != 0)
        {
            throw new IOException($"Refused: {answer[3]}");
        }
    }

    private static byte[] Packet(int number, string topic, string payload, int qos)
    {
        using var body = new MemoryStream();
        WriteText(body, topic);
        if (qos > 0)
        {
            var id = PacketId(number);
            body.Write([(byte)(id >> 8), (byte)id]);
        }

        body.Write(Encoding.UTF8.GetBytes(payload));
        return Framed((byte)(0x30 | (qos << 1)), body);
    }

    private static ushort PacketId(int number) => (ushort)(((number - 1) % ushort.MaxValue) + 1);

    private static void WriteText(MemoryStream body, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        body.Write([(byte)(bytes.Length >> 8), (byte)bytes.Length]);
        body.Write(bytes);
    }

    private static byte[] Framed(byte kind, MemoryStream body)
    {
        List<byte> packet = [kind];
        var length = (int)body.Length;
        do
        {
            packet.Add((byte)((length & 0x7F) | (length > 0x7F ? 0x80 : 0)));
            length >>= 7;
        }
        while (length > 0);
        return [.. packet, .. body.ToArray()];
    }
}

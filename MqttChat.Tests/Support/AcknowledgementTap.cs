using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Text;

namespace MqttChat.Tests.Support;

/// <summary>What became of a message on the program's own connections.</summary>
public enum DeliveryFate
{
    /// <summary>The broker never sent it.</summary>
    NeverDelivered,
    /// <summary>The broker sent it, and was not told that it is stored.</summary>
    Delivered,
    /// <summary>The program took it over: from here on it answers for it.</summary>
    Acknowledged,
}

/// <summary>Reads along on a <see cref="TcpFaultProxy"/> between the program and its broker (MQTT 5): which messages came, and which were acknowledged.</summary>
public sealed class AcknowledgementTap
{
    private const int Publish = 3;
    private const int Acknowledgement = 4;
    private const int PingRequest = 12;
    private const int PingResponse = 13;

    private readonly ConcurrentDictionary<(int Connection, bool ToBroker), List<byte>> _streams = new();
    private readonly ConcurrentDictionary<(int Connection, int PacketId), string> _underWay = new();
    private readonly ConcurrentDictionary<string, DeliveryFate> _fates = new();
    private readonly SortedDictionary<int, Reads> _reads = [];

    /// <summary>Every message that was delivered is acknowledged, and the broker has read that: it answered a ping sent after the last one.</summary>
    public bool IsSettled => _fates.Values.All(fate => fate == DeliveryFate.Acknowledged) && _reads.Values.LastOrDefault(reads => reads.Sent > 0) is { } last && last.Sent == last.Read;

    /// <summary>For <see cref="TcpFaultProxy.Seen"/>.</summary>
    public void See(int connection, bool toBroker, byte[] bytes)
    {
        var stream = _streams.GetOrAdd((connection, toBroker), _ => []);
        stream.AddRange(bytes);
        while (TryTake(stream) is { } packet)
        {
            Read(connection, toBroker, packet.Kind, packet.Flags, packet.Body);
        }
    }

    /// <summary>What became of the message.</summary>
    public DeliveryFate FateOf(string topic, string payload) => _fates.GetValueOrDefault($"{topic} {payload}");

    private void Read(int connection, bool toBroker, int kind, int flags, byte[] body)
    {
        if (!toBroker && kind == Publish && (flags & 0b110) != 0)
        {
            var topicLength = BinaryPrimitives.ReadUInt16BigEndian(body);
            var packetId = BinaryPrimitives.ReadUInt16BigEndian(body.AsSpan(2 + topicLength));
            var (properties, size) = Length(body.AsSpan(4 + topicLength)) ?? throw new InvalidDataException("A message without properties");
            var message = $"{Encoding.UTF8.GetString(body, 2, topicLength)} {Encoding.UTF8.GetString(body.AsSpan(4 + topicLength + size + properties))}";
            _underWay[(connection, packetId)] = message;
            _fates.TryAdd(message, DeliveryFate.Delivered);
        }
        else if (toBroker && kind == Acknowledgement
            && _underWay.TryRemove((connection, BinaryPrimitives.ReadUInt16BigEndian(body)), out var message))
        {
            _fates[message] = DeliveryFate.Acknowledged;
            ReadsOf(connection).Sent++;
        }
        else if (toBroker && kind == PingRequest)
        {
            ReadsOf(connection).Asked.Enqueue(ReadsOf(connection).Sent);
        }
        else if (!toBroker && kind == PingResponse && ReadsOf(connection).Asked.TryDequeue(out var sent))
        {
            ReadsOf(connection).Read = sent;
        }
    }

    private Reads ReadsOf(int connection)
    {
        if (!_reads.TryGetValue(connection, out var reads))
        {
            _reads[connection] = reads = new();
        }

        return reads;
    }

    private static (int Kind, int Flags, byte[] Body)? TryTake(List<byte> stream)
    {
        if (stream.Count < 2 || Length(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(stream)[1..]) is not var (length, size)
            || stream.Count < 1 + size + length)
        {
            return null;
        }

        var (first, body) = (stream[0], stream.GetRange(1 + size, length).ToArray());
        stream.RemoveRange(0, 1 + size + length);
        return (first >> 4, first & 0xF, body);
    }

    /// <summary>MQTT's number of variable size, and that size; null while it is not whole.</summary>
    private static (int Value, int Size)? Length(ReadOnlySpan<byte> bytes)
    {
        var value = 0;
        for (var i = 0; i < Math.Min(4, bytes.Length); i++)
        {
            value |= (bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] < 0x80)
            {
                return (value, i + 1);
            }
        }

        return null;
    }

    /// <summary>How many acknowledgements a connection sent, and how many of them its broker is known to have read.</summary>
    private sealed class Reads
    {
        public int Sent { get; set; }

        public int Read { get; set; }

        public Queue<int> Asked { get; } = [];
    }
}

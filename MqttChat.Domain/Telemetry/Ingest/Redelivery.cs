using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace MqttChat.Domain.Telemetry.Ingest;

/// <summary>A delivery at QoS 1 or more, recognisable when it comes again: the same in every process.</summary>
/// <param name="PacketId">The MQTT packet id.</param>
/// <param name="Hash">The first 8 bytes of the SHA-256 of topic, a zero byte (no topic has one) and payload.</param>
internal readonly record struct Delivery(ushort PacketId, ulong Hash)
{
    private const int Size = 10;

    public static Delivery Of(in IncomingReport report)
    {
        var length = Encoding.UTF8.GetMaxByteCount(report.Topic.Length) + 1 + report.Payload.Length;
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            var end = Encoding.UTF8.GetBytes(report.Topic, buffer);
            buffer[end++] = 0;
            report.Payload.Span.CopyTo(buffer.AsSpan(end));
            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(buffer.AsSpan(0, end + report.Payload.Length), hash);
            return new Delivery(report.PacketId, BinaryPrimitives.ReadUInt64BigEndian(hash));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public static byte[] Pack(IReadOnlyList<Delivery> deliveries)
    {
        var bytes = new byte[deliveries.Count * Size];
        for (var i = 0; i < deliveries.Count; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(i * Size), deliveries[i].PacketId);
            BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan((i * Size) + 2), deliveries[i].Hash);
        }

        return bytes;
    }

    public static IEnumerable<Delivery> Unpack(byte[] bytes)
    {
        for (var at = 0; at + Size <= bytes.Length; at += Size)
        {
            yield return new Delivery(
                BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(at)), BinaryPrimitives.ReadUInt64BigEndian(bytes.AsSpan(at + 2)));
        }
    }
}

/// <summary>
/// What the broker may deliver again on this connection. It does so before anything new and at most ReceiveMaximum of them,
/// so the window closes after as many deliveries. A packet id that was used again counts with its newest content only: the
/// older delivery must have been acknowledged. A trial (<see cref="Begin"/>) takes effect only after the commit.
/// </summary>
internal sealed class RedeliveryWindow
{
    private readonly Dictionary<ushort, ulong> _expected = [];
    private int _left;

    /// <summary>Opens the window anew; the deliveries come oldest first.</summary>
    public void Open(IEnumerable<Delivery> stored, int receiveMaximum)
    {
        _expected.Clear();
        Extend(stored, receiveMaximum);
    }

    /// <summary>Adds a batch of which it is not known whether its commit came through before the connection broke.</summary>
    public void Extend(IEnumerable<Delivery> stored, int receiveMaximum)
    {
        foreach (var delivery in stored)
        {
            _expected[delivery.PacketId] = delivery.Hash;
        }

        _left = _expected.Count == 0 ? 0 : receiveMaximum;
    }

    public Trial Begin() => new(this);

    internal sealed class Trial(RedeliveryWindow window)
    {
        private readonly HashSet<ushort> _used = [];
        private int _left = window._left;

        /// <summary>Whether this delivery was stored before; each stored one answers once.</summary>
        public bool IsKnown(Delivery delivery)
        {
            if (_left == 0)
            {
                return false;
            }

            _left--;
            return window._expected.TryGetValue(delivery.PacketId, out var hash) && hash == delivery.Hash && _used.Add(delivery.PacketId);
        }

        public void Commit()
        {
            window._left = _left;
            if (_left == 0)
            {
                window._expected.Clear();
                return;
            }

            foreach (var packetId in _used)
            {
                window._expected.Remove(packetId);
            }
        }
    }
}

using System.Buffers;

namespace MqttChat.Web.Mqtt;

internal static class Payloads
{
    /// <summary>
    /// The payload, or its first bytes where it is larger than <paramref name="bound"/>: a huge packet must not stay in
    /// memory for the sake of being refused. Small ones stay in the packet's own memory, which outlives the handler.
    /// </summary>
    public static ReadOnlyMemory<byte> Bounded(in ReadOnlySequence<byte> payload, int bound)
    {
        if (payload.Length > bound)
        {
            return payload.Slice(0, bound).ToArray();
        }

        return payload.IsSingleSegment ? payload.First : payload.ToArray();
    }
}

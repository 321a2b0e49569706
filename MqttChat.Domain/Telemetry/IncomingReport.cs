using System.Diagnostics.CodeAnalysis;

namespace MqttChat.Domain.Telemetry;

/// <summary>One message of the ingest session, as delivered.</summary>
/// <param name="Topic">Its topic, without prefix handling: plugs' topics are their own.</param>
/// <param name="Payload">Its payload; stays valid until the batch is stored.</param>
/// <param name="Retained">It was retained: a state, no sample.</param>
/// <param name="PacketId">The MQTT packet id; 0 at QoS 0, which is never delivered again.</param>
/// <param name="ReceivedAt">The receipt.</param>
/// <param name="IsBacklog">It was queued at the broker while nobody held the session.</param>
public readonly record struct IncomingReport(
    string Topic, ReadOnlyMemory<byte> Payload, bool Retained, ushort PacketId, DateTimeOffset ReceivedAt, bool IsBacklog);

/// <summary>The right to write one partition, as held by this instance.</summary>
public sealed record HeldLease(int Partition, int Partitions, long FencingNumber);

/// <summary>The lease was won by another instance: nothing was written, nothing may be acknowledged.</summary>
[SuppressMessage("Design", "CA1032", Justification = "Carries no message of its own.")]
public sealed class LeaseLostException(int partition) : Exception($"The lease of ingest partition {partition} is another instance's now.");

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

/// <summary>
/// Stores batches of reports: samples, latest states, energy, rollups and pending acknowledgements in one transaction. One
/// caller at a time a partition.
/// </summary>
public sealed class ReportIngest
{
    /// <summary>
    /// Call after each (re)connect and before the first <see cref="StoreAsync"/>: with the session present the broker delivers
    /// again what it holds no acknowledgement for; without, nothing stored will come again and the pending list is dropped.
    /// </summary>
    public Task BeginConnectionAsync(HeldLease lease, bool sessionPresent, CancellationToken cancellation) => throw new NotImplementedException();

    /// <summary>
    /// Stores the batch, then publishes one <c>ReloadSignal.Power</c> if anything changed. When it returns, every message of
    /// the batch may be acknowledged (stored, known already, rejected as dead letter, or not ours). Throws
    /// <see cref="LeaseLostException"/> when the fencing number is old, and the database's exception when it is away: then
    /// nothing was written.
    /// </summary>
    public Task StoreAsync(HeldLease lease, IReadOnlyList<IncomingReport> batch, CancellationToken cancellation) => throw new NotImplementedException();

    /// <summary>The backlog has been delivered whole: gives times to its reports that carried none, and stores them.</summary>
    public Task EndBacklogAsync(HeldLease lease, CancellationToken cancellation) => throw new NotImplementedException();

    /// <summary>Recomputes buckets that a late reading made dirty, a bounded piece at a time; true when more is left.</summary>
    public Task<bool> RecomputeAsync(HeldLease lease, CancellationToken cancellation) => throw new NotImplementedException();
}

/// <summary>Who writes which ingest partition: a row with a fencing number.</summary>
public sealed class IngestLeases
{
    /// <summary>How long a lease holds without renewal.</summary>
    public static readonly TimeSpan Duration = TimeSpan.FromSeconds(10);

    /// <summary>Takes the lease if it is free, expired, or already this holder's; null while another instance holds it.</summary>
    public Task<HeldLease?> TryAcquireAsync(int partition, int partitions, string holder, CancellationToken cancellation) => throw new NotImplementedException();

    /// <summary>Renews; throws <see cref="LeaseLostException"/> when it is another's. Renew every third of <see cref="Duration"/>.</summary>
    public Task RenewAsync(HeldLease lease, CancellationToken cancellation) => throw new NotImplementedException();

    /// <summary>Gives it back, so that the next holder need not wait.</summary>
    public Task ReleaseAsync(HeldLease lease, CancellationToken cancellation) => throw new NotImplementedException();
}

namespace MqttChat.Domain.Telemetry;

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

namespace MqttChat.Domain.Telemetry;

/// <summary>A batch that was committed.</summary>
/// <param name="Reports">How many messages it held.</param>
/// <param name="Commit">How long its transactions took.</param>
/// <param name="Lag">From the receipt of its oldest message to the commit.</param>
public readonly record struct StoredBatch(int Reports, TimeSpan Commit, TimeSpan Lag);

/// <summary>What ingest has done since this instance started; for the status page and <c>GET status</c>.</summary>
public sealed class IngestCounters
{
    private long _received;
    private long _stored;
    private long _redelivered;
    private long _dropped;
    private long _waiting;
    private long _lagMilliseconds;
    private long _newestTicks;
    private int _leasesHeld;
    private long _leasesLost;

    /// <summary>Messages that the broker delivered.</summary>
    public long Received => Interlocked.Read(ref _received);

    /// <summary>Reports committed.</summary>
    public long Stored => Interlocked.Read(ref _stored);

    /// <summary>Dead letters.</summary>
    public long Rejected => RejectedBy.Total;

    /// <summary>Dead letters by their reason.</summary>
    public ReasonCounts RejectedBy { get; } = new();

    /// <summary>Deliveries that had been stored before.</summary>
    public long Redelivered => Interlocked.Read(ref _redelivered);

    /// <summary>QoS 0 messages dropped because too many waited.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Messages received and not yet committed.</summary>
    public long Waiting { get => Interlocked.Read(ref _waiting); set => Interlocked.Exchange(ref _waiting, value); }

    /// <summary>From the receipt of the oldest message of the last batch to its commit, in milliseconds.</summary>
    public long LagMilliseconds => Interlocked.Read(ref _lagMilliseconds);

    /// <summary>When the newest report came that this instance committed; null before the first.</summary>
    public DateTimeOffset? NewestReportAt =>
        Interlocked.Read(ref _newestTicks) is > 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <summary>Partitions that this instance holds.</summary>
    public int LeasesHeld => Volatile.Read(ref _leasesHeld);

    /// <summary>Leases that this instance had to give up while it ran.</summary>
    public long LeasesLost => Interlocked.Read(ref _leasesLost);

    /// <summary>Raised after each batch, once a batch and not once a report; must not block or throw.</summary>
    public event Action<StoredBatch>? BatchStored;

    /// <summary>Counts messages delivered.</summary>
    public void CountReceived(long count = 1) => Interlocked.Add(ref _received, count);

    /// <summary>Counts reports committed.</summary>
    public void CountStored(long count) => Interlocked.Add(ref _stored, count);

    /// <summary>Notes a committed batch.</summary>
    public void NoteBatch(StoredBatch batch, DateTimeOffset newestAt)
    {
        Interlocked.Exchange(ref _lagMilliseconds, (long)batch.Lag.TotalMilliseconds);
        Interlocked.Exchange(ref _newestTicks, newestAt.UtcTicks);
        BatchStored?.Invoke(batch);
    }

    /// <summary>Notes that a lease was won.</summary>
    public void LeaseWon() => Interlocked.Increment(ref _leasesHeld);

    /// <summary>Notes that a lease was given back, or that it is another instance's now.</summary>
    public void LeaseEnded(bool lost)
    {
        Interlocked.Decrement(ref _leasesHeld);
        Interlocked.Add(ref _leasesLost, lost ? 1 : 0);
    }

    /// <summary>Counts deliveries known already.</summary>
    public void CountRedelivered(long count) => Interlocked.Add(ref _redelivered, count);

    /// <summary>Counts messages dropped.</summary>
    public void CountDropped(long count = 1) => Interlocked.Add(ref _dropped, count);
}

namespace MqttChat.Domain.Telemetry;

/// <summary>What ingest has done since this instance started; for the status page and <c>GET status</c>.</summary>
public sealed class IngestCounters
{
    private long _received;
    private long _stored;
    private long _rejected;
    private long _redelivered;
    private long _dropped;
    private long _waiting;
    private long _lagMilliseconds;

    /// <summary>Messages that the broker delivered.</summary>
    public long Received => Interlocked.Read(ref _received);

    /// <summary>Reports committed.</summary>
    public long Stored => Interlocked.Read(ref _stored);

    /// <summary>Dead letters.</summary>
    public long Rejected => Interlocked.Read(ref _rejected);

    /// <summary>Deliveries that had been stored before.</summary>
    public long Redelivered => Interlocked.Read(ref _redelivered);

    /// <summary>QoS 0 messages dropped because too many waited.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Messages received and not yet committed.</summary>
    public long Waiting { get => Interlocked.Read(ref _waiting); set => Interlocked.Exchange(ref _waiting, value); }

    /// <summary>From the receipt of the oldest message of the last batch to its commit, in milliseconds.</summary>
    public long LagMilliseconds { get => Interlocked.Read(ref _lagMilliseconds); set => Interlocked.Exchange(ref _lagMilliseconds, value); }

    /// <summary>Counts messages delivered.</summary>
    public void CountReceived(long count = 1) => Interlocked.Add(ref _received, count);

    /// <summary>Counts reports committed.</summary>
    public void CountStored(long count) => Interlocked.Add(ref _stored, count);

    /// <summary>Counts dead letters.</summary>
    public void CountRejected(long count) => Interlocked.Add(ref _rejected, count);

    /// <summary>Counts deliveries known already.</summary>
    public void CountRedelivered(long count) => Interlocked.Add(ref _redelivered, count);

    /// <summary>Counts messages dropped.</summary>
    public void CountDropped(long count = 1) => Interlocked.Add(ref _dropped, count);
}

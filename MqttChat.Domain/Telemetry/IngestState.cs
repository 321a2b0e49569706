namespace MqttChat.Domain.Telemetry;

/// <summary>Who may write one ingest partition. The number grows with every new holder; a writer whose number is old writes nothing.</summary>
public sealed class IngestLease
{
    /// <summary>The partition, from 0.</summary>
    public int Partition { get; set; }

    /// <summary>The instance that holds it.</summary>
    public required string Holder { get; set; }

    /// <summary>Grows by one with every new holder; checked in every ingest transaction.</summary>
    public long FencingNumber { get; set; }

    /// <summary>Until when it holds without renewal.</summary>
    public DateTimeOffset ExpiresAt { get; set; }

    /// <summary>The partition's change counter: the number of the last committed batch.</summary>
    public long LastChange { get; set; }
}

/// <summary>
/// The deliveries of one committed batch that the broker may send again: (packet id, hash of topic and payload) pairs. Kept
/// until the broker must have taken the acknowledgements: while fewer than ReceiveMaximum later deliveries are stored.
/// </summary>
public sealed class PendingAcknowledgement
{
    /// <summary>The partition.</summary>
    public int Partition { get; set; }

    /// <summary>The batch's change number.</summary>
    public long Batch { get; set; }

    /// <summary>How many pairs <see cref="Deliveries"/> holds.</summary>
    public int Count { get; set; }

    /// <summary>The pairs, 10 bytes each: packet id (2, big-endian), hash (8).</summary>
    public required byte[] Deliveries { get; set; }
}

/// <summary>
/// A report of a backlog whose time cannot be told until the whole backlog is known. Kept in the order of delivery, then
/// spread over the time it must stem from.
/// </summary>
public sealed class UntimedReport
{
    /// <summary>Primary key; the order of delivery.</summary>
    public long Id { get; set; }

    /// <summary>The partition.</summary>
    public int Partition { get; set; }

    /// <summary>Which plug.</summary>
    public int PlugId { get; set; }

    /// <summary>Its topic.</summary>
    public required string Topic { get; set; }

    /// <summary>Its payload.</summary>
    public required byte[] Payload { get; set; }

    /// <summary>When it was delivered.</summary>
    public DateTimeOffset ReceivedAt { get; set; }
}

/// <summary>A report of a known family that could not be read, kept for staff to look at. The table is bounded.</summary>
public sealed class DeadLetter
{
    /// <summary>Primary key.</summary>
    public long Id { get; set; }

    /// <summary>Its topic, cut to 512 characters.</summary>
    public required string Topic { get; set; }

    /// <summary>The first bytes of its payload, at most 1,024.</summary>
    public required byte[] Payload { get; set; }

    /// <summary>Why it could not be read; a stable code (<c>payload.notJson</c>).</summary>
    public required string Reason { get; set; }

    /// <summary>When it came.</summary>
    public DateTimeOffset ReceivedAt { get; set; }
}

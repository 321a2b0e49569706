namespace MqttChat.Domain.Chat;

/// <summary>What became of posts since this instance started.</summary>
public sealed class PostCounters
{
    private long _stored;
    private long _repeated;
    private long _failed;

    /// <summary>New messages committed.</summary>
    public long Stored => Interlocked.Read(ref _stored);

    /// <summary>Posts that had been stored before, and were answered with the first message.</summary>
    public long Repeated => Interlocked.Read(ref _repeated);

    /// <summary>Posts that were refused because the house could not store them, not because of the post.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>Posts refused, by the code of the refusal.</summary>
    public ReasonCounts Refused { get; } = new();

    /// <summary>Counts a post that failed.</summary>
    public void CountRefused(Exception error)
    {
        var refusal = error as RefusedException;
        Refused.Count(refusal?.Code ?? "server.failed");
        if (refusal is null or { Kind: RefusalKind.Unavailable })
        {
            Interlocked.Increment(ref _failed);
        }
    }

    /// <summary>Counts what a post became.</summary>
    public void Count(PostResult result) => Interlocked.Increment(ref result.IsRepeat ? ref _repeated : ref _stored);
}

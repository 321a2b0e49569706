namespace MqttChat.Domain.Chat;

/// <summary>
/// Stores waiting posts in one durable transaction. Rights are checked inside it, under the lock that orders the room's changes.
/// </summary>
internal interface IPostStore
{
    /// <summary>
    /// Takes each post once the lock is in hand and stores it, or finds what it was stored as before. A post that its sender gave
    /// up meanwhile is left out. Throws what the engine throws; nothing is stored then.
    /// </summary>
    Task<List<StoredPost>> StoreAsync(List<PendingPost> batch, CancellationToken cancellation);
}

/// <summary>What became of one post.</summary>
/// <param name="Post">The post.</param>
/// <param name="Message">What it is stored as; null where it was refused.</param>
/// <param name="IsRepeat">It was there before, possibly in another room.</param>
internal sealed record StoredPost(PendingPost Post, Message? Message, bool IsRepeat)
{
    /// <summary>Why it is not stored; null where it is.</summary>
    public RefusedException? Refusal { get; private init; }

    /// <summary>Its author may not write in that room, or there is none.</summary>
    public static StoredPost Refused(PendingPost post, RefusedException refusal) => new(post, null, IsRepeat: false) { Refusal = refusal };
}

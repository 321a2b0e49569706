namespace MqttChat.Domain.Chat;

/// <summary>A message as readers see it. Immutable: an edit makes another one with a higher <see cref="Change"/>.</summary>
/// <param name="Id">See <see cref="MessageId"/>.</param>
/// <param name="Text">The text exactly as written; null once deleted.</param>
public sealed record MessageView(
    long Id, int RoomId, long Sequence, long Change, string AuthorId, string AuthorName, string? Text,
    string ClientMessageId, DateTimeOffset SentAt, DateTimeOffset? EditedAt, DateTimeOffset? DeletedAt)
{
    /// <summary>Since when the text is as it is: what an edit says that it is based on.</summary>
    public DateTimeOffset TextAt => EditedAt ?? SentAt;
}

/// <summary>Part of a room's messages with the room's change counter.</summary>
/// <param name="Items">Ascending: a page by sequence, changes by change.</param>
/// <param name="LastChange">Where to go on asking for changes.</param>
/// <param name="More">There are further ones in that direction.</param>
public sealed record MessagePage(IReadOnlyList<MessageView> Items, long LastChange, bool More);

/// <summary>What became of a post.</summary>
/// <param name="Message">The stored message; at a repeat the first one.</param>
/// <param name="IsRepeat">It was there already.</param>
public sealed record PostResult(MessageView Message, bool IsRepeat);

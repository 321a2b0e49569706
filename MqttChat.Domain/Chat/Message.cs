namespace MqttChat.Domain.Chat;

/// <summary>One message of a room. A deleted one stays as a row without text.</summary>
public sealed class Message
{
    /// <summary>The longest text, in UTF-16 units; far under the hub's 32 KB even at three bytes a kana.</summary>
    public const int MaxTextLength = 4000;

    /// <summary>The longest <see cref="ClientMessageId"/>.</summary>
    public const int MaxClientMessageIdLength = 64;

    /// <summary>Primary key; no cursor (a lower id can commit after a higher one was read), and never told: see <see cref="MessageId"/>.</summary>
    public long Id { get; set; }

    /// <summary>Which room.</summary>
    public int RoomId { get; set; }

    /// <summary>The place in the room, fixed, from 1.</summary>
    public long Sequence { get; set; }

    /// <summary>The room's change number of this message's last change.</summary>
    public long Change { get; set; }

    /// <summary>Who wrote it.</summary>
    public required string AuthorId { get; set; }

    /// <summary>The text exactly as written; null once deleted.</summary>
    public string? Text { get; set; }

    /// <summary>The sender's own id; with <see cref="AuthorId"/> unique for ever, so a repeated send makes no second message.</summary>
    public required string ClientMessageId { get; set; }

    /// <summary>When it was stored.</summary>
    public DateTimeOffset SentAt { get; set; }

    /// <summary>When it was last edited.</summary>
    public DateTimeOffset? EditedAt { get; set; }

    /// <summary>Since when the text is as it is; no two texts of a message have the same time, in whole milliseconds.</summary>
    public DateTimeOffset TextAt => EditedAt ?? SentAt;

    /// <summary>When it was deleted.</summary>
    public DateTimeOffset? DeletedAt { get; set; }

    /// <summary>
    /// Takes another text. <paramref name="basedOn"/> is the <see cref="TextAt"/> of the text that its author had before them: when
    /// it is another one by now, throws <c>message.changedMeanwhile</c>. Null changes whatever stands there.
    /// </summary>
    internal void Rewrite(string text, DateTimeOffset? basedOn, DateTimeOffset now)
    {
        if (basedOn is { } seen && seen.ToUnixTimeMilliseconds() != TextAt.ToUnixTimeMilliseconds())
        {
            throw RefusedException.Conflict("message.changedMeanwhile");
        }

        var earliest = TextAt.AddMilliseconds(1);
        (Text, EditedAt) = (text, now > earliest ? now : earliest);
    }
}

using MqttChat.Domain.Rooms;

namespace MqttChat.Domain.Chat;

/// <summary>The rules for what a sender may write.</summary>
public static class MessageText
{
    /// <summary>
    /// Returns the text exactly as written. Throws <c>message.empty</c> when nothing of it can be seen, <c>message.tooLong</c> over
    /// <see cref="Message.MaxTextLength"/>, <c>message.unreadable</c> for NUL and half surrogate pairs.
    /// </summary>
    public static string Check(string? text)
    {
        if (text is null || !PlainText.HasSubstance(text))
        {
            throw RefusedException.Invalid("message.empty", "text");
        }

        if (text.Length > Message.MaxTextLength)
        {
            throw RefusedException.Invalid("message.tooLong", "text");
        }

        return PlainText.IsWellFormed(text) ? text : throw RefusedException.Invalid("message.unreadable", "text");
    }

    /// <summary>
    /// Throws <c>message.clientMessageId</c> unless it has 1 to 64 printable characters, the first and last no white space (SQL Server
    /// takes "a" and "a " for one key).
    /// </summary>
    public static string CheckClientMessageId(string? id) =>
        id is { Length: > 0 and <= Message.MaxClientMessageIdLength }
        && !char.IsWhiteSpace(id[0]) && !char.IsWhiteSpace(id[^1]) && !id.Any(char.IsControl) && PlainText.IsWellFormed(id)
            ? id
            : throw RefusedException.Invalid("message.clientMessageId", "clientMessageId");
}

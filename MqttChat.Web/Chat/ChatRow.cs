using MqttChat.Domain.Chat;
using MqttChat.Web.Rooms;

namespace MqttChat.Web.Chat;

/// <summary>A message with its place on the page. Equal records are the same picture.</summary>
/// <param name="Message">The message.</param>
/// <param name="IsOwn">The viewer wrote it.</param>
/// <param name="MayDelete">The viewer may delete it.</param>
/// <param name="StartsGroup">The author's name stands above it.</param>
/// <param name="SentAt">When it was sent, in the viewer's zone.</param>
/// <param name="Day">The day that begins with it; null within a day.</param>
/// <param name="StartsNew">The line "New messages" stands above it.</param>
/// <param name="DaysAgo">How long ago that day was, while it has a name instead of a date.</param>
internal sealed record ChatRow(
    MessageView Message, bool IsOwn, bool MayDelete, bool StartsGroup, DateTimeOffset SentAt, DateOnly? Day, bool StartsNew, int? DaysAgo = null);

/// <summary>Lays messages out in the viewer's zone.</summary>
internal static class ChatRows
{
    private static readonly TimeSpan GroupWithin = TimeSpan.FromMinutes(5);

    /// <summary>
    /// One row a message: a date line at local midnight, a name where another author or five minutes begin, the line "New
    /// messages" above the first message of others after <paramref name="newAfter"/>. Rows that were laid out before, in the same
    /// zone, stay the same objects where nothing about them changed.
    /// </summary>
    public static List<ChatRow> Of(
        IReadOnlyList<MessageView> messages, bool hasOlder, string viewerId, bool mayModerate, TimeZoneInfo zone, DateOnly today, long? newAfter,
        IReadOnlyList<ChatRow>? known = null)
    {
        var rows = new List<ChatRow>(messages.Count);
        var lineAt = newAfter is null ? null : messages.FirstOrDefault(message =>
            message.Sequence > newAfter && message.AuthorId != viewerId)?.Sequence;
        if (hasOlder && messages.Count > 0 && newAfter < messages[0].Sequence - 1)
        {
            // The first new one is further up, in history that is not loaded.
            lineAt = null;
        }

        ChatRow? before = null;
        foreach (var message in messages)
        {
            var old = Find(known, message);
            var sentAt = old?.SentAt ?? TimeZoneInfo.ConvertTime(message.SentAt, zone);
            var day = DateOnly.FromDateTime(sentAt.DateTime);
            var newDay = before is null || DateOnly.FromDateTime(before.SentAt.DateTime) != day;
            var isOwn = message.AuthorId == viewerId;
            var startsNew = message.Sequence == lineAt;
            var daysAgo = newDay ? DayWords.Ago(day, today) : null;
            var startsGroup = newDay || startsNew || before!.Message.AuthorId != message.AuthorId
                || message.SentAt - before.Message.SentAt > GroupWithin;
            before = old is not null && old.MayDelete == (isOwn || mayModerate) && old.StartsGroup == startsGroup
                    && old.StartsNew == startsNew && old.Day is not null == newDay && old.DaysAgo == daysAgo
                ? old
                : new ChatRow(message, isOwn, isOwn || mayModerate, startsGroup, sentAt, newDay ? day : null, startsNew, daysAgo);
            rows.Add(before);
        }

        return rows;
    }

    // Sequences have no gaps, so the place follows from the first.
    private static ChatRow? Find(IReadOnlyList<ChatRow>? known, MessageView message)
    {
        var index = known is { Count: > 0 } ? message.Sequence - known[0].Message.Sequence : -1;
        return index >= 0 && index < known!.Count && ReferenceEquals(known[(int)index].Message, message) ? known[(int)index] : null;
    }
}

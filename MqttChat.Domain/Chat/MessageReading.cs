using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Persistence;

namespace MqttChat.Domain.Chat;

/// <summary>Reads messages without asking who for: only for callers that have checked it.</summary>
internal static class MessageReading
{
    /// <summary>The message for readers, still without its author's name.</summary>
    public static MessageView View(Message message) => new(
        MessageId.Of(message.RoomId, message.Sequence), message.RoomId, message.Sequence, message.Change, message.AuthorId, "", message.Text,
        message.ClientMessageId, message.SentAt, message.EditedAt, message.DeletedAt);

    /// <summary>What changed after <paramref name="since"/>, ascending by change.</summary>
    public static async Task<MessagePage> ChangesAsync(
        HouseDbContext house, int roomId, long since, int limit, CancellationToken cancellation)
    {
        var read = await house.Messages.AsNoTracking()
            .Where(message => message.RoomId == roomId && message.Change > since)
            .OrderBy(message => message.Change).Take(limit + 1)
            .ToListAsync(cancellation).ConfigureAwait(false);
        var items = read.Take(limit).Select(View).ToList();
        return new MessagePage(items, items.Count > 0 ? items[^1].Change : since, read.Count > limit);
    }
}

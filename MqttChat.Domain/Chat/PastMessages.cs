using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Signals;

namespace MqttChat.Domain.Chat;

/// <summary>One message of the past.</summary>
/// <param name="Id">Unique for its author for ever: brought in again, it stays one message.</param>
public sealed record PastMessage(int RoomId, string AuthorId, string Text, string Id, DateTimeOffset SentAt);

/// <summary>
/// Brings in messages with the times at which they were written: a history that was made or kept elsewhere. They come after what
/// their rooms hold already.
/// </summary>
public sealed class PastMessages(IDbContextFactory<HouseDbContext> houses, SignalHub signals, TimeProvider clock)
{
    /// <summary>
    /// Stores them in the order given, a room's in one transaction. A text is checked as a post's; what was written by somebody who
    /// is no member of its room is left out.
    /// </summary>
    public async Task StoreAsync(IReadOnlyList<PastMessage> messages, CancellationToken cancellation)
    {
        var store = new EntityPostStore(houses, clock);
        foreach (var room in messages.GroupBy(message => message.RoomId))
        {
            List<PendingPost> posts = [.. room.Select(message => new PendingPost(
                message.AuthorId, message.RoomId, MessageText.Check(message.Text), MessageText.CheckClientMessageId(message.Id))
            {
                WrittenAt = message.SentAt,
            })];
            await store.StoreAsync(posts, cancellation).ConfigureAwait(false);
            signals.Publish(ReloadSignal.Room(room.Key));
        }
    }
}

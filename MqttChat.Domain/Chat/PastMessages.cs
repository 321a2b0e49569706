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
public sealed class PastMessages(IDbContextFactory<HouseDbContext> houses, SignalHub signals)
{
    /// <summary>
    /// Stores them in the order given, each in a transaction of its own. A text is checked as a post's; whose author is no member of the room, that
    /// message is left out.
    /// </summary>
    public async Task StoreAsync(IReadOnlyList<PastMessage> messages, CancellationToken cancellation)
    {
        foreach (var message in messages)
        {
            var post = new PendingPost(
                message.AuthorId, message.RoomId, MessageText.Check(message.Text), MessageText.CheckClientMessageId(message.Id));
            await new EntityPostStore(houses, new Then(message.SentAt)).StoreAsync([post], cancellation).ConfigureAwait(false);
        }

        foreach (var roomId in messages.Select(message => message.RoomId).Distinct())
        {
            signals.Publish(ReloadSignal.Room(roomId));
        }
    }

    private sealed class Then(DateTimeOffset at) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => at;
    }
}

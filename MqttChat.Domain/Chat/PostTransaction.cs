using MqttChat.Domain.Rooms;

namespace MqttChat.Domain.Chat;

/// <summary>Stores posts in one transaction: who may not write there is refused, a repeat gets the first message.</summary>
public sealed class PostTransaction
{
    private readonly IPostStore _store;
    private readonly AuthorNames _names;

    internal PostTransaction(IPostStore store, AuthorNames names) => (_store, _names) = (store, names);

    internal sealed record Outcome(
        List<(PendingPost Post, PostResult Result)> Stored,
        List<(PendingPost Post, RefusedException Refusal)> Refused,
        IReadOnlyCollection<int> ChangedRooms);

    internal async Task<Outcome> CommitAsync(List<PendingPost> batch, CancellationToken cancellation)
    {
        var named = await _names.FindAsync(batch.Select(post => post.AuthorId), cancellation).ConfigureAwait(false);
        var answers = await _store.StoreAsync(batch, cancellation).ConfigureAwait(false);
        var outcome = new Outcome([], [], [.. answers.Where(answer => answer is { Message: not null, IsRepeat: false })
            .Select(answer => answer.Post.RoomId).Distinct()]);
        foreach (var answer in answers)
        {
            var (post, message, isRepeat) = answer;
            if (message is null)
            {
                outcome.Refused.Add((post, answer.Refusal ?? RoomAccess.NotFound()));
            }
            else if (message.RoomId != post.RoomId)
            {
                outcome.Refused.Add((post, RefusedException.Conflict("message.idInOtherRoom")));
            }
            else
            {
                var view = MessageReading.View(message) with { AuthorName = named.GetValueOrDefault(message.AuthorId, "") };
                outcome.Stored.Add((post, new PostResult(view, isRepeat)));
            }
        }

        return outcome;
    }
}

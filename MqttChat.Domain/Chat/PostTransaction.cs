using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Rooms;

namespace MqttChat.Domain.Chat;

/// <summary>Stores posts in one transaction: who is no member is refused, a repeat gets the first message.</summary>
public sealed class PostTransaction(IDbContextFactory<HouseDbContext> houses, AuthorNames names, TimeProvider clock)
{
    internal sealed record Outcome(
        List<(PendingPost Post, PostResult Result)> Stored,
        List<(PendingPost Post, RefusedException Refusal)> Refused,
        IReadOnlyCollection<int> ChangedRooms);

    internal async Task<Outcome> CommitAsync(List<PendingPost> batch, CancellationToken cancellation)
    {
        var named = await names.FindAsync(batch.Select(post => post.AuthorId), cancellation).ConfigureAwait(false);
        await using var house = await houses.CreateDbContextAsync(cancellation).ConfigureAwait(false);
        await using var transaction = await house.Database.BeginTransactionAsync(cancellation).ConfigureAwait(false);

        // Only now, with the lock in hand: who gave up meanwhile was told so, and nothing of theirs may appear.
        var posts = batch.Where(post => post.TryTake()).ToList();
        var outcome = new Outcome([], [], []);
        var fresh = await SortOutAsync(house, posts, named, outcome, cancellation).ConfigureAwait(false);
        var stored = new List<(PendingPost Post, Message Message)>();
        foreach (var room in fresh.GroupBy(post => post.RoomId).OrderBy(room => room.Key))
        {
            stored.AddRange(await AddAsync(house, room.Key, [.. room], cancellation).ConfigureAwait(false));
        }

        await house.SaveChangesAsync(cancellation).ConfigureAwait(false);
        await transaction.CommitAsync(cancellation).ConfigureAwait(false);
        outcome.Stored.AddRange(stored.Select(pair => (pair.Post, new PostResult(View(pair.Message, named), false))));
        AnswerRepeatsWithin(posts, outcome);
        return outcome with { ChangedRooms = [.. stored.Select(pair => pair.Message.RoomId).Distinct()] };
    }

    /// <summary>Answers strangers and repeats; returns what is to be stored, each sender's id once.</summary>
    private static async Task<List<PendingPost>> SortOutAsync(
        HouseDbContext house, List<PendingPost> posts, IReadOnlyDictionary<string, string> named, Outcome outcome,
        CancellationToken cancellation)
    {
        var rooms = posts.Select(post => post.RoomId).Distinct().ToArray();
        var authors = posts.Select(post => post.AuthorId).Distinct().ToArray();
        var ids = posts.Select(post => post.ClientMessageId).Distinct().ToArray();
        var members = (await house.Memberships
            .Where(member => EF.Parameter(rooms).Contains(member.RoomId) && EF.Parameter(authors).Contains(member.UserId))
            .Select(member => new { member.RoomId, member.UserId }).ToListAsync(cancellation).ConfigureAwait(false))
            .Select(member => (member.RoomId, member.UserId)).ToHashSet();
        var before = (await house.Messages.AsNoTracking()
            .Where(message => EF.Parameter(authors).Contains(message.AuthorId) && EF.Parameter(ids).Contains(message.ClientMessageId))
            .ToListAsync(cancellation).ConfigureAwait(false))
            .ToDictionary(message => (message.AuthorId, message.ClientMessageId));

        var fresh = new Dictionary<(string, string), PendingPost>();
        foreach (var post in posts)
        {
            var key = (post.AuthorId, post.ClientMessageId);
            if (!members.Contains((post.RoomId, post.AuthorId)))
            {
                outcome.Refused.Add((post, RoomAccess.NotFound()));
            }
            else if (before.TryGetValue(key, out var first))
            {
                Repeat(post, View(first, named), outcome);
            }
            else
            {
                fresh.TryAdd(key, post);
            }
        }

        return [.. fresh.Values];
    }

    private async Task<List<(PendingPost, Message)>> AddAsync(
        HouseDbContext house, int roomId, List<PendingPost> posts, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        // Updating the row takes its lock: sequences and changes come in the order of the commits, without gaps.
        await house.Rooms.Where(room => room.Id == roomId).ExecuteUpdateAsync(set => set
            .SetProperty(room => room.LastChange, room => room.LastChange + posts.Count)
            .SetProperty(room => room.LastSequence, room => room.LastSequence + posts.Count)
            .SetProperty(room => room.LastMessageAt, now), cancellation).ConfigureAwait(false);
        var last = await house.Rooms.Where(room => room.Id == roomId)
            .Select(room => new { room.LastChange, room.LastSequence }).SingleAsync(cancellation).ConfigureAwait(false);
        var stored = posts.Select((post, index) => (post, new Message
        {
            RoomId = roomId,
            Sequence = last.LastSequence - posts.Count + index + 1,
            Change = last.LastChange - posts.Count + index + 1,
            AuthorId = post.AuthorId,
            Text = post.Text,
            ClientMessageId = post.ClientMessageId,
            SentAt = now,
        })).ToList();
        house.Messages.AddRange(stored.Select(pair => pair.Item2));
        return stored;
    }

    // The same post twice in one batch: the second gets what the first became.
    private static void AnswerRepeatsWithin(List<PendingPost> posts, Outcome outcome)
    {
        var answered = outcome.Stored.Select(pair => pair.Post).Concat(outcome.Refused.Select(pair => pair.Post)).ToHashSet();
        var firsts = outcome.Stored.Where(pair => !pair.Result.IsRepeat)
            .ToDictionary(pair => (pair.Post.AuthorId, pair.Post.ClientMessageId), pair => pair.Result.Message);
        foreach (var post in posts.Where(post => !answered.Contains(post)))
        {
            Repeat(post, firsts[(post.AuthorId, post.ClientMessageId)], outcome);
        }
    }

    private static void Repeat(PendingPost post, MessageView first, Outcome outcome)
    {
        if (first.RoomId == post.RoomId)
        {
            outcome.Stored.Add((post, new PostResult(first, true)));
        }
        else
        {
            outcome.Refused.Add((post, RefusedException.Conflict("message.idInOtherRoom")));
        }
    }

    private static MessageView View(Message message, IReadOnlyDictionary<string, string> named) => new(
        message.Id, message.RoomId, message.Sequence, message.Change, message.AuthorId,
        named.GetValueOrDefault(message.AuthorId, ""), message.Text, message.ClientMessageId, message.SentAt,
        message.EditedAt, message.DeletedAt);
}

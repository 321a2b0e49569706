using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Rooms;

namespace MqttChat.Domain.Chat;

/// <summary>Posts through the entities, on any engine.</summary>
internal sealed class EntityPostStore(IDbContextFactory<HouseDbContext> houses, TimeProvider clock) : IPostStore
{
    public async Task<List<StoredPost>> StoreAsync(List<PendingPost> batch, CancellationToken cancellation)
    {
        await using var house = await houses.CreateDbContextAsync(cancellation).ConfigureAwait(false);
        await using var transaction = await house.Database.BeginTransactionAsync(cancellation).ConfigureAwait(false);

        // Only now: who gave up meanwhile was told so, and nothing of theirs may appear.
        var posts = batch.Where(post => post.TryTake()).ToList();
        var answers = new List<StoredPost>();
        var fresh = await SortOutAsync(house, posts, answers, cancellation).ConfigureAwait(false);
        var became = new Dictionary<(string, string), StoredPost>();
        foreach (var room in fresh.GroupBy(post => post.RoomId).OrderBy(room => room.Key))
        {
            foreach (var answer in await AddAsync(house, room.Key, [.. room], cancellation).ConfigureAwait(false))
            {
                became[Key(answer.Post)] = answer;
                answers.Add(answer);
            }
        }

        await house.SaveChangesAsync(cancellation).ConfigureAwait(false);
        await transaction.CommitAsync(cancellation).ConfigureAwait(false);

        // The same post twice in one batch: the second gets what the first became.
        var answered = answers.Select(answer => answer.Post).ToHashSet();
        answers.AddRange(posts.Where(post => !answered.Contains(post)).Select(post => became[Key(post)] with { Post = post, IsRepeat = true }));
        return answers;
    }

    /// <summary>
    /// The messages of those authors under those ids. Each id is a parameter of its own: a list as JSON has the database's collation, which
    /// SQL Server refuses to compare with this column's.
    /// </summary>
    internal static IQueryable<Message> Sent(HouseDbContext house, string[] authors, string[] ids) => house.Messages.AsNoTracking()
        .Where(message => EF.Parameter(authors).Contains(message.AuthorId) && ids.Contains(message.ClientMessageId));

    /// <summary>Answers strangers and repeats; returns what is to be stored, each sender's id once.</summary>
    private static async Task<List<PendingPost>> SortOutAsync(
        HouseDbContext house, List<PendingPost> posts, List<StoredPost> answers, CancellationToken cancellation)
    {
        var rooms = posts.Select(post => post.RoomId).Distinct().ToArray();
        var authors = posts.Select(post => post.AuthorId).Distinct().ToArray();
        var ids = posts.Select(post => post.ClientMessageId).Distinct().ToArray();
        var members = await (
            from member in house.Memberships
            join room in house.Rooms on member.RoomId equals room.Id
            where EF.Parameter(rooms).Contains(member.RoomId) && EF.Parameter(authors).Contains(member.UserId)
            select new { member.RoomId, member.UserId, IsArchived = room.ArchivedAt != null })
            .ToDictionaryAsync(member => (member.RoomId, member.UserId), member => member.IsArchived, cancellation).ConfigureAwait(false);
        var before = (await Sent(house, authors, ids).ToListAsync(cancellation).ConfigureAwait(false))
            .ToDictionary(message => (message.AuthorId, message.ClientMessageId));

        var fresh = new Dictionary<(string, string), PendingPost>();
        foreach (var post in posts)
        {
            if (!members.TryGetValue((post.RoomId, post.AuthorId), out var isArchived))
            {
                answers.Add(StoredPost.Refused(post, RoomAccess.NotFound()));
            }
            else if (before.TryGetValue(Key(post), out var first))
            {
                answers.Add(new(post, first, IsRepeat: true));
            }
            else if (isArchived)
            {
                answers.Add(StoredPost.Refused(post, RoomAccess.Archived()));
            }
            else
            {
                fresh.TryAdd(Key(post), post);
            }
        }

        return [.. fresh.Values];
    }

    private async Task<List<StoredPost>> AddAsync(
        HouseDbContext house, int roomId, List<PendingPost> posts, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var newest = posts.Max(post => post.WrittenAt) ?? now;
        // Updating the row takes its lock: sequences and changes come in the order of the commits, without gaps.
        var locked = await house.Rooms.Where(room => room.Id == roomId && room.ArchivedAt == null).ExecuteUpdateAsync(set => set
            .SetProperty(room => room.LastChange, room => room.LastChange + posts.Count)
            .SetProperty(room => room.LastSequence, room => room.LastSequence + posts.Count)
            .SetProperty(room => room.LastMessageAt, newest), cancellation).ConfigureAwait(false);
        if (locked == 0)
        {
            // Archived or deleted since it was asked above; what is written elsewhere is not held up by that.
            var isThere = await house.Rooms.AnyAsync(room => room.Id == roomId, cancellation).ConfigureAwait(false);
            return [.. posts.Select(post => StoredPost.Refused(post, isThere ? RoomAccess.Archived() : RoomAccess.NotFound()))];
        }

        var last = await house.Rooms.Where(room => room.Id == roomId)
            .Select(room => new { room.LastChange, room.LastSequence }).SingleAsync(cancellation).ConfigureAwait(false);
        var stored = posts.Select((post, index) => new StoredPost(
            post, post.ToMessage(last.LastSequence - posts.Count + index + 1, last.LastChange - posts.Count + index + 1, now), IsRepeat: false)).ToList();
        house.Messages.AddRange(stored.Select(answer => answer.Message!));
        return stored;
    }

    private static (string AuthorId, string ClientMessageId) Key(PendingPost post) => (post.AuthorId, post.ClientMessageId);
}

using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Rooms;

namespace MqttChat.Domain.Chat;

/// <summary>Reads one room for its feed: whole at first, then what changed. Asks for nobody's rights; who may see it is the feed's part.</summary>
internal sealed class RoomReader(int roomId, AuthorNames names)
{
    /// <summary>Who of the viewers belongs to the room, or is asked in: they look as members do.</summary>
    public async Task<Dictionary<string, MembershipRole>> MembersAsync(HouseDbContext house, string[] viewers, CancellationToken cancellation)
    {
        var readers = await house.Memberships.Where(member => member.RoomId == roomId && EF.Parameter(viewers).Contains(member.UserId))
            .Select(member => new { member.UserId, member.Role })
            .Concat(RoomInvitations.Waiting(house).Where(invitation => invitation.RoomId == roomId && EF.Parameter(viewers).Contains(invitation.UserId))
                .Select(invitation => new { invitation.UserId, Role = MembershipRole.Member }))
            .ToListAsync(cancellation).ConfigureAwait(false);
        return readers.GroupBy(reader => reader.UserId).ToDictionary(one => one.Key, one => one.Max(reader => reader.Role));
    }

    /// <summary>The room as it is now, from nothing or from an earlier snapshot. Throws <c>room.notFound</c> where it is gone.</summary>
    public async Task<RoomSnapshot> CatchUpAsync(HouseDbContext house, RoomSnapshot? snapshot, CancellationToken cancellation)
    {
        snapshot ??= await FirstAsync(house, cancellation).ConfigureAwait(false);
        for (var more = true; more;)
        {
            (snapshot, more) = await ChangesAsync(house, snapshot, cancellation).ConfigureAwait(false);
        }

        return snapshot;
    }

    /// <summary>The same snapshot with the names that people have now.</summary>
    public async Task<RoomSnapshot> RenamedAsync(RoomSnapshot snapshot, CancellationToken cancellation)
    {
        var messages = await names.WithNamesAsync(snapshot.Messages, cancellation).ConfigureAwait(false);
        var changes = await names.WithNamesAsync(snapshot.Changes, cancellation).ConfigureAwait(false);
        return messages.SequenceEqual(snapshot.Messages) && changes.SequenceEqual(snapshot.Changes)
            ? snapshot
            : snapshot with { Messages = [.. messages], Changes = [.. changes] };
    }

    // The counter was read before the messages: what came between is read once more as a change, and nothing is missed.
    private async Task<RoomSnapshot> FirstAsync(HouseDbContext house, CancellationToken cancellation)
    {
        var room = await house.Rooms.Where(room => room.Id == roomId).Select(room => new { room.Name, room.LastChange, IsArchived = room.ArchivedAt != null })
            .SingleOrDefaultAsync(cancellation).ConfigureAwait(false) ?? throw RoomAccess.NotFound();
        var newest = await house.Messages.AsNoTracking().Where(message => message.RoomId == roomId)
            .OrderByDescending(message => message.Sequence).Take(RoomSnapshot.MaxMessages + 1)
            .ToListAsync(cancellation).ConfigureAwait(false);
        var views = newest.Take(RoomSnapshot.MaxMessages).Reverse().Select(MessageReading.View).ToList();
        var named = await names.WithNamesAsync(views, cancellation).ConfigureAwait(false);
        return new RoomSnapshot(
            roomId, room.Name, room.LastChange, [.. named], newest.Count > RoomSnapshot.MaxMessages, [], room.LastChange) { IsArchived = room.IsArchived };
    }

    // The room and what changed in it by one query.
    private async Task<(RoomSnapshot Snapshot, bool More)> ChangesAsync(
        HouseDbContext house, RoomSnapshot snapshot, CancellationToken cancellation)
    {
        var since = snapshot.LastChange;
        var read = await (
            from room in house.Rooms.AsNoTracking()
            where room.Id == roomId
            from message in house.Messages.AsNoTracking().Where(message => message.RoomId == room.Id && message.Change > since).DefaultIfEmpty()
            orderby message.Change
            select new { room.Name, IsArchived = room.ArchivedAt != null, Message = message }).Take(RoomSnapshot.MaxMessages + 1).ToListAsync(cancellation).ConfigureAwait(false);
        if (read.Count == 0)
        {
            throw RoomAccess.NotFound();
        }

        if (snapshot.Name != read[0].Name || snapshot.IsArchived != read[0].IsArchived)
        {
            snapshot = snapshot with { Name = read[0].Name, IsArchived = read[0].IsArchived };
        }

        var changes = read.Where(row => row.Message is not null).Take(RoomSnapshot.MaxMessages).Select(row => MessageReading.View(row.Message!)).ToList();
        return changes.Count == 0
            ? (snapshot, false)
            : (snapshot.With(await names.WithNamesAsync(changes, cancellation).ConfigureAwait(false)), read.Count > RoomSnapshot.MaxMessages);
    }
}

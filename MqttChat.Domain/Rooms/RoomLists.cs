using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Persistence;

namespace MqttChat.Domain.Rooms;

/// <summary>A room as far as lists need it.</summary>
internal sealed record RoomLine(int Id, string Name, bool IsOpen, bool IsEveryone, DateTimeOffset? LastMessageAt)
{
    /// <summary>It is archived.</summary>
    public bool IsArchived { get; init; }

    /// <summary>The room's change counter of the same moment; 0 where the last message was not read.</summary>
    public long LastChange { get; init; }

    /// <summary>The newest message.</summary>
    public LastMessage? Last { get; init; }
}

/// <summary>One person's place in one room.</summary>
internal sealed record MembershipLine(int RoomId, string UserId, MembershipRole Role, int Unread);

/// <summary>That one person is asked into one room.</summary>
internal sealed record InvitationLine(int RoomId, string UserId, string InvitedBy);

/// <summary>Reads lists of rooms for any number of people at once.</summary>
internal static class RoomLists
{
    /// <summary>A house has no more rooms than this, so lists of rooms need no pages.</summary>
    public const int MaxRooms = 1000;

    public static Task<List<RoomLine>> RoomsAsync(HouseDbContext house, CancellationToken cancellation) =>
        house.Rooms.OrderBy(room => room.Id).Take(MaxRooms)
            .Select(room => new RoomLine(room.Id, room.Name, room.IsOpen, room.IsEveryone, room.LastMessageAt) { IsArchived = room.ArchivedAt != null })
            .ToListAsync(cancellation);

    /// <summary>
    /// All rooms, or these, with their newest messages, for pages: asks for nobody's rights, <see cref="Compose"/> shows a message to
    /// members only. Without <see cref="RoomLine.LastMessageAt"/>.
    /// </summary>
    public static async Task<List<RoomLine>> WithLastAsync(
        HouseDbContext house, IReadOnlyCollection<int>? rooms, CancellationToken cancellation)
    {
        var asked = rooms is null
            ? house.Rooms.OrderBy(room => room.Id).Take(MaxRooms)
            : house.Rooms.Where(room => EF.Parameter(rooms).Contains(room.Id));
        var read = await (
            from room in asked
            from message in house.Messages.Where(message => message.RoomId == room.Id && message.Sequence == room.LastSequence).DefaultIfEmpty()
            from author in house.Users.Where(author => author.Id == message.AuthorId).DefaultIfEmpty()
            orderby room.Id
            select new
            {
                room.Id, room.Name, room.IsOpen, room.IsEveryone, room.LastChange, IsArchived = room.ArchivedAt != null,
                AuthorId = (string?)message.AuthorId, AuthorName = (string?)author.DisplayName,
                Text = message.Text == null ? null : message.Text.Substring(0, LastMessage.MaxTextLength),
                SentAt = (DateTimeOffset?)message.SentAt,
            }).ToListAsync(cancellation).ConfigureAwait(false);
        return [.. read.Select(row => new RoomLine(row.Id, row.Name, row.IsOpen, row.IsEveryone, null)
        {
            LastChange = row.LastChange,
            IsArchived = row.IsArchived,
            Last = row.AuthorId is null ? null : new LastMessage(row.AuthorId, row.AuthorName, OneLine(row.Text), row.SentAt!.Value),
        })];
    }

    // Engines count differently what lies outside the first plane: half a character at the cut is none.
    private static string? OneLine(string? text) =>
        text is null ? null
        : string.Join(' ', (text is [.., var last] && char.IsHighSurrogate(last) ? text[..^1] : text).Split(default(char[]), StringSplitOptions.RemoveEmptyEntries));

    /// <summary>The people's places, with unread counted in the database and only where something is newer than what was read.</summary>
    public static Task<List<MembershipLine>> MembershipsAsync(
        HouseDbContext house, IReadOnlyCollection<string> users, IReadOnlyCollection<int>? rooms, CancellationToken cancellation)
    {
        var memberships = house.Memberships.Where(membership => EF.Parameter(users).Contains(membership.UserId));
        if (rooms is not null)
        {
            memberships = memberships.Where(membership => EF.Parameter(rooms).Contains(membership.RoomId));
        }

        var lines =
            from membership in memberships
            join room in house.Rooms on membership.RoomId equals room.Id
            select new MembershipLine(
                membership.RoomId,
                membership.UserId,
                membership.Role,
                room.LastSequence <= membership.LastReadSequence
                    ? 0
                    : house.Messages
                        .Where(message => message.RoomId == membership.RoomId
                            && message.Sequence > membership.LastReadSequence
                            && message.AuthorId != membership.UserId
                            && message.DeletedAt == null)
                        .OrderBy(message => message.Sequence).Take(RoomSummary.MaxUnread).Count());
        return lines.ToListAsync(cancellation);
    }

    /// <summary>Into which rooms the people are asked, and by whom; who is gone has an empty name.</summary>
    public static Task<List<InvitationLine>> InvitationsAsync(
        HouseDbContext house, IReadOnlyCollection<string> users, CancellationToken cancellation) => (
        from invitation in RoomInvitations.Waiting(house)
        where EF.Parameter(users).Contains(invitation.UserId)
        select new InvitationLine(
            invitation.RoomId, invitation.UserId,
            house.Users.Where(user => user.Id == invitation.InvitedById).Select(user => user.DisplayName).FirstOrDefault() ?? ""))
        .ToListAsync(cancellation);

    /// <summary>
    /// One person's list: the rooms they are in, those they are asked into, and the open ones; Everyone first, then by name
    /// (<see cref="NameOrder"/>).
    /// </summary>
    public static RoomSummary[] Compose(
        IEnumerable<RoomLine> rooms, IReadOnlyDictionary<int, MembershipLine> mine, IReadOnlyDictionary<int, string> asked) =>
        [.. ByName(Seen(rooms, mine, asked).OrderByDescending(room => room.IsEveryone))];

    /// <summary>
    /// The same for pages: the room with the newest message on top, those without one below, as <see cref="Compose"/> has them. A
    /// message that is changed or deleted moves no room; nor does one in a room that the person has not joined.
    /// </summary>
    public static RoomSummary[] ComposeNewestFirst(
        IEnumerable<RoomLine> rooms, IReadOnlyDictionary<int, MembershipLine> mine, IReadOnlyDictionary<int, string> asked) =>
        [.. ByName(Seen(rooms, mine, asked).OrderByDescending(room => room.Last?.SentAt).ThenByDescending(room => room.IsEveryone))];

    private static IOrderedEnumerable<RoomSummary> ByName(IOrderedEnumerable<RoomSummary> rooms) =>
        rooms.ThenBy(room => room.Name, NameOrder.Names).ThenBy(room => room.Id);

    private static IEnumerable<RoomSummary> Seen(
        IEnumerable<RoomLine> rooms, IReadOnlyDictionary<int, MembershipLine> mine, IReadOnlyDictionary<int, string> asked) =>
        // Nobody joins what nobody writes in any more: an archived room is its members' alone.
        rooms.Where(room => (!room.IsArchived && (room.IsOpen || asked.ContainsKey(room.Id))) || mine.ContainsKey(room.Id))
            .Select(room => new RoomSummary(
                room.Id, room.Name, room.IsOpen, room.IsEveryone, mine.GetValueOrDefault(room.Id)?.Role,
                mine.GetValueOrDefault(room.Id)?.Unread ?? 0, room.LastMessageAt)
            {
                IsArchived = room.IsArchived,
                InvitedBy = mine.ContainsKey(room.Id) ? null : asked.GetValueOrDefault(room.Id),
                Last = mine.ContainsKey(room.Id) ? room.Last : null,
            });
}

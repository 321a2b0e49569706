using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Accounts.Tags;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Signals;

namespace MqttChat.Domain.Rooms;

/// <summary>Who belongs to a room: joining, leaving, adding, removing, and the list. Throws <see cref="RefusedException"/>.</summary>
public sealed class RoomMembers(
    IDbContextFactory<HouseDbContext> houses, RoomInvitations invitations, SignalHub signals, TimeProvider clock, ILogger<RoomMembers> logger)
{
    /// <summary>The most people that one page of members or candidates holds.</summary>
    public const int MaxPage = 200;

    // Names are sorted here, by the house's order, which no database knows.
    private const int MostPeople = 20_000;

    /// <summary>How long a removal can be taken back.</summary>
    public static readonly TimeSpan Regret = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Enters an open room, or one that the viewer is asked into; again is no error. Any other room is answered as if it were not there.
    /// </summary>
    public async Task JoinAsync(Viewer viewer, int roomId, CancellationToken cancellation)
    {
        if (await invitations.AcceptAsync(viewer, roomId, cancellation))
        {
            return;
        }

        var joined = await RunAsync(async house =>
        {
            var access = await RoomAccess.LoadAsync(house, viewer, roomId, cancellation);
            if (access.IsMember)
            {
                return false;
            }

            return access.Room is { IsOpen: true, ArchivedAt: null }
                ? await AddAsync(house, access.Room, viewer.UserId, MembershipRole.Member, cancellation)
                : throw RoomAccess.NotFound();
        }, cancellation);
        PublishIf(joined, roomId);
    }

    /// <summary>
    /// Leaves a room. Throws <c>room.everyone</c> for the room that nobody leaves. When the last owner leaves, who has been in
    /// it longest becomes owner; a room without members is left to staff.
    /// </summary>
    public Task LeaveAsync(Viewer viewer, int roomId, CancellationToken cancellation) =>
        TakeOutAsync(roomId, viewer.UserId, async house =>
        {
            var access = await RoomAccess.LoadAsync(house, viewer, roomId, cancellation);
            return access.IsMember || access.Room.IsOpen ? access : throw RoomAccess.NotFound();
        }, cancellation);

    /// <summary>
    /// Staff add a person; a resident who owns the room asks them in, see <see cref="RoomInvitations"/>. Again is no error. Owner and staff.
    /// Throws <c>room.personNotFound</c>, and for residents <c>room.declined</c>, <c>room.archived</c>, <c>room.invitationsTooMany</c>, <c>room.tooFast</c>.
    /// </summary>
    public async Task AddAsync(Viewer viewer, int roomId, string userId, CancellationToken cancellation)
    {
        var added = await RunAsync(async house =>
        {
            var access = (await RoomAccess.LoadAsync(house, viewer, roomId, cancellation)).RequireManager();
            if (!await house.Users.AnyAsync(user => user.Id == userId, cancellation))
            {
                throw new RefusedException(RefusalKind.NotFound, "room.personNotFound");
            }

            if (!viewer.IsStaff)
            {
                return !await IsMemberAsync(house, roomId, userId, cancellation)
                    && await invitations.AskAsync(house, viewer, access.Room, userId, cancellation);
            }

            await house.RoomInvitations.Where(invitation => invitation.RoomId == roomId && invitation.UserId == userId).ExecuteDeleteAsync(cancellation);
            var first = !access.Room.IsEveryone
                && !await house.Memberships.AnyAsync(membership => membership.RoomId == roomId, cancellation);
            return await AddAsync(
                house, access.Room, userId, first ? MembershipRole.Owner : MembershipRole.Member, cancellation);
        }, cancellation);
        PublishIf(added, roomId);
    }

    /// <summary>
    /// Removes a person, or takes back that they were asked in; one who is neither is no error. Owner and staff. Throws <c>room.everyone</c>.
    /// What it returns takes the removal back; null where nobody was removed.
    /// </summary>
    public Task<RemovedMember?> RemoveAsync(Viewer viewer, int roomId, string userId, CancellationToken cancellation) =>
        TakeOutAsync(roomId, userId, async house =>
            (await RoomAccess.LoadAsync(house, viewer, roomId, cancellation)).RequireManager(), cancellation);

    /// <summary>
    /// Takes a removal of a moment ago back: the person is what they were, and is not asked again. Owner and staff. Throws <c>room.tooLate</c>.
    /// </summary>
    public async Task RestoreAsync(Viewer viewer, RemovedMember removed, CancellationToken cancellation)
    {
        var roomId = removed.Membership.RoomId;
        var restored = await RunAsync(async house =>
        {
            (await RoomAccess.LoadAsync(house, viewer, roomId, cancellation)).RequireManager();
            if (clock.GetUtcNow() - removed.RemovedAt > Regret)
            {
                throw RefusedException.Conflict("room.tooLate");
            }

            return await AddAsync(house, removed.Membership, cancellation);
        }, cancellation);
        PublishIf(restored, roomId);
    }

    /// <summary>The members by name, from <paramref name="skip"/> on. Members and staff.</summary>
    public Task<Page<RoomMember>> ListAsync(Viewer viewer, int roomId, int skip, int limit, CancellationToken cancellation) =>
        RunAsync(async house =>
        {
            (await RoomAccess.LoadAsync(house, viewer, roomId, cancellation)).RequireInsight();
            var size = Math.Clamp(limit, 1, MaxPage);
            var members = await (
                from membership in house.Memberships
                join user in house.Users on membership.UserId equals user.Id
                where membership.RoomId == roomId
                orderby user.Id
                select new RoomMember(user.Id, user.DisplayName, membership.Role, membership.JoinedAt))
                .Take(MostPeople).ToListAsync(cancellation);
            var page = members.OrderBy(member => member.Name, NameOrder.Names).ThenBy(member => member.UserId, StringComparer.Ordinal)
                .Skip(Math.Max(skip, 0)).Take(size + 1).ToList();
            var tags = await PersonTags.OfAsync(house, [.. page.Select(member => member.UserId)], cancellation);
            return new Page<RoomMember>([.. page.Take(size).Select(member => member with { Tags = [.. tags[member.UserId]] })], page.Count > size);
        }, cancellation);

    /// <summary>People who are neither in the room nor asked in whose name contains <paramref name="search"/>, by name. Owner and staff.</summary>
    public Task<Page<RoomCandidate>> CandidatesAsync(
        Viewer viewer, int roomId, string? search, int limit, CancellationToken cancellation) =>
        RunAsync(async house =>
        {
            (await RoomAccess.LoadAsync(house, viewer, roomId, cancellation)).RequireManager();
            var size = Math.Clamp(limit, 1, MaxPage);
            var people = await house.Users.Called(search)
                .Where(user => !house.Memberships.Any(membership => membership.RoomId == roomId && membership.UserId == user.Id)
                    && !house.RoomInvitations.Any(invitation => invitation.RoomId == roomId && invitation.UserId == user.Id && invitation.DeclinedAt == null))
                .OrderBy(user => user.Id)
                .Select(user => new RoomCandidate(user.Id, user.DisplayName))
                .Take(MostPeople).ToListAsync(cancellation);
            return new Page<RoomCandidate>([.. people.OrderBy(person => person.Name, NameOrder.Names).Take(size)], people.Count > size);
        }, cancellation);

    // What was said before the person came counts as read: a newcomer is not greeted by "99+".
    private Task<bool> AddAsync(HouseDbContext house, Room room, string userId, MembershipRole role, CancellationToken cancellation) => AddAsync(
        house, new() { RoomId = room.Id, UserId = userId, Role = role, JoinedAt = clock.GetUtcNow(), LastReadSequence = room.LastSequence }, cancellation);

    private static async Task<bool> AddAsync(HouseDbContext house, Membership membership, CancellationToken cancellation)
    {
        if (await IsMemberAsync(house, membership.RoomId, membership.UserId, cancellation))
        {
            return false;
        }

        house.Memberships.Add(membership);
        try
        {
            await house.SaveChangesAsync(cancellation);
            return true;
        }
        catch (DbUpdateException)
        {
            // Two joins at once: the other one made the row, which is what was asked for.
            house.ChangeTracker.Clear();
            if (await IsMemberAsync(house, membership.RoomId, membership.UserId, cancellation))
            {
                return false;
            }

            throw;
        }
    }

    private async Task<RemovedMember?> TakeOutAsync(
        int roomId, string userId, Func<HouseDbContext, Task<RoomAccess>> authorize, CancellationToken cancellation)
    {
        var removed = await RunAsync(async house =>
        {
            if ((await authorize(house)).Room.IsEveryone)
            {
                throw RefusedException.Conflict("room.everyone");
            }

            await using var transaction = await house.Database.BeginTransactionAsync(cancellation);
            // The room's row is the lock: two owners who leave at once come one after the other, and the second sees the first gone.
            await house.Rooms.Where(room => room.Id == roomId)
                .ExecuteUpdateAsync(set => set.SetProperty(room => room.Name, room => room.Name), cancellation);
            var asked = await house.RoomInvitations
                .Where(invitation => invitation.RoomId == roomId && invitation.UserId == userId && invitation.DeclinedAt == null)
                .ExecuteDeleteAsync(cancellation) > 0;
            var theirs = house.Memberships.Where(membership => membership.RoomId == roomId && membership.UserId == userId);
            var was = await theirs.AsNoTracking().SingleOrDefaultAsync(cancellation);
            if (was is not null)
            {
                await theirs.ExecuteDeleteAsync(cancellation);
                await KeepAnOwnerAsync(house, roomId, cancellation);
            }

            await transaction.CommitAsync(cancellation);
            return (IsChange: asked || was is not null, Was: was is null ? null : new RemovedMember(was, clock.GetUtcNow()));
        }, cancellation);
        PublishIf(removed.IsChange, roomId);
        return removed.Was;
    }

    private static async Task KeepAnOwnerAsync(HouseDbContext house, int roomId, CancellationToken cancellation)
    {
        var members = house.Memberships.Where(membership => membership.RoomId == roomId);
        if (await members.AnyAsync(membership => membership.Role == MembershipRole.Owner, cancellation))
        {
            return;
        }

        var heir = await members.OrderBy(membership => membership.JoinedAt).ThenBy(membership => membership.UserId)
            .Select(membership => membership.UserId).FirstOrDefaultAsync(cancellation);
        await members.Where(membership => membership.UserId == heir)
            .ExecuteUpdateAsync(set => set.SetProperty(membership => membership.Role, MembershipRole.Owner), cancellation);
    }

    private static Task<bool> IsMemberAsync(HouseDbContext house, int roomId, string userId, CancellationToken cancellation) =>
        house.Memberships.AnyAsync(membership => membership.RoomId == roomId && membership.UserId == userId, cancellation);

    private void PublishIf(bool changed, int roomId)
    {
        if (changed)
        {
            // First the one that has members read again.
            signals.Publish(ReloadSignal.Rooms);
            signals.Publish(ReloadSignal.Room(roomId));
        }
    }

    private Task<T> RunAsync<T>(Func<HouseDbContext, Task<T>> work, CancellationToken cancellation) =>
        Storage.RunAsync(async () =>
        {
            await using var house = await houses.CreateDbContextAsync(cancellation);
            return await work(house);
        }, "room.tryAgain", logger, cancellation);
}

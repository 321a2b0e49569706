using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Signals;

namespace MqttChat.Domain.Rooms;

/// <summary>
/// Nobody is put into a room by another resident: they are asked, and come in by their own act (joining, or writing there). Until then
/// they are no members: nothing is told them, and nobody sees them there. They may look into the room. Throws <see cref="RefusedException"/>.
/// </summary>
public sealed class RoomInvitations(
    IDbContextFactory<HouseDbContext> houses, SignalHub signals, RoomLimits limits, AttemptLimiter limiter, TimeProvider clock,
    ILogger<RoomInvitations> logger)
{
    /// <summary>Says no; no resident can ask again. Throws <c>room.notFound</c> where one was not asked.</summary>
    public async Task DeclineAsync(Viewer viewer, int roomId, CancellationToken cancellation)
    {
        await RunAsync(async house =>
        {
            var now = clock.GetUtcNow();
            return await Waiting(house).Where(invitation => invitation.RoomId == roomId && invitation.UserId == viewer.UserId)
                .ExecuteUpdateAsync(set => set.SetProperty(invitation => invitation.DeclinedAt, now), cancellation) > 0
                ? true
                : throw RoomAccess.NotFound();
        }, cancellation);
        signals.Publish(ReloadSignal.Rooms);
    }

    /// <summary>Who was asked and has not answered, by name. Owner and staff.</summary>
    public Task<Page<InvitedPerson>> ListAsync(Viewer viewer, int roomId, int limit, CancellationToken cancellation) =>
        RunAsync(async house =>
        {
            (await RoomAccess.LoadAsync(house, viewer, roomId, cancellation)).RequireManager();
            var size = Math.Clamp(limit, 1, RoomMembers.MaxPage);
            var asked = await (
                from invitation in Waiting(house)
                join user in house.Users on invitation.UserId equals user.Id
                where invitation.RoomId == roomId
                orderby user.Id
                select new InvitedPerson(user.Id, user.DisplayName, invitation.InvitedAt)).Take(size + 1).ToListAsync(cancellation);
            return new Page<InvitedPerson>([.. asked.Take(size).OrderBy(person => person.Name, NameOrder.Names)], asked.Count > size);
        }, cancellation);

    /// <summary>
    /// Comes in where one was asked; false where one was not. What was said before counts as read.
    /// </summary>
    internal async Task<bool> AcceptAsync(Viewer viewer, int roomId, CancellationToken cancellation)
    {
        var accepted = await RunAsync(async house =>
        {
            await using var transaction = await house.Database.BeginTransactionAsync(cancellation);
            // Of two presses one finds it.
            var asked = await Waiting(house).Where(invitation => invitation.RoomId == roomId && invitation.UserId == viewer.UserId)
                .ExecuteDeleteAsync(cancellation) > 0;
            if (asked && !await house.Memberships.AnyAsync(one => one.RoomId == roomId && one.UserId == viewer.UserId, cancellation))
            {
                var read = await house.Rooms.Where(room => room.Id == roomId).Select(room => room.LastSequence).SingleAsync(cancellation);
                house.Memberships.Add(new Membership { RoomId = roomId, UserId = viewer.UserId, JoinedAt = clock.GetUtcNow(), LastReadSequence = read });
                await house.SaveChangesAsync(cancellation);
            }

            await transaction.CommitAsync(cancellation);
            return asked;
        }, cancellation);
        if (accepted)
        {
            signals.Publish(ReloadSignal.Rooms);
            signals.Publish(ReloadSignal.Room(roomId));
        }

        return accepted;
    }

    /// <summary>
    /// Asks a person who is no member; again is no error. Throws <c>room.declined</c>, <c>room.archived</c>, <c>room.invitationsTooMany</c>,
    /// <c>room.tooFast</c>.
    /// </summary>
    internal async Task<bool> AskAsync(HouseDbContext house, Viewer viewer, Room room, string userId, CancellationToken cancellation)
    {
        if (room.ArchivedAt is not null)
        {
            throw RoomAccess.Archived();
        }

        await using var transaction = await house.Database.BeginTransactionAsync(cancellation);
        await HouseLock.TakeAsync(house, cancellation);
        var before = await house.RoomInvitations.AsNoTracking()
            .SingleOrDefaultAsync(invitation => invitation.RoomId == room.Id && invitation.UserId == userId, cancellation);
        if (before is not null)
        {
            return before.DeclinedAt is null ? false : throw RefusedException.Conflict("room.declined");
        }

        if (limits.RoomInvitationsPerPerson > 0
            && await Waiting(house).CountAsync(invitation => invitation.InvitedById == viewer.UserId, cancellation) >= limits.RoomInvitationsPerPerson)
        {
            throw RefusedException.Conflict("room.invitationsTooMany");
        }

        limiter.Take("room invitation", viewer.UserId, limits.NewRoomInvitationsPerPersonPerMinute, "room.tooFast");
        house.RoomInvitations.Add(new RoomInvitation { RoomId = room.Id, UserId = userId, InvitedById = viewer.UserId, InvitedAt = clock.GetUtcNow() });
        await house.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return true;
    }

    internal static IQueryable<RoomInvitation> Waiting(HouseDbContext house) =>
        house.RoomInvitations.Where(invitation => invitation.DeclinedAt == null
            && house.Rooms.Any(room => room.Id == invitation.RoomId && room.ArchivedAt == null));

    private Task<T> RunAsync<T>(Func<HouseDbContext, Task<T>> work, CancellationToken cancellation) =>
        Storage.RunAsync(async () =>
        {
            await using var house = await houses.CreateDbContextAsync(cancellation);
            return await work(house);
        }, "room.tryAgain", logger, cancellation);
}

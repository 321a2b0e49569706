using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Signals;

namespace MqttChat.Domain.Rooms;

/// <summary>What one person has made that takes up room in the house.</summary>
/// <param name="UserId">Who.</param>
/// <param name="Name">Their name.</param>
/// <param name="Rooms">Rooms in use that they made.</param>
/// <param name="ArchivedRooms">Archived ones.</param>
/// <param name="RoomInvitations">Whom they asked into rooms, unanswered.</param>
/// <param name="Invitations">Invitations into the house that stand.</param>
/// <param name="Tags">Facts in their profile.</param>
public sealed record Holding(string UserId, string Name, int Rooms, int ArchivedRooms, int RoomInvitations, int Invitations, int Tags);

/// <summary>By what the list is sorted: by the most of it, then by name.</summary>
public enum HoldingOrder
{
    /// <summary>Rooms, archived ones too.</summary>
    Rooms,
    /// <summary>Unanswered invitations into rooms.</summary>
    RoomInvitations,
    /// <summary>Standing invitations into the house.</summary>
    Invitations,
    /// <summary>Facts.</summary>
    Tags,
}

/// <summary>Who fills what, for staff, who clear it. Throws <see cref="RefusedException"/>.</summary>
public sealed class Holdings(IDbContextFactory<HouseDbContext> houses, SignalHub signals, TimeProvider clock, ILogger<Holdings> logger)
{
    /// <summary>Most people on a page.</summary>
    public const int MaxPageSize = 50;

    // Each piece is a transaction of its own: others write in between.
    private const int Piece = 20;

    /// <summary>A page of those who hold something, and how many they are.</summary>
    public Task<(IReadOnlyList<Holding> Items, int Total)> ListAsync(
        Viewer viewer, HoldingOrder order, int page, int size, CancellationToken cancellation) =>
        RunAsync<(IReadOnlyList<Holding>, int)>(viewer, async house =>
        {
            var holders = Of(house).Where(one => one.Rooms + one.ArchivedRooms + one.RoomInvitations + one.Invitations + one.Tags > 0);
            var ordered = order switch
            {
                HoldingOrder.RoomInvitations => holders.OrderByDescending(one => one.RoomInvitations),
                HoldingOrder.Invitations => holders.OrderByDescending(one => one.Invitations),
                HoldingOrder.Tags => holders.OrderByDescending(one => one.Tags),
                _ => holders.OrderByDescending(one => one.Rooms + one.ArchivedRooms),
            };
            var bounded = Math.Clamp(size, 1, MaxPageSize);
            var items = await ordered.ThenBy(one => one.Name).ThenBy(one => one.UserId)
                .Skip(Math.Clamp(page, 0, 100_000) * bounded).Take(bounded).ToListAsync(cancellation);
            return ([.. items.Select(one => new Holding(one.UserId, one.Name, one.Rooms, one.ArchivedRooms, one.RoomInvitations, one.Invitations, one.Tags))],
                await holders.CountAsync(cancellation));
        }, cancellation);

    /// <summary>Archives the rooms that a person made; returns which, so that it can be taken back.</summary>
    public async Task<IReadOnlyList<int>> ArchiveRoomsAsync(Viewer viewer, string userId, CancellationToken cancellation)
    {
        var archived = await RunAsync<IReadOnlyList<int>>(viewer, async house =>
        {
            var now = clock.GetUtcNow();
            var rooms = await Made(house, userId).Where(room => room.ArchivedAt == null).Select(room => room.Id).ToListAsync(cancellation);
            await ArchiveAsync(house, rooms, now, cancellation);
            return rooms;
        }, cancellation);
        Tell("archived", viewer, archived);
        return archived;
    }

    /// <summary>Takes those rooms into use again.</summary>
    public async Task UnarchiveRoomsAsync(Viewer viewer, IReadOnlyList<int> roomIds, CancellationToken cancellation)
    {
        await RunAsync(viewer, async house =>
        {
            await ArchiveAsync(house, [.. roomIds.Take(RoomLists.MaxRooms)], null, cancellation);
            return true;
        }, cancellation);
        Tell("took back into use", viewer, roomIds);
    }

    /// <summary>Deletes the rooms that a person made, with all that was said there; returns how many.</summary>
    public async Task<int> DeleteRoomsAsync(Viewer viewer, string userId, CancellationToken cancellation)
    {
        var gone = await RunAsync<IReadOnlyList<int>>(viewer, async house =>
        {
            var rooms = await Made(house, userId).Select(room => room.Id).ToListAsync(cancellation);
            foreach (var piece in rooms.Chunk(Piece))
            {
                await house.Rooms.Where(room => EF.Parameter(piece).Contains(room.Id)).ExecuteDeleteAsync(cancellation);
            }

            return rooms;
        }, cancellation);
        Tell("deleted", viewer, gone);
        signals.Publish(ReloadSignal.Plugs);
        return gone.Count;
    }

    /// <summary>Takes back whom a person asked into rooms and who has not answered; returns how many.</summary>
    public async Task<int> WithdrawRoomInvitationsAsync(Viewer viewer, string userId, CancellationToken cancellation)
    {
        var gone = await RunAsync(viewer, house => house.RoomInvitations
            .Where(invitation => invitation.InvitedById == userId && invitation.DeclinedAt == null).ExecuteDeleteAsync(cancellation), cancellation);
        signals.Publish(ReloadSignal.Rooms);
        return gone;
    }

    /// <summary>Revokes the invitations into the house that a person made and that stand; returns which, so that it can be taken back.</summary>
    public Task<IReadOnlyList<int>> RevokeInvitationsAsync(Viewer viewer, string userId, CancellationToken cancellation) =>
        RunAsync<IReadOnlyList<int>>(viewer, async house =>
        {
            var now = clock.GetUtcNow();
            var standing = await Standing(house, now).Where(invitation => invitation.CreatedById == userId).Select(invitation => invitation.Id).ToListAsync(cancellation);
            await house.Invitations.Where(invitation => EF.Parameter(standing).Contains(invitation.Id))
                .ExecuteUpdateAsync(set => set.SetProperty(invitation => invitation.RevokedAt, now), cancellation);
            return standing;
        }, cancellation);

    /// <summary>Takes the facts out of a person's profile; returns how many.</summary>
    public async Task<int> ClearTagsAsync(Viewer viewer, string userId, CancellationToken cancellation)
    {
        var gone = await RunAsync(viewer, house => house.UserTags.Where(tag => tag.UserId == userId).ExecuteDeleteAsync(cancellation), cancellation);
        signals.Publish(ReloadSignal.People);
        return gone;
    }

    private static IQueryable<Room> Made(HouseDbContext house, string userId) =>
        house.Rooms.Where(room => room.CreatedById == userId && !room.IsEveryone).OrderBy(room => room.Id).Take(RoomLists.MaxRooms);

    private static IQueryable<Invitation> Standing(HouseDbContext house, DateTimeOffset now) =>
        house.Invitations.Where(invitation => invitation.UsesLeft > 0 && invitation.RevokedAt == null && invitation.ExpiresAt > now);

    private static async Task ArchiveAsync(HouseDbContext house, List<int> rooms, DateTimeOffset? at, CancellationToken cancellation)
    {
        foreach (var piece in rooms.Chunk(Piece))
        {
            await house.Rooms.Where(room => EF.Parameter(piece).Contains(room.Id) && !room.IsEveryone)
                .ExecuteUpdateAsync(set => set.SetProperty(room => room.ArchivedAt, at), cancellation);
        }
    }

    private IQueryable<Held> Of(HouseDbContext house)
    {
        var now = clock.GetUtcNow();
        return house.Users.AsNoTracking().Select(user => new Held
        {
            UserId = user.Id,
            Name = user.DisplayName,
            Rooms = house.Rooms.Count(room => room.CreatedById == user.Id && room.ArchivedAt == null && !room.IsEveryone),
            ArchivedRooms = house.Rooms.Count(room => room.CreatedById == user.Id && room.ArchivedAt != null && !room.IsEveryone),
            RoomInvitations = house.RoomInvitations.Count(invitation => invitation.InvitedById == user.Id && invitation.DeclinedAt == null),
            Invitations = house.Invitations.Count(invitation => invitation.CreatedById == user.Id
                && invitation.UsesLeft > 0 && invitation.RevokedAt == null && invitation.ExpiresAt > now),
            Tags = house.UserTags.Count(tag => tag.UserId == user.Id),
        });
    }

    private void Tell(string what, Viewer viewer, IReadOnlyList<int> rooms)
    {
        logger.LogInformation("{Person} {Action} {Count} rooms that one person made", viewer.UserId, what, rooms.Count);
        // First the one that has the lists read again.
        signals.Publish(ReloadSignal.Rooms);
        foreach (var room in rooms)
        {
            signals.Publish(ReloadSignal.Room(room));
        }
    }

    private Task<T> RunAsync<T>(Viewer viewer, Func<HouseDbContext, Task<T>> work, CancellationToken cancellation) =>
        !viewer.IsStaff ? throw RefusedException.Forbidden("room.staffOnly") : Storage.RunAsync(async () =>
        {
            await using var house = await houses.CreateDbContextAsync(cancellation);
            return await work(house);
        }, "room.tryAgain", logger, cancellation);

    // The database sorts and sifts by these.
    private sealed class Held
    {
        public required string UserId { get; init; }

        public required string Name { get; init; }

        public int Rooms { get; init; }

        public int ArchivedRooms { get; init; }

        public int RoomInvitations { get; init; }

        public int Invitations { get; init; }

        public int Tags { get; init; }
    }
}

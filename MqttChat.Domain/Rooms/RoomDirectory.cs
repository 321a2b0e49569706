using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Signals;

namespace MqttChat.Domain.Rooms;

/// <summary>Which rooms there are for a viewer, and making, naming and setting them. Throws <see cref="RefusedException"/>.</summary>
public sealed class RoomDirectory(
    IDbContextFactory<HouseDbContext> houses, SignalHub signals, RoomLimits limits, AttemptLimiter limiter, TimeProvider clock, ILogger<RoomDirectory> logger)
{
    /// <summary>So many rooms stay for staff when residents have made all that they may.</summary>
    public const int StaffReserve = 50;

    /// <summary>The viewer's rooms, those they are asked into, and the open ones, at most 1,000.</summary>
    public Task<IReadOnlyList<RoomSummary>> ListAsync(Viewer viewer, CancellationToken cancellation) =>
        RunAsync<IReadOnlyList<RoomSummary>>(async house =>
        {
            var rooms = await RoomLists.RoomsAsync(house, cancellation);
            var mine = await RoomLists.MembershipsAsync(house, [viewer.UserId], null, cancellation);
            var asked = await RoomLists.InvitationsAsync(house, [viewer.UserId], cancellation);
            return RoomLists.Compose(rooms, mine.ToDictionary(membership => membership.RoomId), asked.ToDictionary(line => line.RoomId, line => line.InvitedBy));
        }, cancellation);

    /// <summary>One room, for its members and staff; <c>room.notFound</c> for everybody else.</summary>
    public Task<RoomDetails> FindAsync(Viewer viewer, int roomId, CancellationToken cancellation) =>
        RunAsync(async house =>
        {
            var access = (await RoomAccess.LoadAsync(house, viewer, roomId, cancellation)).RequireInsight();
            var members = await house.Memberships.CountAsync(membership => membership.RoomId == roomId, cancellation);
            var room = access.Room;
            return new RoomDetails(
                room.Id, room.Name, room.IsOpen, room.IsEveryone, room.MembersMaySwitch, access.Role, access.MayManage, members, room.ArchivedAt is not null);
        }, cancellation);

    /// <summary>
    /// Makes a room whose owner is the viewer. Throws <c>room.nameEmpty</c>, <c>room.nameTooLong</c>, <c>room.nameUnreadable</c>,
    /// <c>room.tooMany</c> when the house is full of rooms, <c>room.tooManyOfOne</c> when the viewer has made as many as one resident may,
    /// and <c>room.tooFast</c>.
    /// </summary>
    public async Task<RoomSummary> CreateAsync(Viewer viewer, string? name, bool isOpen, CancellationToken cancellation)
    {
        var clean = RoomName.Clean(name);
        limiter.Take("room", viewer.UserId, limits.NewRoomsPerPersonPerMinute, "room.tooFast");
        var made = await RunAsync(async house =>
        {
            await using var transaction = await house.Database.BeginTransactionAsync(cancellation);
            await EnsureSpaceAsync(house, viewer, cancellation);
            var now = clock.GetUtcNow();
            var room = new Room { Name = clean, IsOpen = isOpen, CreatedAt = now, CreatedById = viewer.UserId };
            house.Rooms.Add(room);
            await house.SaveChangesAsync(cancellation);
            house.Memberships.Add(new Membership
            {
                RoomId = room.Id, UserId = viewer.UserId, Role = MembershipRole.Owner, JoinedAt = now,
            });
            await house.SaveChangesAsync(cancellation);
            await transaction.CommitAsync(cancellation);
            return room;
        }, cancellation);
        signals.Publish(ReloadSignal.Rooms);
        return new RoomSummary(made.Id, made.Name, made.IsOpen, false, MembershipRole.Owner, 0, null);
    }

    /// <summary>Gives the room another name. Owner and staff.</summary>
    public Task RenameAsync(Viewer viewer, int roomId, string? name, CancellationToken cancellation)
    {
        var clean = RoomName.Clean(name);
        return ChangeAsync(viewer, roomId, (rooms, stop) =>
            rooms.ExecuteUpdateAsync(set => set.SetProperty(room => room.Name, clean), stop), cancellation);
    }

    /// <summary>Says whether members, not only staff, may switch this room's plugs. Owner and staff.</summary>
    public Task SetMembersMaySwitchAsync(Viewer viewer, int roomId, bool may, CancellationToken cancellation) =>
        ChangeAsync(viewer, roomId, (rooms, stop) =>
            rooms.ExecuteUpdateAsync(set => set.SetProperty(room => room.MembersMaySwitch, may), stop), cancellation);

    /// <summary>Says whether anyone may join. Owner and staff. Throws <c>room.everyoneStays</c> for the room of everyone.</summary>
    public Task SetOpenAsync(Viewer viewer, int roomId, bool isOpen, CancellationToken cancellation) =>
        ChangeAsync(viewer, roomId, (rooms, stop) =>
            OnlyOthers(rooms).ExecuteUpdateAsync(set => set.SetProperty(room => room.IsOpen, isOpen), stop), cancellation);

    /// <summary>
    /// Archives a room (its members go on reading, nobody writes or joins), or takes it back into use. Owner and staff. Throws
    /// <c>room.everyoneStays</c>.
    /// </summary>
    public Task SetArchivedAsync(Viewer viewer, int roomId, bool isArchived, CancellationToken cancellation)
    {
        var at = isArchived ? clock.GetUtcNow() : (DateTimeOffset?)null;
        return ChangeAsync(viewer, roomId, (rooms, stop) =>
            OnlyOthers(rooms).ExecuteUpdateAsync(set => set.SetProperty(room => room.ArchivedAt, at), stop), cancellation);
    }

    /// <summary>
    /// Deletes a room with all that was said in it; its plugs stay in the house, without a room. Owner and staff. Throws
    /// <c>room.everyoneStays</c>.
    /// </summary>
    public async Task DeleteAsync(Viewer viewer, int roomId, CancellationToken cancellation)
    {
        await ChangeAsync(viewer, roomId, (rooms, stop) => OnlyOthers(rooms).ExecuteDeleteAsync(stop), cancellation);
        logger.LogInformation("{Person} deleted room {RoomId}", viewer.UserId, roomId);
        signals.Publish(ReloadSignal.Plugs);
    }

    /// <summary>Every room of the house, archived ones too, at most 1,000. Staff only.</summary>
    public Task<IReadOnlyList<RoomRow>> AllAsync(Viewer viewer, CancellationToken cancellation)
    {
        if (!viewer.IsStaff)
        {
            throw RefusedException.Forbidden("room.staffOnly");
        }

        return RunAsync<IReadOnlyList<RoomRow>>(async house =>
            await house.Rooms.AsNoTracking().OrderBy(room => room.Id).Take(RoomLists.MaxRooms)
                .Select(room => new RoomRow(
                    room.Id, room.Name, room.IsOpen, room.IsEveryone, room.ArchivedAt != null,
                    house.Memberships.Count(membership => membership.RoomId == room.Id), room.LastSequence, room.LastMessageAt, room.CreatedAt,
                    house.Users.Where(user => user.Id == room.CreatedById).Select(user => user.DisplayName).FirstOrDefault()))
                .ToListAsync(cancellation), cancellation);
    }

    // Counted where nobody else makes one meanwhile: two presses at once make no room too many.
    private async Task EnsureSpaceAsync(HouseDbContext house, Viewer viewer, CancellationToken cancellation)
    {
        await HouseLock.TakeAsync(house, cancellation);
        if (await house.Rooms.CountAsync(cancellation) >= RoomLists.MaxRooms - (viewer.IsStaff ? 0 : StaffReserve))
        {
            throw RefusedException.Conflict("room.tooMany");
        }

        if (!viewer.IsStaff && limits.RoomsPerPerson > 0
            && await house.Rooms.CountAsync(room => room.CreatedById == viewer.UserId, cancellation) >= limits.RoomsPerPerson)
        {
            throw RefusedException.Conflict("room.tooManyOfOne");
        }
    }

    private static IQueryable<Room> OnlyOthers(IQueryable<Room> rooms) => rooms.Where(room => !room.IsEveryone);

    private async Task ChangeAsync(
        Viewer viewer, int roomId, Func<IQueryable<Room>, CancellationToken, Task<int>> change, CancellationToken cancellation)
    {
        await RunAsync(async house =>
        {
            (await RoomAccess.LoadAsync(house, viewer, roomId, cancellation)).RequireManager();
            return await change(house.Rooms.Where(room => room.Id == roomId), cancellation) > 0 ? true
                : await house.Rooms.AnyAsync(room => room.Id == roomId, cancellation) ? throw RefusedException.Conflict("room.everyoneStays")
                : throw RoomAccess.NotFound();
        }, cancellation);
        signals.Publish(ReloadSignal.Rooms);
        signals.Publish(ReloadSignal.Room(roomId));
    }

    private Task<T> RunAsync<T>(Func<HouseDbContext, Task<T>> work, CancellationToken cancellation) =>
        Storage.RunAsync(async () =>
        {
            await using var house = await houses.CreateDbContextAsync(cancellation);
            return await work(house);
        }, "room.tryAgain", logger, cancellation);
}

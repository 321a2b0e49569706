using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Persistence;

namespace MqttChat.Domain.Rooms;

/// <summary>
/// What one viewer may do in one room: the only place that decides it. A room that the viewer does not belong to is
/// answered like one that is not there, so that ids tell a stranger nothing.
/// </summary>
public sealed record RoomAccess(Room Room, MembershipRole? Role, bool IsStaff)
{
    /// <summary>Reads and writes messages.</summary>
    public bool IsMember => Role is not null;

    /// <summary>Was asked in by a resident and has not answered: looks into the room, and is no member.</summary>
    public bool IsInvited { get; private init; }

    /// <summary>Manages members, name and settings.</summary>
    public bool MayManage => IsStaff || Role == MembershipRole.Owner;

    /// <summary>Deletes what others wrote.</summary>
    public bool MayModerate => MayManage;

    /// <summary>The viewer's place in the room. Throws <c>room.notFound</c> where there is no such room.</summary>
    public static async Task<RoomAccess> LoadAsync(
        HouseDbContext house, Viewer viewer, int roomId, CancellationToken cancellation)
    {
        var found = await house.Rooms.AsNoTracking().Where(room => room.Id == roomId)
            .Select(room => new
            {
                Room = room,
                Role = house.Memberships.Where(membership => membership.RoomId == room.Id && membership.UserId == viewer.UserId)
                    .Select(membership => (MembershipRole?)membership.Role).FirstOrDefault(),
                IsInvited = house.RoomInvitations.Any(
                    invitation => invitation.RoomId == room.Id && invitation.UserId == viewer.UserId && invitation.DeclinedAt == null && room.ArchivedAt == null),
            })
            .SingleOrDefaultAsync(cancellation);
        return found is null ? throw NotFound() : new RoomAccess(found.Room, found.Role, viewer.IsStaff) { IsInvited = found.IsInvited };
    }

    /// <summary>Throws <c>room.notFound</c> for people who are not members.</summary>
    public RoomAccess RequireMember() => IsMember ? this : throw NotFound();

    /// <summary>Throws <c>room.notFound</c> for people who are neither members nor asked in.</summary>
    public RoomAccess RequireReader() => IsMember || IsInvited ? this : throw NotFound();

    /// <summary>Throws <c>room.notFound</c> for people who are neither members nor staff.</summary>
    public RoomAccess RequireInsight() => IsMember || IsStaff ? this : throw NotFound();

    /// <summary>Throws <c>room.notFound</c> for strangers, <c>room.notOwner</c> for members who are neither owner nor staff.</summary>
    public RoomAccess RequireManager() =>
        RequireInsight().MayManage ? this : throw RefusedException.Forbidden("room.notOwner");

    /// <summary>Throws <c>room.archived</c> where nothing is written any more.</summary>
    public RoomAccess RequireLiving() => Room.ArchivedAt is null ? this : throw Archived();

    internal static RefusedException Archived() => RefusedException.Conflict("room.archived");

    internal static RefusedException NotFound() => RefusedException.NotFound("room");
}

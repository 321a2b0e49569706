using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Persistence;

namespace MqttChat.Domain.Rooms;

/// <summary>The room that everyone is in from the start and cannot leave.</summary>
public static class EveryoneRoom
{
    /// <summary>Its first name; staff may change it.</summary>
    public const string FirstName = "Everyone";

    /// <summary>
    /// Puts a person into it inside the caller's transaction, and makes the room where it is missing. What was said before
    /// counts as read. Publish <c>ReloadSignal.Rooms</c> after the commit.
    /// </summary>
    public static async Task AddAsync(
        HouseDbContext house, string userId, DateTimeOffset now, CancellationToken cancellation)
    {
        var room = await house.Rooms.OrderBy(room => room.Id).FirstOrDefaultAsync(room => room.IsEveryone, cancellation);
        if (room is null)
        {
            room = new Room { Name = FirstName, IsOpen = true, IsEveryone = true, CreatedAt = now };
            house.Rooms.Add(room);
            await house.SaveChangesAsync(cancellation);
        }
        else if (await house.Memberships.AnyAsync(
            membership => membership.RoomId == room.Id && membership.UserId == userId, cancellation))
        {
            return;
        }

        house.Memberships.Add(new Membership
        {
            RoomId = room.Id, UserId = userId, JoinedAt = now, LastReadSequence = room.LastSequence,
        });
        await house.SaveChangesAsync(cancellation);
    }
}

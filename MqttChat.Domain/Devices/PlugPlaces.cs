using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Persistence;

namespace MqttChat.Domain.Devices;

/// <summary>A room that a plug can stand in.</summary>
public sealed record PlugPlace(int RoomId, string Name);

/// <summary>One switching with the name of who did it; null for somebody who is gone.</summary>
public sealed record SwitchedBy(SwitchCommand Command, string? PersonName);

/// <summary>What surrounds a plug: the rooms it can stand in, and the people who switched it.</summary>
public sealed class PlugPlaces(IDbContextFactory<HouseDbContext> houses, DeviceRegistry registry)
{
    /// <summary>The most rooms a choice offers.</summary>
    public const int MaxRooms = 500;

    /// <summary>Every room by name, for the choice where a plug stands. Staff only (403 <c>plug.notStaff</c>).</summary>
    public async Task<IReadOnlyList<PlugPlace>> RoomsAsync(Viewer viewer, CancellationToken cancellation)
    {
        if (!viewer.IsStaff)
        {
            throw RefusedException.Forbidden("plug.notStaff");
        }

        await using var house = await houses.CreateDbContextAsync(cancellation);
        var rooms = await house.Rooms.AsNoTracking().OrderBy(room => room.Id).Take(MaxRooms)
            .Select(room => new PlugPlace(room.Id, room.Name)).ToListAsync(cancellation);
        return [.. rooms.OrderBy(room => room.Name, NameOrder.Names)];
    }

    /// <summary>The last switchings of a plug, newest first. 404 <c>plug.notFound</c> for people who may not see it.</summary>
    public async Task<IReadOnlyList<SwitchedBy>> SwitchedAsync(Viewer viewer, int plugId, int limit, CancellationToken cancellation)
    {
        var commands = await registry.SwitchedAsync(viewer, plugId, limit, cancellation);
        if (commands.Count == 0)
        {
            return [];
        }

        var ids = commands.Select(command => command.UserId).Distinct().ToArray();
        await using var house = await houses.CreateDbContextAsync(cancellation);
        var names = await house.Users.AsNoTracking().Where(user => ids.Contains(user.Id))
            .ToDictionaryAsync(user => user.Id, user => user.DisplayName, cancellation);
        return [.. commands.Select(command => new SwitchedBy(command, names.GetValueOrDefault(command.UserId)))];
    }
}

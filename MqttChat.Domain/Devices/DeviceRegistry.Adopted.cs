using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Devices.Formats;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Signals;

namespace MqttChat.Domain.Devices;

/// <content>Adoption, and what is done with adopted plugs.</content>
public sealed partial class DeviceRegistry
{
    private const int MostSwitchesRead = 200;

    /// <summary>
    /// Takes a plug into the house, an ignored one too. Staff only. Doing it again with the same name and room changes nothing and
    /// returns the plug; otherwise an adopted plug is 409 <c>plug.alreadyAdopted</c>. 404 <c>plug.notFound</c>, <c>room.notFound</c>.
    /// </summary>
    public async Task<Plug> AdoptAsync(Viewer viewer, int plugId, string name, int? roomId, CancellationToken cancellation)
    {
        RequireStaff(viewer);
        name = PlugName.Checked(name);
        await using var house = await _houses.CreateDbContextAsync(cancellation);
        await RequireRoomAsync(house, roomId, cancellation);
        var plug = await FindAsync(house, plugId, cancellation) ?? throw RefusedException.NotFound("plug");
        var (offset, relays) = _discovered.LiveFacts(plug);
        offset ??= plug.ClockOffsetMinutes;
        var now = _clock.GetUtcNow();

        // The condition, not what was read before, decides between two who adopt at the same time.
        var adopted = await house.Plugs.Where(row => row.Id == plugId && row.AdoptedAt == null).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.AdoptedAt, now).SetProperty(row => row.IgnoredAt, (DateTimeOffset?)null)
                .SetProperty(row => row.Name, name).SetProperty(row => row.RoomId, roomId)
                .SetProperty(row => row.ClockOffsetMinutes, offset),
            cancellation);
        await house.Entry(plug).ReloadAsync(cancellation);
        if (adopted == 0)
        {
            return plug.Name == name && plug.RoomId == roomId ? plug : throw RefusedException.Conflict("plug.alreadyAdopted");
        }

        await KeepRelaysAsync(house, plug, relays, cancellation);
        _signals.Publish(ReloadSignal.Plugs);
        await _questions.AskAsync(plug, cancellation);
        return plug;
    }

    /// <summary>
    /// Renames an adopted plug and says which room it stands in. Staff only. 404 <c>plug.notFound</c>, <c>room.notFound</c>, 409
    /// <c>plug.notAdopted</c>.
    /// </summary>
    public async Task<Plug> UpdateAsync(Viewer viewer, int plugId, string name, int? roomId, CancellationToken cancellation)
    {
        RequireStaff(viewer);
        name = PlugName.Checked(name);
        await using var house = await _houses.CreateDbContextAsync(cancellation);
        var plug = await FindAsync(house, plugId, cancellation) ?? throw RefusedException.NotFound("plug");
        if (plug.AdoptedAt is null)
        {
            throw RefusedException.Conflict("plug.notAdopted");
        }

        await RequireRoomAsync(house, roomId, cancellation);
        (plug.Name, plug.RoomId) = (name, roomId);
        await house.SaveChangesAsync(cancellation);
        _signals.Publish(ReloadSignal.Plugs);
        return plug;
    }

    /// <summary>
    /// Sends the command that switches a channel and keeps who did it. Staff; members of the plug's room where it allows it
    /// (<c>Room.MembersMaySwitch</c>, else 403 <c>plug.switchNotAllowed</c>). 404 <c>plug.notFound</c> for people who may not see it and
    /// <c>plug.channelNotFound</c>, 409 <c>plug.notAdopted</c> and <c>plug.noRelay</c>, 503 <c>broker.away</c>.
    /// </summary>
    public async Task SwitchAsync(Viewer viewer, int plugId, string channel, bool on, CancellationToken cancellation)
    {
        await using var house = await _houses.CreateDbContextAsync(cancellation);
        var plug = await FindVisibleAsync(house, viewer, plugId, cancellation);
        if (plug.AdoptedAt is null)
        {
            throw RefusedException.Conflict("plug.notAdopted");
        }

        if (!viewer.IsStaff && !await house.Rooms.AnyAsync(room => room.Id == plug.RoomId && room.MembersMaySwitch, cancellation))
        {
            throw RefusedException.Forbidden("plug.switchNotAllowed");
        }

        var command = await CommandForAsync(plug, channel, on, cancellation);
        var kept = new SwitchCommand { PlugId = plugId, Channel = channel, On = on, UserId = viewer.UserId, SentAt = _clock.GetUtcNow() };
        house.SwitchCommands.Add(kept);
        await house.SaveChangesAsync(cancellation);
        try
        {
            await _commands.SendAsync(command, cancellation);
        }
        catch
        {
            // Kept before it is sent, so that nothing is switched by nobody; what was never sent goes again.
            house.SwitchCommands.Remove(kept);
            await house.SaveChangesAsync(CancellationToken.None);
            throw;
        }
    }

    /// <summary>The last switchings of a plug, newest first, at most 200. Whoever may see the plug; else 404 <c>plug.notFound</c>.</summary>
    public async Task<IReadOnlyList<SwitchCommand>> SwitchedAsync(Viewer viewer, int plugId, int limit, CancellationToken cancellation)
    {
        await using var house = await _houses.CreateDbContextAsync(cancellation);
        await FindVisibleAsync(house, viewer, plugId, cancellation);
        return await house.SwitchCommands.AsNoTracking().Where(command => command.PlugId == plugId)
            .OrderByDescending(command => command.SentAt).ThenByDescending(command => command.Id)
            .Take(Math.Clamp(limit, 1, MostSwitchesRead)).ToListAsync(cancellation);
    }

    /// <summary>Has an adopted plug asked for its state soon, because what is known of it contradicts itself; not too often, and without waiting.</summary>
    public void AskSoon(Plug plug) => _questions.AskSoon(plug);

    private async Task<PlugCommand> CommandForAsync(Plug plug, string channel, bool on, CancellationToken cancellation)
    {
        PlugRelays.Require(plug, channel, _told is null ? [] : await _told(plug.Id, cancellation));
        return PlugFormats.For(plug.Family)!.Switch(plug, channel, on);
    }

    private static Task<Plug?> FindAsync(HouseDbContext house, int plugId, CancellationToken cancellation) =>
        house.Plugs.Include(plug => plug.Channels).SingleOrDefaultAsync(plug => plug.Id == plugId, cancellation);

    // Residents see the adopted plugs of the rooms they belong to; what they may not see does not exist.
    private static async Task<Plug> FindVisibleAsync(HouseDbContext house, Viewer viewer, int plugId, CancellationToken cancellation)
    {
        var plug = await FindAsync(house, plugId, cancellation);
        var isVisible = plug is not null && (viewer.IsStaff || (plug.AdoptedAt is not null && plug.RoomId is { } roomId
            && await house.Memberships.AnyAsync(member => member.RoomId == roomId && member.UserId == viewer.UserId, cancellation)));
        return isVisible ? plug! : throw RefusedException.NotFound("plug");
    }

    private static async Task RequireRoomAsync(HouseDbContext house, int? roomId, CancellationToken cancellation)
    {
        if (roomId is { } id && !await house.Rooms.AnyAsync(room => room.Id == id, cancellation))
        {
            throw RefusedException.NotFound("room");
        }
    }

    private async Task KeepRelaysAsync(HouseDbContext house, Plug plug, IReadOnlyList<string> relays, CancellationToken cancellation)
    {
        foreach (var channel in relays)
        {
            plug.MarkRelay(channel);
        }

        try
        {
            await house.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException error)
        {
            // The same channels came in from the plug's announcement meanwhile.
            _logger.LogDebug(error, "The relays of plug {Plug} were known already", plug.Id);
        }
    }
}

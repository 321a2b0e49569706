using System.Collections.Frozen;
using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Signals;

namespace MqttChat.Domain.Telemetry.Feed;

/// <summary>
/// Who belongs to the rooms that plugs stand in: one read for all viewers, thrown away at the signals <c>rooms</c> and
/// <c>plugs</c> (a plug that moves makes its new room one of them) and after a few seconds, so that a removed member sees nothing
/// new within 5 s even when the signal is lost.
/// </summary>
internal sealed class PlugMembers(IDbContextFactory<HouseDbContext> houses, SignalHub signals, TimeProvider clock) : IDisposable
{
    private readonly SharedRead<FrozenDictionary<string, FrozenSet<int>>> _roomsByPerson = new(
        cancellation => ReadAsync(houses, cancellation), signals, [ReloadSignal.Rooms, ReloadSignal.Plugs], TimeSpan.FromSeconds(3), clock);

    /// <summary>The rooms with plugs that the person is a member of.</summary>
    public async Task<IReadOnlySet<int>> RoomsOfAsync(string userId, CancellationToken cancellation) =>
        (await _roomsByPerson.GetAsync(cancellation)).GetValueOrDefault(userId) ?? FrozenSet<int>.Empty;

    public void Dispose() => _roomsByPerson.Dispose();

    private static async Task<FrozenDictionary<string, FrozenSet<int>>> ReadAsync(
        IDbContextFactory<HouseDbContext> houses, CancellationToken cancellation)
    {
        await using var house = await houses.CreateDbContextAsync(cancellation);
        var rooms = house.Plugs.Where(plug => plug.AdoptedAt != null && plug.RoomId != null).Select(plug => plug.RoomId!.Value);
        var members = await house.Memberships.Where(membership => rooms.Contains(membership.RoomId))
            .Select(membership => new { membership.UserId, membership.RoomId }).ToListAsync(cancellation);
        return members.GroupBy(member => member.UserId).ToFrozenDictionary(
            person => person.Key, person => person.Select(member => member.RoomId).ToFrozenSet());
    }
}

using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Devices;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Telemetry.Freshness;

namespace MqttChat.Domain.Telemetry.Feed;

/// <summary>Keeps what was read and reads what changed since. One caller at a time.</summary>
internal sealed class PowerReader(
    IDbContextFactory<HouseDbContext> houses, IDbContextFactory<TelemetryDbContext> telemetry, SilenceRule silence)
{
    private readonly PlugPowers _powers = new(silence);
    private readonly Dictionary<int, long> _seen = [];
    private readonly Dictionary<int, PlugState> _plugStates = [];
    private readonly Dictionary<int, Dictionary<string, ChannelState>> _channelStates = [];
    private readonly Dictionary<int, PlugPower> _shown = [];
    private ImmutableArray<PlugPower> _sorted = [];
    private List<Plug> _plugs = [];
    private Dictionary<int, Room> _rooms = [];

    /// <summary>All adopted plugs by name; records that did not change are the same objects as before.</summary>
    /// <param name="house">Whether names, rooms and the set of plugs are to be read as well.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<ImmutableArray<PlugPower>> ReadAsync(bool house, CancellationToken cancellation)
    {
        if (house)
        {
            await ReadHouseAsync(cancellation);
        }

        var changed = await ReadChangedAsync(cancellation);
        if (!house && changed.Count == 0)
        {
            return _sorted;
        }

        foreach (var plug in house ? _plugs : _plugs.Where(plug => changed.Contains(plug.Id)))
        {
            Show(plug);
        }

        return _sorted = [.. _plugs.Select(plug => _shown[plug.Id])];
    }

    private async Task ReadHouseAsync(CancellationToken cancellation)
    {
        await using var house = await houses.CreateDbContextAsync(cancellation);
        var plugs = await house.Plugs.AsNoTracking().Include(plug => plug.Channels)
            .Where(plug => plug.AdoptedAt != null && plug.IgnoredAt == null).ToListAsync(cancellation);
        var rooms = await house.Rooms.Where(room => house.Plugs.Any(plug => plug.RoomId == room.Id))
            .Select(room => new Room(room.Id, room.Name, room.MembersMaySwitch)).ToListAsync(cancellation);
        _rooms = rooms.ToDictionary(room => room.Id);
        _plugs = [.. plugs.OrderBy(plug => plug.Name ?? "", NameOrder.Names).ThenBy(plug => plug.Id)];
        var ids = _plugs.Select(plug => plug.Id).ToHashSet();
        foreach (var gone in _shown.Keys.Where(id => !ids.Contains(id)).ToList())
        {
            _shown.Remove(gone);
        }
    }

    // The leases are read first: every row up to their change number is committed by then, so nothing is skipped. Rows that
    // are newer are read once more next time.
    private async Task<HashSet<int>> ReadChangedAsync(CancellationToken cancellation)
    {
        HashSet<int> changed = [];
        await using var store = await telemetry.CreateDbContextAsync(cancellation);
        var leases = await store.IngestLeases.AsNoTracking().Where(lease => lease.Partition >= 0)
            .Select(lease => new { lease.Partition, lease.LastChange }).ToListAsync(cancellation);
        foreach (var lease in leases)
        {
            var seen = _seen.GetValueOrDefault(lease.Partition);
            if (seen == lease.LastChange)
            {
                continue;
            }

            await ReadPartitionAsync(store, lease.Partition, seen < lease.LastChange ? seen : 0, changed, cancellation);
            _seen[lease.Partition] = lease.LastChange;
        }

        return changed;
    }

    private async Task ReadPartitionAsync(
        TelemetryDbContext store, int partition, long seen, HashSet<int> changed, CancellationToken cancellation)
    {
        var plugs = store.PlugStates.AsNoTracking().Where(state => state.Partition == partition && state.Change > seen);
        await foreach (var state in plugs.AsAsyncEnumerable().WithCancellation(cancellation))
        {
            _plugStates[state.PlugId] = state;
            changed.Add(state.PlugId);
        }

        var channels = store.ChannelStates.AsNoTracking().Where(state => state.Partition == partition && state.Change > seen)
            .Select(state => new ChannelState
            {
                PlugId = state.PlugId,
                Channel = state.Channel,
                IsOn = state.IsOn,
                ActivePowerWatts = state.ActivePowerWatts,
                EnergyKilowattHours = state.EnergyKilowattHours,
                EnergyCountedKilowattHours = state.EnergyCountedKilowattHours,
                ReportedAt = state.ReportedAt,
                LastSampleAt = state.LastSampleAt,
                Account = state.Account,
            });
        await foreach (var state in channels.AsAsyncEnumerable().WithCancellation(cancellation))
        {
            if (!_channelStates.TryGetValue(state.PlugId, out var ofPlug))
            {
                _channelStates[state.PlugId] = ofPlug = new(StringComparer.Ordinal);
            }

            ofPlug[state.Channel] = state;
            changed.Add(state.PlugId);
        }
    }

    private void Show(Plug plug)
    {
        var before = _shown.GetValueOrDefault(plug.Id);
        var now = _powers.Of(
            plug, plug.RoomId is { } room ? _rooms.GetValueOrDefault(room) : null, _plugStates.GetValueOrDefault(plug.Id),
            _channelStates.GetValueOrDefault(plug.Id), before);
        _shown[plug.Id] = now == before ? before : now;
    }

    /// <summary>What is shown of a room with a plug.</summary>
    internal sealed record Room(int Id, string Name, bool MembersMaySwitch);
}

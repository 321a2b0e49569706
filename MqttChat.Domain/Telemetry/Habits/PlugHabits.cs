using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Telemetry.Freshness;
using MqttChat.Domain.Telemetry.Ingest;

namespace MqttChat.Domain.Telemetry.Habits;

/// <summary>The answer to "what is on that shouldn't be?".</summary>
/// <param name="Plugs">Those that are, the strongest first.</param>
/// <param name="Known">Of how many plugs enough is known for an opinion.</param>
public sealed record UnusualPlugs(IReadOnlyList<UnusualPlug> Plugs, int Known);

/// <summary>
/// Keeps every plug's habit for all who look, and reads it again when it is old: a few plugs a call, so that a large house is read
/// over some minutes and no page waits for it.
/// </summary>
public sealed class PlugHabits : IDisposable
{
    private const int MostPerCall = 25;
    private static readonly TimeSpan ReadAgain = TimeSpan.FromMinutes(10);

    // One that is told of must be right again soon; one that is new, or of which the last hour is missing, may get its readings just now.
    private static readonly TimeSpan ReadSoon = TimeSpan.FromSeconds(10);

    private readonly ReadOnlyTelemetry _readOnly;
    private readonly TimeProvider _clock;
    private readonly SemaphoreSlim _reading = new(1);
    private readonly Dictionary<int, Kept> _kept = [];

    internal PlugHabits(ReadOnlyTelemetry readOnly, TimeProvider clock) => (_readOnly, _clock) = (readOnly, clock);

    private sealed record Kept(PlugHabit Habit, long ReadAt)
    {
        public bool IsUnusual { get; set; }
    }

    /// <summary>What is unusual of these plugs, which must be there. Staff only (403 <c>plug.notStaff</c>).</summary>
    public async Task<UnusualPlugs> UnusualAsync(Viewer viewer, IReadOnlyCollection<PlugPower> plugs, CancellationToken cancellation)
    {
        if (!viewer.IsStaff)
        {
            throw RefusedException.Forbidden("plug.notStaff");
        }

        await _reading.WaitAsync(cancellation);
        try
        {
            await ReadOldAsync([.. plugs.Select(plug => plug.Id)], cancellation);
            return Judge(plugs);
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _reading.Dispose();

    private UnusualPlugs Judge(IReadOnlyCollection<PlugPower> plugs)
    {
        var (now, known, found) = (_clock.GetUtcNow(), 0, new List<UnusualPlug>());
        foreach (var plug in plugs)
        {
            if (_kept.GetValueOrDefault(plug.Id) is not { } kept)
            {
                continue;
            }

            known += kept.Habit.KnownDays >= PlugHabit.FewestDays ? 1 : 0;
            var isOff = plug.Channels.Any(channel => channel.IsOn == false) && !plug.Channels.Any(channel => channel.IsOn == true);
            var unusual = UnusualPower.Of(plug.Id, kept.Habit, plug.Watts(now), isOff ? false : null, now);
            kept.IsUnusual = unusual is not null;
            if (unusual is not null)
            {
                found.Add(unusual);
            }
        }

        return new([.. found.OrderByDescending(plug => plug.Watts)], known);
    }

    private async Task ReadOldAsync(List<int> plugIds, CancellationToken cancellation)
    {
        // Plugs that are gone, or away, are not kept for ever.
        if (_kept.Count > 2 * (plugIds.Count + MostPerCall))
        {
            _kept.Keys.Except(plugIds).ToList().ForEach(id => _kept.Remove(id));
        }

        var old = plugIds.Where(IsOld).OrderBy(id => _kept.GetValueOrDefault(id)?.ReadAt ?? 0).Take(MostPerCall).ToList();
        if (old.Count == 0)
        {
            return;
        }

        await using var store = _readOnly.Create();
        foreach (var id in old)
        {
            _kept[id] = new(await ReadAsync(store, id, cancellation), _clock.GetTimestamp()) { IsUnusual = _kept.GetValueOrDefault(id)?.IsUnusual ?? false };
        }
    }

    private bool IsOld(int plugId) =>
        !_kept.TryGetValue(plugId, out var kept)
        || _clock.GetElapsedTime(kept.ReadAt) >= (IsUnsettled(kept) ? ReadSoon : ReadAgain);

    private static bool IsUnsettled(Kept kept) =>
        kept.IsUnusual || kept.Habit.KnownDays < PlugHabit.FewestDays || kept.Habit.HoursAgo(0) is null;

    // The sum over the plug's channels; the counter for all of them together (empty name) has no power.
    private async Task<PlugHabit> ReadAsync(TelemetryDbContext store, int plugId, CancellationToken cancellation)
    {
        var now = _clock.GetUtcNow();
        var end = RollupTable.HourOf(now);
        var watts = new double?[PlugHabit.DaysKnown * 24];
        var first = end.AddHours(-watts.Length);
        var lately = new SortedDictionary<DateTimeOffset, double>();
        foreach (var id in await store.ChannelStates.Where(channel => channel.PlugId == plugId).Select(channel => channel.Id).ToListAsync(cancellation))
        {
            foreach (var (at, mean) in await MeansAsync(store, id, RollupResolution.Hour, first, end, cancellation))
            {
                ref var hour = ref watts[(int)((at - first).Ticks / TimeSpan.TicksPerHour)];
                hour = (hour ?? 0) + mean;
            }

            foreach (var (at, mean) in await MeansAsync(store, id, RollupResolution.FiveMinutes, now - PlugHabit.Lately, now, cancellation))
            {
                lately[at] = lately.GetValueOrDefault(at) + mean;
            }
        }

        return new(watts, now, [.. lately.Select(one => (one.Key, one.Value))]);
    }

    private static async Task<List<(DateTimeOffset At, double Watts)>> MeansAsync(
        TelemetryDbContext store, int channelId, RollupResolution resolution, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation)
    {
        var rows = await store.EnergyRollups
            .Where(row => row.ChannelId == channelId && row.Resolution == resolution && row.BucketStart >= from && row.BucketStart < to && row.SampleCount > 0)
            .Select(row => new { row.BucketStart, Watts = row.SumWatts / row.SampleCount }).ToListAsync(cancellation);
        return rows.ConvertAll(row => (row.BucketStart, row.Watts));
    }
}

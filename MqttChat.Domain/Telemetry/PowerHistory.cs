using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Telemetry.Freshness;
using MqttChat.Domain.Telemetry.History;

namespace MqttChat.Domain.Telemetry;

/// <summary>How finely a chart is drawn.</summary>
public enum HistoryResolution
{
    /// <summary>By the length of the time asked for.</summary>
    Auto,
    /// <summary>Every reading.</summary>
    Raw,
    /// <summary>Five-minute buckets.</summary>
    FiveMinutes,
    /// <summary>One-hour buckets.</summary>
    Hour,
}

/// <summary>One point of a chart: a reading, or a bucket with its mean, smallest and largest reading.</summary>
public readonly record struct PowerPoint(string Channel, DateTimeOffset At, double? Watts, double? MinWatts, double? MaxWatts);

/// <summary>Points in order of time; bounded (10,000 a call, the resolution is made coarser beyond).</summary>
public sealed record PowerSeries(HistoryResolution Resolution, IReadOnlyList<PowerPoint> Points);

/// <summary>Reads past power and energy for charts. Rights as for plugs; what the viewer may not see does not exist.</summary>
public sealed class PowerHistory
{
    /// <summary>The longest time a call may ask for.</summary>
    public static readonly TimeSpan LongestRange = TimeSpan.FromDays(3660);

    private static readonly TimeSpan LongestRaw = TimeSpan.FromHours(2);
    private static readonly TimeSpan LongestFiveMinutes = TimeSpan.FromDays(3);

    private readonly IDbContextFactory<HouseDbContext> _houses;
    private readonly IDbContextFactory<TelemetryDbContext> _telemetry;
    private readonly ReadOnlyTelemetry _readOnly;
    private readonly TimeSpan _rawRetention;
    private readonly SilenceRule _silence;
    private readonly TimeProvider _clock;

    internal PowerHistory(
        IDbContextFactory<HouseDbContext> houses, IDbContextFactory<TelemetryDbContext> telemetry, ReadOnlyTelemetry readOnly,
        IOptions<TelemetryOptions> options, TimeProvider clock)
    {
        (_houses, _telemetry, _readOnly, _rawRetention, _clock) = (houses, telemetry, readOnly, options.Value.RawRetention, clock);
        _silence = SilenceRule.Of(options.Value);
    }

    /// <summary>
    /// A plug's points from <paramref name="from"/> (inclusive) to <paramref name="to"/> (exclusive). 404
    /// <c>plug.notFound</c>; 400 <c>plug.range</c> when the time is empty or longer than <see cref="LongestRange"/>.
    /// </summary>
    public async Task<PowerSeries> OfPlugAsync(
        Viewer viewer, int plugId, DateTimeOffset from, DateTimeOffset to, HistoryResolution resolution, CancellationToken cancellation)
    {
        if (!(await VisiblePlugsAsync(viewer, plugId, cancellation)).Contains(plugId))
        {
            throw RefusedException.NotFound("plug");
        }

        var range = Checked(from, to);
        await using var store = _readOnly.Create();
        return await new PlugChart(store, plugId, range).ReadAsync(Choose(range, resolution), cancellation);
    }

    /// <summary>
    /// The sum over all plugs the viewer may see, a point each step (channel is empty); each plug counts with its last reading
    /// until it is silent. At most <see cref="HouseChart.MaxPoints"/> points; null where no plug is heard.
    /// </summary>
    public async Task<PowerSeries> OfHouseAsync(Viewer viewer, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation)
    {
        var range = Checked(from, to);
        var plugs = await VisiblePlugsAsync(viewer, null, cancellation);
        var now = _clock.GetUtcNow();
        await using var store = _readOnly.Create();
        var until = range.To < now ? range.To : now;
        var chart = new HouseChart(store, plugs, range with { To = until }, await OfflineAsync(plugs, cancellation), _silence);
        return await chart.ReadAsync(Choose(range, HistoryResolution.Auto), cancellation);
    }

    private static TimeRange Checked(DateTimeOffset from, DateTimeOffset to) =>
        from < to && to - from <= LongestRange ? new TimeRange(from.ToUniversalTime(), to.ToUniversalTime()) : throw RefusedException.Invalid("plug.range", "from");

    private HistoryResolution Choose(TimeRange range, HistoryResolution asked)
    {
        var chosen = asked != HistoryResolution.Auto ? asked
            : range.Length <= LongestRaw ? HistoryResolution.Raw
            : range.Length <= LongestFiveMinutes ? HistoryResolution.FiveMinutes
            : HistoryResolution.Hour;

        // Single readings that old are gone, their buckets are not.
        return chosen == HistoryResolution.Raw && range.From < _clock.GetUtcNow() - _rawRetention ? HistoryResolution.FiveMinutes : chosen;
    }

    private async Task<List<int>> VisiblePlugsAsync(Viewer viewer, int? onlyId, CancellationToken cancellation)
    {
        await using var house = await _houses.CreateDbContextAsync(cancellation);
        var plugs = house.Plugs.Where(plug => plug.AdoptedAt != null && plug.IgnoredAt == null);
        if (onlyId is { } id)
        {
            plugs = plugs.Where(plug => plug.Id == id);
        }

        if (!viewer.IsStaff)
        {
            plugs = plugs.Where(plug => house.Memberships.Any(
                membership => membership.RoomId == plug.RoomId && membership.UserId == viewer.UserId));
        }

        return await plugs.Select(plug => plug.Id).ToListAsync(cancellation);
    }

    private async Task<HashSet<int>> OfflineAsync(List<int> plugIds, CancellationToken cancellation)
    {
        await using var store = await _telemetry.CreateDbContextAsync(cancellation);
        var offline = await store.PlugStates.Where(state => state.Availability == Devices.Availability.Offline)
            .Select(state => state.PlugId).ToListAsync(cancellation);
        return [.. offline.Intersect(plugIds)];
    }
}

using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Persistence;

namespace MqttChat.Domain.Telemetry.History;

/// <summary>A stretch of time, its end exclusive.</summary>
internal readonly record struct TimeRange(DateTimeOffset From, DateTimeOffset To)
{
    public TimeSpan Length => To - From;
}

/// <summary>One plug's chart: readings or buckets of all its channels that have a power.</summary>
internal sealed class PlugChart(TelemetryDbContext store, int plugId, TimeRange range)
{
    public const int MaxPoints = 10_000;

    private Dictionary<int, string> _channels = [];

    public async Task<PowerSeries> ReadAsync(HistoryResolution resolution, CancellationToken cancellation)
    {
        _channels = await store.ChannelStates.Where(channel => channel.PlugId == plugId)
            .ToDictionaryAsync(channel => channel.Id, channel => channel.Channel, cancellation);
        if (resolution == HistoryResolution.Raw)
        {
            if (await RawAsync(cancellation) is { } raw)
            {
                return new PowerSeries(resolution, raw);
            }

            resolution = HistoryResolution.FiveMinutes;
        }

        if (resolution == HistoryResolution.FiveMinutes)
        {
            if (await BucketsAsync(RollupResolution.FiveMinutes, MaxPoints, cancellation) is { } buckets)
            {
                return new PowerSeries(resolution, buckets);
            }
        }

        var hours = await BucketsAsync(RollupResolution.Hour, int.MaxValue - 1, cancellation) ?? [];
        return new PowerSeries(HistoryResolution.Hour, hours.Count <= MaxPoints ? hours : Merge(hours));
    }

    private async Task<List<PowerPoint>?> RawAsync(CancellationToken cancellation)
    {
        var ids = _channels.Keys.ToArray();
        var rows = await store.PowerSamples
            .Where(sample => ids.Contains(sample.ChannelId) && sample.At >= range.From && sample.At < range.To && sample.ActivePowerWatts != null)
            .OrderBy(sample => sample.At).ThenBy(sample => sample.ChannelId).Take(MaxPoints + 1).ToListAsync(cancellation);
        return rows.Count > MaxPoints
            ? null
            : rows.ConvertAll(row => new PowerPoint(
                _channels[row.ChannelId], row.At, row.ActivePowerWatts, row.ActivePowerWatts, row.ActivePowerWatts));
    }

    private async Task<List<PowerPoint>?> BucketsAsync(RollupResolution resolution, int limit, CancellationToken cancellation)
    {
        var ids = _channels.Keys.ToArray();
        var first = RollupTableStart(resolution);
        var rows = await store.EnergyRollups
            .Where(row => ids.Contains(row.ChannelId) && row.Resolution == resolution && row.BucketStart >= first
                && row.BucketStart < range.To && row.SampleCount > 0)
            .OrderBy(row => row.BucketStart).ThenBy(row => row.ChannelId).Take(limit + 1).ToListAsync(cancellation);
        return rows.Count > limit
            ? null
            : rows.ConvertAll(row => new PowerPoint(
                _channels[row.ChannelId], row.BucketStart, row.SumWatts / row.SampleCount, row.MinWatts, row.MaxWatts));
    }

    // The bucket in which the time begins belongs to it.
    private DateTimeOffset RollupTableStart(RollupResolution resolution) => Ingest.RollupTable.BucketOf(range.From, resolution);

    // Years of several channels: as many hours in one point as it takes.
    private List<PowerPoint> Merge(List<PowerPoint> hours)
    {
        var together = TimeSpan.FromHours(Math.Ceiling(range.Length.TotalHours * Math.Max(1, _channels.Count) / MaxPoints) + 1).Ticks;
        return [.. hours.GroupBy(point => (At: point.At.UtcTicks / together * together, point.Channel)).OrderBy(group => group.Key.At)
            .Select(group => new PowerPoint(
                group.Key.Channel, new DateTimeOffset(group.Key.At, TimeSpan.Zero), group.Average(point => point.Watts),
                group.Min(point => point.MinWatts), group.Max(point => point.MaxWatts)))];
    }
}

using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Telemetry.Counting;
using MqttChat.Domain.Telemetry.Freshness;

namespace MqttChat.Domain.Telemetry.History;

/// <summary>One channel in the sum of the house: how long its values hold, and how its last one ends.</summary>
internal sealed record HouseChannel(int Id, TimeSpan Silence)
{
    /// <summary>Its plug said goodbye.</summary>
    private bool IsOffline { get; init; }

    /// <summary>When its power was last measured.</summary>
    private DateTimeOffset? MeasuredAt { get; init; }

    /// <summary>When its relay went off after that; null where it did not.</summary>
    private DateTimeOffset? OffSince { get; init; }

    /// <summary>The channels of these plugs.</summary>
    public static async Task<List<HouseChannel>> ReadAsync(
        TelemetryDbContext store, IReadOnlyCollection<int> plugIds, IReadOnlySet<int> offline, SilenceRule silence, CancellationToken cancellation)
    {
        var wanted = plugIds.ToHashSet();
        var rows = await store.ChannelStates.AsNoTracking()
            .Select(row => new { row.Id, row.PlugId, row.IsOn, row.ReportedAt, row.LastSampleAt, row.Account }).ToListAsync(cancellation);
        return [.. rows.Where(row => wanted.Contains(row.PlugId)).Select(row =>
            new HouseChannel(row.Id, silence.After(EnergyAccount.FromJson(row.Account).UsualInterval))
            {
                IsOffline = offline.Contains(row.PlugId),
                MeasuredAt = row.LastSampleAt,
                OffSince = row.IsOn == false && row.ReportedAt > row.LastSampleAt ? row.ReportedAt : null,
            })];
    }

    /// <summary>Adds its values, in order of time; each holds until the next one, but not for ever.</summary>
    /// <param name="sums">Where to.</param>
    /// <param name="values">Readings, or the means of buckets.</param>
    /// <param name="width">A bucket's width; zero for readings.</param>
    public void Add(HouseSum sums, List<(DateTimeOffset At, double Watts)> values, TimeSpan width)
    {
        var heldFor = LongestGap(values) + width;
        for (var i = 0; i < values.Count - 1; i++)
        {
            var (at, watts) = values[i];
            sums.Add(at, values[i + 1].At > at + heldFor ? at + heldFor : values[i + 1].At, watts);
        }

        if (values.Count > 0)
        {
            AddLast(sums, values[^1].At, values[^1].Watts, width);
        }
    }

    // The plug's own page and the sum beside the chart judge the newest value by the same times.
    private void AddLast(HouseSum sums, DateTimeOffset at, double watts, TimeSpan width)
    {
        var isNewest = MeasuredAt >= at && MeasuredAt - at <= width;
        var measuredAt = isNewest ? MeasuredAt!.Value : at + width;
        var until = IsOffline ? at + width : measuredAt + Silence;
        if (isNewest && OffSince is { } off && off < until)
        {
            sums.Add(at, off, watts);
            sums.Add(off, until, 0);
            return;
        }

        sums.Add(at, until, watts);
    }

    // Years ago it may have reported more seldom than now.
    private TimeSpan LongestGap(List<(DateTimeOffset At, double Watts)> values)
    {
        if (values.Count < 3)
        {
            return Silence;
        }

        var gaps = values.Zip(values.Skip(1), (first, second) => second.At - first.At).Order().ToList();
        var usual = 3 * gaps[gaps.Count / 2];
        return usual > Silence ? usual : Silence;
    }
}

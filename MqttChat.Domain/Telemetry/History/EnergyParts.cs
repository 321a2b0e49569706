using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Telemetry.Ingest;

namespace MqttChat.Domain.Telemetry.History;

/// <summary>
/// Energy between cuts in time. Whole hours come from the hours' buckets; an hour that a cut divides (a zone at half past, "until
/// now") from its five-minute ones, and one of those that a cut divides is shared out by time.
/// </summary>
internal sealed class EnergyParts
{
    private const int FivesAnHour = 12;

    private readonly TelemetryDbContext _store;
    private readonly DateTimeOffset[] _cuts;
    private readonly HashSet<DateTimeOffset> _divided;
    private readonly DateTimeOffset[] _fives;
    private readonly DateTimeOffset _from;

    /// <param name="store">The store.</param>
    /// <param name="cuts">In order of time; part i lies between cut i and the next. The last one is now.</param>
    public EnergyParts(TelemetryDbContext store, DateTimeOffset[] cuts)
    {
        (_store, _cuts) = (store, cuts);
        _divided = [.. cuts.Where(cut => RollupTable.HourOf(cut) != cut).Select(RollupTable.HourOf)];
        _fives = [.. _divided.SelectMany(hour => Enumerable.Range(0, FivesAnHour).Select(five => hour.AddMinutes(5 * five)))];
        _from = RollupTable.HourOf(cuts[0]);
    }

    private DateTimeOffset Until => _cuts[^1];

    /// <summary>Each channel's energy of each part; null where no bucket lies in it.</summary>
    public async Task<Dictionary<int, double?[]>> ByChannelAsync(EnergyChannels channels, CancellationToken cancellation)
    {
        Dictionary<int, double?[]> parts = [];
        foreach (var (rows, width) in channels.All.SelectMany(Buckets))
        {
            await foreach (var row in rows.Select(row => new { row.ChannelId, row.BucketStart, row.EnergyCountedKilowattHours })
                .AsAsyncEnumerable().WithCancellation(cancellation))
            {
                if (!parts.TryGetValue(row.ChannelId, out var ofChannel))
                {
                    parts[row.ChannelId] = ofChannel = new double?[_cuts.Length - 1];
                }

                Add(ofChannel, row.BucketStart, width, row.EnergyCountedKilowattHours);
            }
        }

        return parts;
    }

    /// <summary>The energy of each part, all channels together; null where no bucket lies in it.</summary>
    public async Task<double?[]> TogetherAsync(EnergyChannels channels, CancellationToken cancellation)
    {
        var parts = new double?[_cuts.Length - 1];
        foreach (var (rows, width) in channels.All.SelectMany(Buckets))
        {
            var sums = rows.GroupBy(row => row.BucketStart).Select(bucket => new { Start = bucket.Key, KilowattHours = bucket.Sum(row => row.EnergyCountedKilowattHours) });
            await foreach (var sum in sums.AsAsyncEnumerable().WithCancellation(cancellation))
            {
                Add(parts, sum.Start, width, sum.KilowattHours);
            }
        }

        return parts;
    }

    /// <summary>In how many hours of each part (those that begin in it) one of the channels was heard: said its power, or, if none ever did, counted.</summary>
    public async Task<int[]> HeardHoursAsync(EnergyChannels channels, CancellationToken cancellation)
    {
        HashSet<DateTimeOffset> said = [], counted = [];
        foreach (var ids in channels.All)
        {
            var hours = await Rows(ids, RollupResolution.Hour).Where(row => row.BucketStart >= _from && row.BucketStart < Until)
                .GroupBy(row => row.BucketStart).Select(hour => new { Start = hour.Key, Samples = hour.Sum(row => row.SampleCount) }).ToListAsync(cancellation);
            said.UnionWith(hours.Where(hour => hour.Samples > 0).Select(hour => hour.Start));
            counted.UnionWith(hours.Select(hour => hour.Start));
        }

        var parts = new int[_cuts.Length - 1];
        foreach (var hour in said.Count > 0 ? said : counted)
        {
            if (PartAt(hour) is >= 0 and var part)
            {
                parts[part]++;
            }
        }

        return parts;
    }

    private IEnumerable<(IQueryable<EnergyRollup> Rows, TimeSpan Width)> Buckets(int[] channelIds)
    {
        yield return (
            Rows(channelIds, RollupResolution.Hour).Where(row => row.BucketStart >= _from && row.BucketStart < Until), TimeSpan.FromHours(1));
        if (_fives.Length > 0)
        {
            yield return (
                Rows(channelIds, RollupResolution.FiveMinutes).Where(row => _fives.Contains(row.BucketStart)), TimeSpan.FromMinutes(5));
        }
    }

    private IQueryable<EnergyRollup> Rows(int[] channelIds, RollupResolution resolution) =>
        _store.EnergyRollups.Where(row => channelIds.Contains(row.ChannelId) && row.Resolution == resolution);

    private void Add(double?[] parts, DateTimeOffset start, TimeSpan width, double kilowattHours)
    {
        if (width.TotalMinutes > 5 && _divided.Contains(start))
        {
            return;
        }

        // What the running bucket holds was consumed until now, not evenly until the bucket's end.
        var end = start + width < Until ? start + width : Until;
        for (var part = Math.Max(0, PartAt(start)); part < parts.Length && _cuts[part] < end; part++)
        {
            var (from, to) = (_cuts[part] > start ? _cuts[part] : start, _cuts[part + 1] < end ? _cuts[part + 1] : end);
            if (to > from)
            {
                parts[part] = (parts[part] ?? 0) + (kilowattHours * ((to - from) / (end - start)));
            }
        }
    }

    // The last cut at or before a time; -1 before the first.
    private int PartAt(DateTimeOffset time)
    {
        var found = Array.BinarySearch(_cuts, time);
        return found >= 0 ? found : ~found - 1;
    }
}

using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Persistence;

namespace MqttChat.Domain.Telemetry.History;

/// <summary>
/// The power of many plugs together. Every channel counts with its last value until it has been silent for three of its
/// usual intervals (15 minutes at least), or its plug is known to be offline.
/// </summary>
internal sealed class HouseChart(TelemetryDbContext store, IReadOnlyCollection<int> plugIds, TimeRange range, IReadOnlySet<int> offline)
{
    /// <summary>More points than a screen has room for are not made.</summary>
    public const int MaxPoints = 600;

    private const int MaxRawRows = 200_000;
    private static readonly TimeSpan ShortestSilence = TimeSpan.FromMinutes(15);

    // How far before the range a value may lie that still counts in it: three usual intervals, of an hour at most.
    private static readonly TimeSpan LookBack = TimeSpan.FromHours(3);

    private Dictionary<int, int> _plugOfChannel = [];

    public async Task<PowerSeries> ReadAsync(HistoryResolution resolution, CancellationToken cancellation)
    {
        var wanted = plugIds.ToHashSet();
        _plugOfChannel = (await store.ChannelStates.Select(channel => new { channel.Id, channel.PlugId }).ToListAsync(cancellation))
            .Where(channel => wanted.Contains(channel.PlugId)).ToDictionary(channel => channel.Id, channel => channel.PlugId);
        if (range.To <= range.From)
        {
            return new PowerSeries(resolution, []);
        }

        var step = Step(resolution);
        var sums = new HouseSum(range, step);
        if (resolution == HistoryResolution.Raw && await AddRawAsync(sums, cancellation))
        {
            return new PowerSeries(resolution, sums.Points());
        }

        resolution = resolution == HistoryResolution.Raw ? HistoryResolution.FiveMinutes : resolution;
        sums = new HouseSum(range, Step(resolution));
        await AddBucketsAsync(sums, resolution, cancellation);
        return new PowerSeries(resolution, sums.Points());
    }

    private TimeSpan Step(HistoryResolution resolution)
    {
        var least = resolution switch
        {
            HistoryResolution.Raw => TimeSpan.FromSeconds(5),
            HistoryResolution.FiveMinutes => TimeSpan.FromMinutes(5),
            _ => TimeSpan.FromHours(1),
        };
        var steps = Math.Ceiling(range.Length / (MaxPoints - 1) / least);
        return least * Math.Max(1, steps);
    }

    private async Task<bool> AddRawAsync(HouseSum sums, CancellationToken cancellation)
    {
        var from = range.From - LookBack;
        var rows = 0;
        foreach (var (channelId, plugId) in _plugOfChannel)
        {
            var samples = await store.PowerSamples
                .Where(sample => sample.ChannelId == channelId && sample.At >= from && sample.At < range.To && sample.ActivePowerWatts != null)
                .OrderBy(sample => sample.At).Take(MaxRawRows).Select(sample => new { sample.At, Watts = sample.ActivePowerWatts!.Value })
                .ToListAsync(cancellation);
            rows += samples.Count;
            if (rows >= MaxRawRows)
            {
                return false;
            }

            Add(sums, plugId, samples.ConvertAll(sample => (sample.At, sample.Watts)), TimeSpan.Zero);
        }

        return true;
    }

    private async Task AddBucketsAsync(HouseSum sums, HistoryResolution resolution, CancellationToken cancellation)
    {
        var width = resolution == HistoryResolution.FiveMinutes ? RollupResolution.FiveMinutes : RollupResolution.Hour;
        var from = range.From - LookBack;
        foreach (var (channelId, plugId) in _plugOfChannel)
        {
            var buckets = await store.EnergyRollups
                .Where(row => row.ChannelId == channelId && row.Resolution == width && row.BucketStart >= from
                    && row.BucketStart < range.To && row.SampleCount > 0)
                .OrderBy(row => row.BucketStart).Select(row => new { row.BucketStart, Watts = row.SumWatts / row.SampleCount })
                .ToListAsync(cancellation);
            Add(sums, plugId, buckets.ConvertAll(bucket => (bucket.BucketStart, bucket.Watts)), TimeSpan.FromMinutes((int)width));
        }
    }

    private void Add(HouseSum sums, int plugId, List<(DateTimeOffset At, double Watts)> values, TimeSpan width)
    {
        if (values.Count == 0)
        {
            return;
        }

        var silence = Silence(values);
        for (var i = 0; i < values.Count; i++)
        {
            var (at, watts) = values[i];
            var isLast = i == values.Count - 1;
            var heldFor = isLast && offline.Contains(plugId) ? width : silence + width;
            var until = isLast || values[i + 1].At > at + heldFor ? at + heldFor : values[i + 1].At;
            sums.Add(at, until, watts);
        }
    }

    private static TimeSpan Silence(List<(DateTimeOffset At, double Watts)> values)
    {
        if (values.Count < 2)
        {
            return ShortestSilence;
        }

        var gaps = values.Zip(values.Skip(1), (first, second) => second.At - first.At).Order().ToList();
        var usual = 3 * gaps[gaps.Count / 2];
        return usual < ShortestSilence ? ShortestSilence : usual > LookBack ? LookBack : usual;
    }
}

/// <summary>A sum of step functions on a grid: each channel's value holds from its time until the next.</summary>
internal sealed class HouseSum
{
    private readonly DateTimeOffset _first;
    private readonly TimeSpan _step;
    private readonly double[] _watts;
    private readonly int[] _channels;

    public HouseSum(TimeRange range, TimeSpan step)
    {
        _step = step;
        _first = new DateTimeOffset((range.From.UtcTicks + step.Ticks - 1) / step.Ticks * step.Ticks, TimeSpan.Zero);
        var count = _first >= range.To ? 0 : (int)((range.To - _first - TimeSpan.FromTicks(1)) / step) + 1;
        _watts = new double[count];
        _channels = new int[count];
    }

    /// <summary>Adds a value to all grid points from a time (inclusive) until another (exclusive).</summary>
    public void Add(DateTimeOffset from, DateTimeOffset until, double watts)
    {
        for (var i = IndexAt(from); i < _watts.Length && _first + (i * _step) < until; i++)
        {
            _watts[i] += watts;
            _channels[i]++;
        }
    }

    /// <summary>One point a step; null where no channel had a value.</summary>
    public List<PowerPoint> Points()
    {
        var points = new List<PowerPoint>(_watts.Length);
        for (var i = 0; i < _watts.Length; i++)
        {
            var watts = _channels[i] == 0 ? (double?)null : _watts[i];
            points.Add(new PowerPoint("", _first + (i * _step), watts, watts, watts));
        }

        return points;
    }

    private int IndexAt(DateTimeOffset time) => time <= _first ? 0 : (int)Math.Min(_watts.Length, Math.Ceiling((time - _first) / _step));
}

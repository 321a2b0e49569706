using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Telemetry.Freshness;

namespace MqttChat.Domain.Telemetry.History;

/// <summary>
/// The power of many plugs together. Every channel counts with its last value for as long as the value holds
/// (<see cref="SilenceRule"/>), or until its plug is known to be offline.
/// </summary>
internal sealed class HouseChart(
    TelemetryDbContext store, IReadOnlyCollection<int> plugIds, TimeRange range, IReadOnlySet<int> offline, SilenceRule silence)
{
    /// <summary>More points than a screen has room for are not made.</summary>
    public const int MaxPoints = 600;

    private const int MaxRawRows = 200_000;
    private List<HouseChannel> _channels = [];

    public async Task<PowerSeries> ReadAsync(HistoryResolution resolution, CancellationToken cancellation)
    {
        _channels = await HouseChannel.ReadAsync(store, plugIds, offline, silence, cancellation);
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
        var rows = 0;
        foreach (var channel in _channels)
        {
            // A value before the range still counts in it while it holds.
            var (channelId, from) = (channel.Id, range.From - channel.Silence);
            var samples = await store.PowerSamples
                .Where(sample => sample.ChannelId == channelId && sample.At >= from && sample.At < range.To && sample.ActivePowerWatts != null)
                .OrderBy(sample => sample.At).Take(MaxRawRows).Select(sample => new { sample.At, Watts = sample.ActivePowerWatts!.Value })
                .ToListAsync(cancellation);
            rows += samples.Count;
            if (rows >= MaxRawRows)
            {
                return false;
            }

            channel.Add(sums, samples.ConvertAll(sample => (sample.At, sample.Watts)), TimeSpan.Zero);
        }

        return true;
    }

    private async Task AddBucketsAsync(HouseSum sums, HistoryResolution resolution, CancellationToken cancellation)
    {
        var width = resolution == HistoryResolution.FiveMinutes ? RollupResolution.FiveMinutes : RollupResolution.Hour;
        foreach (var channel in _channels)
        {
            var (channelId, from) = (channel.Id, range.From - channel.Silence - TimeSpan.FromMinutes((int)width));
            var buckets = await store.EnergyRollups
                .Where(row => row.ChannelId == channelId && row.Resolution == width && row.BucketStart >= from
                    && row.BucketStart < range.To && row.SampleCount > 0)
                .OrderBy(row => row.BucketStart).Select(row => new { row.BucketStart, Watts = row.SumWatts / row.SampleCount })
                .ToListAsync(cancellation);
            channel.Add(sums, buckets.ConvertAll(bucket => (bucket.BucketStart, bucket.Watts)), TimeSpan.FromMinutes((int)width));
        }
    }
}

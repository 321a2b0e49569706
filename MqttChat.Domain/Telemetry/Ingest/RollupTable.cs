using System.Runtime.InteropServices;

using MqttChat.Domain.Telemetry.Counting;
namespace MqttChat.Domain.Telemetry.Ingest;

internal readonly record struct RollupKey(ChannelHead Channel, RollupResolution Resolution, DateTimeOffset BucketStart);

internal struct RollupSum
{
    public double EnergyKilowattHours;
    public int SampleCount;
    public double SumWatts;
    public double? MinWatts;
    public double? MaxWatts;
}

/// <summary>
/// Sums by channel, resolution and bucket. Every reading and every step goes into each resolution, so that all of them come
/// to the same. With a beginning (a full hour), only the buckets from there on are kept.
/// </summary>
internal sealed class RollupTable(DateTimeOffset? beginning = null)
{
    /// <summary>
    /// Nobody looks at five-minute buckets of a gap this long: the energy of a longer one is spread over its last days,
    /// which bounds the rows that one report can make (2,016 and 168).
    /// </summary>
    public static readonly TimeSpan LongestSpread = TimeSpan.FromDays(7);

    private static readonly RollupResolution[] Resolutions = [RollupResolution.FiveMinutes, RollupResolution.Hour];

    private readonly Dictionary<RollupKey, RollupSum> _sums = [];

    public IEnumerable<KeyValuePair<RollupKey, RollupSum>> Sums => _sums;

    public int Count => _sums.Count;

    public static DateTimeOffset BucketOf(DateTimeOffset at, RollupResolution resolution)
    {
        var width = Width(resolution).Ticks;
        return new DateTimeOffset(at.UtcTicks / width * width, TimeSpan.Zero);
    }

    public static DateTimeOffset HourOf(DateTimeOffset at) => BucketOf(at, RollupResolution.Hour);

    /// <summary>Counts a power reading in the buckets of its own time.</summary>
    public void AddWatts(ChannelHead channel, DateTimeOffset at, double watts)
    {
        foreach (var resolution in Resolutions)
        {
            var bucket = BucketOf(at, resolution);
            if (IsWithin(bucket))
            {
                ref var sum = ref Of(new RollupKey(channel, resolution, bucket));
                sum.SampleCount++;
                sum.SumWatts += watts;
                sum.MinWatts = Math.Min(sum.MinWatts ?? watts, watts);
                sum.MaxWatts = Math.Max(sum.MaxWatts ?? watts, watts);
            }
        }
    }

    /// <summary>Spreads a step's energy evenly over the time it was consumed in.</summary>
    public void AddEnergy(ChannelHead channel, EnergyStep step)
    {
        if (step.KilowattHours == 0)
        {
            return;
        }

        var from = step.To - step.From > LongestSpread ? step.To - LongestSpread : step.From;
        foreach (var resolution in Resolutions)
        {
            Spread(channel, resolution, from, step.To, step.KilowattHours);
        }
    }

    private static TimeSpan Width(RollupResolution resolution) => TimeSpan.FromMinutes((int)resolution);

    private void Spread(ChannelHead channel, RollupResolution resolution, DateTimeOffset start, DateTimeOffset end, double kilowattHours)
    {
        var length = (double)(end - start).Ticks;
        var width = Width(resolution);
        var bucket = BucketOf(start, resolution);
        do
        {
            var next = bucket + width;
            var overlap = (next < end ? next : end) - (bucket > start ? bucket : start);
            if (IsWithin(bucket))
            {
                Of(new RollupKey(channel, resolution, bucket)).EnergyKilowattHours +=
                    length == 0 ? kilowattHours : kilowattHours * (overlap.Ticks / length);
            }

            bucket = next;
        }
        while (bucket < end);
    }

    private bool IsWithin(DateTimeOffset bucket) => !(bucket < beginning);

    private ref RollupSum Of(RollupKey key) => ref CollectionsMarshal.GetValueRefOrAddDefault(_sums, key, out _);
}

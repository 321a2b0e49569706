using MqttChat.Domain.Accounts;

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
    /// <summary>A plug's points from <paramref name="from"/> (inclusive) to <paramref name="to"/> (exclusive). 404 <c>plug.notFound</c>.</summary>
    public Task<PowerSeries> OfPlugAsync(Viewer viewer, int plugId, DateTimeOffset from, DateTimeOffset to, HistoryResolution resolution, CancellationToken cancellation) => throw new NotImplementedException();

    /// <summary>The sum over all plugs the viewer may see, a point each step (channel is empty); each plug counts with its last reading until it is silent.</summary>
    public Task<PowerSeries> OfHouseAsync(Viewer viewer, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation) => throw new NotImplementedException();
}

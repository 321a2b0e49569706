using MqttChat.Domain.Telemetry;
using MqttChat.Domain.Telemetry.Freshness;

namespace MqttChat.Web.Telemetry;

/// <summary>
/// What a chart must be told after a new snapshot: only what it has not drawn yet. Keeps one value a line, nothing else.
/// </summary>
internal sealed class LivePoints
{
    private readonly Dictionary<string, ChartPoint> _last = [];

    /// <summary>
    /// The last points came so long after those before that the line between them may be a lie: only the history knows what
    /// happened meanwhile, if anything.
    /// </summary>
    public bool HasGap { get; private set; }

    /// <summary>The new points of a plug's channels; the line's number is the channel's place in <paramref name="channels"/>.</summary>
    public IReadOnlyList<ChartPoint> OfPlug(PlugPower plug, IReadOnlyList<string> channels, DateTimeOffset now)
    {
        var points = new List<ChartPoint>();
        HasGap = false;
        for (var line = 0; line < channels.Count; line++)
        {
            if (plug.Channels.FirstOrDefault(one => one.Channel == channels[line]) is { ReportedAt: { } at, ActivePowerWatts: not null } channel)
            {
                Add(points, channels[line], plug.Watts(channel, now) is { } watts ? new(line, at, watts) : new(line, now, null));
            }
        }

        return points;
    }

    /// <summary>The new point of the sum over what answers, if the sum changed.</summary>
    public IReadOnlyList<ChartPoint> OfHouse(IEnumerable<PlugPower> plugs, DateTimeOffset now)
    {
        var points = new List<ChartPoint>();
        var total = PowerTotals.Watts(plugs, now);
        if (!_last.TryGetValue("", out var last) || last.Watts != total)
        {
            Add(points, "", new(0, now, total));
        }

        return points;
    }

    private void Add(List<ChartPoint> points, string key, ChartPoint point)
    {
        var known = _last.TryGetValue(key, out var last);
        // One break is enough, however long the silence.
        var isNew = !known || (point.Watts is null ? last.Watts is not null : point.At > last.At || last.Watts is null);
        if (isNew)
        {
            HasGap |= known && last.Watts is not null && point.Watts is not null && point.At - last.At > ChartPoints.ShortestBreak;
            _last[key] = point;
            points.Add(point);
        }
    }
}

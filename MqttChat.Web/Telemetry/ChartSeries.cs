using MqttChat.Domain.Telemetry;

namespace MqttChat.Web.Telemetry;

/// <summary>How much time a chart shows.</summary>
public enum ChartSpan
{
    /// <summary>The last 15 minutes.</summary>
    QuarterHour = 15,
    /// <summary>The last hour.</summary>
    Hour = 60,
    /// <summary>The last 24 hours.</summary>
    Day = 1440,
    /// <summary>The last seven days.</summary>
    Week = 10_080,
    /// <summary>The last thirty days.</summary>
    Month = 43_200,
}

/// <summary>One point of one line. Without watts the line breaks there.</summary>
public readonly record struct ChartPoint(int Line, DateTimeOffset At, double? Watts);

/// <summary>All that a chart shows when it is opened: its lines' names, and their points in order of time.</summary>
public sealed record ChartSeries(IReadOnlyList<string> Lines, IReadOnlyList<ChartPoint> Points);

/// <summary>Makes charts' points from history.</summary>
internal static class ChartPoints
{
    /// <summary>A line breaks where nothing came for this many usual intervals.</summary>
    private const double BreakAfterIntervals = 3;

    /// <summary>A pause that is shorter is never a break.</summary>
    public static readonly TimeSpan ShortestBreak = TimeSpan.FromMinutes(2);

    public static TimeSpan Length(this ChartSpan span) => TimeSpan.FromMinutes((int)span);

    /// <summary>
    /// History as points of the lines named by channel; other channels are left out. Gaps in time become breaks: a chart that
    /// draws on through an outage tells a lie.
    /// </summary>
    public static IReadOnlyList<ChartPoint> From(PowerSeries series, IReadOnlyList<string> channels)
    {
        var points = new List<ChartPoint>(series.Points.Count + 16);
        foreach (var byChannel in series.Points.GroupBy(point => point.Channel))
        {
            var line = IndexOf(channels, byChannel.Key);
            if (line >= 0)
            {
                AddLine(points, line, [.. byChannel]);
            }
        }

        return [.. points.OrderBy(point => point.At)];
    }

    private static void AddLine(List<ChartPoint> points, int line, PowerPoint[] readings)
    {
        var breakAfter = BreakAfter(readings);
        for (var i = 0; i < readings.Length; i++)
        {
            if (i > 0 && readings[i].At - readings[i - 1].At > breakAfter)
            {
                points.Add(new(line, readings[i - 1].At + (breakAfter / BreakAfterIntervals), null));
            }

            points.Add(new(line, readings[i].At, readings[i].Watts));
        }
    }

    private static TimeSpan BreakAfter(PowerPoint[] readings)
    {
        if (readings.Length < 3)
        {
            return PlugPresence.SilentAfter;
        }

        var gaps = readings.Zip(readings.Skip(1), (earlier, later) => later.At - earlier.At).Order().ToArray();
        var usual = gaps[gaps.Length / 2] * BreakAfterIntervals;
        return usual < ShortestBreak ? ShortestBreak : usual;
    }

    private static int IndexOf(IReadOnlyList<string> channels, string channel)
    {
        for (var i = 0; i < channels.Count; i++)
        {
            if (channels[i] == channel)
            {
                return i;
            }
        }

        return -1;
    }
}

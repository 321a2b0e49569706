using MqttChat.Domain.Telemetry;
using MqttChat.Domain.Telemetry.Freshness;

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
    /// <param name="series">The history.</param>
    /// <param name="channels">The lines.</param>
    /// <param name="plug">
    /// Whose they are: one that reports seldom breaks no line by that, not even where few of its reports are in the picture, or many
    /// quick ones beside them. Null for sums.
    /// </param>
    public static IReadOnlyList<ChartPoint> From(PowerSeries series, IReadOnlyList<string> channels, PlugPower? plug = null)
    {
        var points = new List<ChartPoint>(series.Points.Count + 16);
        foreach (var byChannel in series.Points.GroupBy(point => point.Channel))
        {
            var line = IndexOf(channels, byChannel.Key);
            if (line >= 0)
            {
                AddLine(points, line, [.. byChannel], plug?.Channels.FirstOrDefault(channel => channel.Channel == byChannel.Key));
            }
        }

        return [.. points.OrderBy(point => point.At)];
    }

    private static void AddLine(List<ChartPoint> points, int line, PowerPoint[] readings, ChannelPower? channel)
    {
        var breakAfter = BreakAfter(readings, channel);
        for (var i = 0; i < readings.Length; i++)
        {
            if (i > 0 && readings[i].At - readings[i - 1].At > breakAfter)
            {
                points.Add(new(line, readings[i - 1].At + (breakAfter / BreakAfterIntervals), null));
            }

            points.Add(new(line, readings[i].At, readings[i].Watts));
        }
    }

    private static TimeSpan BreakAfter(PowerPoint[] readings, ChannelPower? channel)
    {
        if (readings.Length < 3)
        {
            return channel?.SilentAfter ?? SilenceRule.Default.Shortest;
        }

        var gaps = readings.Zip(readings.Skip(1), (earlier, later) => later.At - earlier.At).Order().ToArray();
        var known = channel?.UsualInterval ?? TimeSpan.Zero;
        var usual = BreakAfterIntervals * (gaps[gaps.Length / 2] > known ? gaps[gaps.Length / 2] : known);
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

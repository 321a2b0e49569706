using MqttChat.Domain.Devices.Formats;

namespace MqttChat.Domain.Telemetry.Ingest;

/// <summary>What one report of a backlog says of its time.</summary>
/// <param name="Own">The time that it carries, however wrong.</param>
/// <param name="ReceivedAt">The receipt.</param>
/// <param name="Meter">What it measured.</param>
internal readonly record struct BacklogReport(ReportTime? Own, DateTimeOffset ReceivedAt, BacklogMeter Meter = default);

/// <summary>Counter and power of a whole plug at one moment; null where they are not told.</summary>
/// <param name="KilowattHours">The sum of its counters.</param>
/// <param name="Watts">The sum of its powers.</param>
internal readonly record struct BacklogMeter(double? KilowattHours, double? Watts);

/// <summary>Between what a plug's waiting backlog lies.</summary>
/// <param name="Last">The newest time stored before it.</param>
/// <param name="End">Now, or the live report that follows.</param>
/// <param name="NextFollows">A live report stands at the end, so that the last of the backlog is one interval before.</param>
/// <param name="Interval">The plug's usual interval.</param>
/// <param name="Meter">What was measured at <paramref name="Last"/>.</param>
internal sealed record BacklogSpan(DateTimeOffset? Last, DateTimeOffset End, bool NextFollows, TimeSpan Interval, BacklogMeter Meter = default);

/// <summary>
/// Gives each report of one plug's backlog a time, in the order of delivery. Times that can be believed and are in order stay. The
/// others lie between them: as far apart as the plug's own clock says, even one that counts from 1970, else one usual
/// interval; back from what follows, and closer together where that reaches behind what came before. Pure.
/// </summary>
internal static class BacklogTimes
{
    /// <param name="reports">In the order of delivery.</param>
    /// <param name="span">Between what they lie.</param>
    /// <param name="before">The clock's offset before the backlog, in minutes.</param>
    /// <param name="after">The offset that a live report after it tells.</param>
    public static DateTimeOffset[] Of(IReadOnlyList<BacklogReport> reports, BacklogSpan span, int? before, int? after)
    {
        var believed = InOrder(WallClock.Resolve(reports, span, before, after), span);
        var times = new DateTimeOffset[reports.Count];
        var last = span.Last;
        for (var i = 0; i < reports.Count;)
        {
            var next = i;
            while (next < reports.Count && believed[next] is null)
            {
                next++;
            }

            Place(reports, times, i, next, next < reports.Count ? believed[next]!.Value : span.End, last, span);
            if (next < reports.Count)
            {
                times[next] = believed[next]!.Value;
                last = times[next];
            }

            i = next + 1;
        }

        return times;
    }

    // Reports from..to have no time; end is that of what follows them.
    private static void Place(
        IReadOnlyList<BacklogReport> reports, DateTimeOffset[] times, int from, int to, DateTimeOffset end, DateTimeOffset? last, BacklogSpan span)
    {
        // How far each is before the end.
        var back = new TimeSpan[to - from];
        var sum = to < reports.Count || span.NextFollows ? span.Interval : TimeSpan.Zero;
        for (var i = to - 1; i >= from; i--)
        {
            back[i - from] = sum;
            sum += i == from ? span.Interval : Gap(reports[i - 1], reports[i], span);
        }

        var start = last < end ? last.Value : last is null ? end - sum : end;
        var scale = end - sum >= start || sum == TimeSpan.Zero ? 1 : (end - start) / sum;
        for (var i = from; i < to; i++)
        {
            times[i] = end - (back[i - from] * scale);
        }
    }

    // A clock that began anew, or was set, tells nothing of the gap.
    private static TimeSpan Gap(BacklogReport earlier, BacklogReport later, BacklogSpan span)
    {
        var gap = later.Own?.Clock - earlier.Own?.Clock;
        return gap > TimeSpan.Zero && gap < ReportClock.OldestBelieved ? gap.Value : span.Interval;
    }

    /// <summary>Leaves the most times that are in order between the last stored one and the end: a clock that jumps back and forth keeps its right ones.</summary>
    private static DateTimeOffset?[] InOrder(DateTimeOffset?[] times, BacklogSpan span)
    {
        List<int> tails = [];
        var previous = new int[times.Length];
        for (var i = 0; i < times.Length; i++)
        {
            if (times[i] is not { } at || at < span.Last || at > span.End)
            {
                continue;
            }

            var (low, high) = (0, tails.Count);
            while (low < high)
            {
                var middle = (low + high) / 2;
                (low, high) = times[tails[middle]] <= at ? (middle + 1, high) : (low, middle);
            }

            previous[i] = low == 0 ? -1 : tails[low - 1];
            if (low == tails.Count)
            {
                tails.Add(i);
            }
            else
            {
                tails[low] = i;
            }
        }

        var kept = new DateTimeOffset?[times.Length];
        for (var i = tails.Count == 0 ? -1 : tails[^1]; i >= 0; i = previous[i])
        {
            kept[i] = times[i];
        }

        return kept;
    }
}

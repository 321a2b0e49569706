namespace MqttChat.Domain.Telemetry.Ingest;

/// <summary>
/// Reads a backlog's local times across a change of the clock: at the end of summer time the same hour comes twice, and the
/// order of delivery tells which one it is, or the growth of the counter; at its beginning an hour is left out. Pure.
/// </summary>
internal static class WallClock
{
    // A correction is shorter; no zone changes by less than half an hour.
    private static readonly TimeSpan LeastChange = TimeSpan.FromMinutes(25);
    private const int UsualChangeMinutes = 60;
    private const int LargestChangeMinutes = 120;

    // Counters count in watt-hours, and a plug that draws next to nothing tells nothing.
    private const double LeastGrowth = 0.005;

    /// <summary>Whether a time that follows the last one may be on the other side of a change.</summary>
    public static bool MayHaveChanged(DateTimeOffset at, DateTimeOffset? last) => (at - last)?.Duration() >= LeastChange;

    /// <inheritdoc cref="BacklogTimes.Of"/>
    public static DateTimeOffset?[] Resolve(IReadOnlyList<BacklogReport> reports, BacklogSpan span, int? before, int? after)
    {
        var change = before is { } was && after is { } isNow && Math.Abs(isNow - was) is > 0 and <= LargestChangeMinutes ? isNow - was : (int?)null;
        if (before is null || change is null && before != after && after is not null)
        {
            before = after;
        }

        var walked = Walk(reports, span.Last, before, change);
        if (change is null && after is null && before is { } known && reports.Any(report => IsAheadByTheHour(report, known))
            && Walk(reports, span.Last, before, UsualChangeMinutes) is { Change: not null } earlier)
        {
            // Only a time ahead of its receipt tells that the hour is gone; where it went is where the clock left one out.
            return earlier.Times;
        }

        // The hour came twice, and no time is out of order: it lies in a gap, and the counter ran on through it.
        return change is < 0 && walked.Change is null && GapThatGrewFor(reports, span, before!.Value, -change.Value) is { } from
            ? [.. walked.Times.Select((at, index) => index >= from && reports[index].Own is { HasZone: false } ? At(reports[index], before + change) : at)]
            : walked.Times;
    }

    private static bool IsAheadByTheHour(BacklogReport report, int offset) =>
        report.Own is { HasZone: false } && At(report, offset) is null && At(report, offset + UsualChangeMinutes) is not null;

    /// <summary>The report before which the counter grew as it does in the gap and the repeated time together; null where none tells.</summary>
    private static int? GapThatGrewFor(IReadOnlyList<BacklogReport> reports, BacklogSpan span, int before, int repeatedMinutes)
    {
        var (at, meter) = (span.Last, span.Meter);
        (int From, double Better)? best = null;
        for (var i = 0; i < reports.Count; i++)
        {
            var next = At(reports[i], before);
            if (next is null || reports[i].Own is not { HasZone: false })
            {
                continue;
            }

            if (next - at is { } gap && gap >= TimeSpan.Zero && Misfit(meter, reports[i].Meter, gap) is { } alone
                && Misfit(meter, reports[i].Meter, gap + TimeSpan.FromMinutes(repeatedMinutes)) is { } together
                && together < alone / 2 && alone - together > (best?.Better ?? LeastGrowth))
            {
                best = (i, alone - together);
            }

            (at, meter) = (next, reports[i].Meter);
        }

        return best?.From;
    }

    /// <summary>How far the counter's growth is, in kWh, from what flowed in that time; null where one of them is not told.</summary>
    private static double? Misfit(BacklogMeter earlier, BacklogMeter later, TimeSpan gap) =>
        later.KilowattHours - earlier.KilowattHours is { } grown and >= 0 && (earlier.Watts + later.Watts) / 2 is { } watts
            ? Math.Abs(grown - (watts / 1000 * gap.TotalHours)) : null;

    private static (DateTimeOffset?[] Times, int? Change) Walk(IReadOnlyList<BacklogReport> reports, DateTimeOffset? last, int? offset, int? change)
    {
        var times = new DateTimeOffset?[reports.Count];
        int? found = null;
        for (var i = 0; i < reports.Count; i++)
        {
            var report = reports[i];
            var at = At(report, offset);
            if (report.Own is { HasZone: false } && offset is { } known && found is null)
            {
                var other = change ?? (at is null ? UsualChangeMinutes : -UsualChangeMinutes);
                if (IsOther(at, At(report, known + other), last, change))
                {
                    (found, offset, at) = (other, known + other, At(report, known + other));
                }
            }

            times[i] = at;
            last = at > last || last is null ? at ?? last : last;
        }

        return (times, found);
    }

    private static DateTimeOffset? At(BacklogReport report, int? offset) =>
        ReportClock.Resolve(report.Own, report.ReceivedAt, offset, isBacklog: true);

    private static bool IsOther(DateTimeOffset? at, DateTimeOffset? other, DateTimeOffset? last, int? change) => (at, other) switch
    {
        (_, null) => false,
        (null, _) => !(other < last),
        // Back by about an hour: the hour comes a second time.
        _ when at < last => last - at >= LeastChange && other >= last && change is null or < 0,
        // An hour was left out, which a live report after it confirms.
        _ => change > 0 && at - last >= TimeSpan.FromMinutes(change.Value) && other >= last,
    };
}

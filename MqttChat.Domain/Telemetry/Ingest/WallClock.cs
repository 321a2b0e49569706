namespace MqttChat.Domain.Telemetry.Ingest;

/// <summary>
/// Reads a backlog's local times across a change of the clock: at the end of summer time the same hour comes twice, and the
/// order of delivery tells which one it is; at its beginning an hour is left out. Pure.
/// </summary>
internal static class WallClock
{
    // A correction is shorter; no zone changes by less than half an hour.
    private static readonly TimeSpan LeastChange = TimeSpan.FromMinutes(25);
    private const int UsualChangeMinutes = 60;
    private const int LargestChangeMinutes = 120;

    /// <summary>Whether a time that follows the last one may be on the other side of a change.</summary>
    public static bool MayHaveChanged(DateTimeOffset at, DateTimeOffset? last) => (at - last)?.Duration() >= LeastChange;

    /// <inheritdoc cref="BacklogTimes.Of"/>
    public static DateTimeOffset?[] Resolve(IReadOnlyList<BacklogReport> reports, DateTimeOffset? last, int? before, int? after)
    {
        var change = before is { } was && after is { } isNow && Math.Abs(isNow - was) is > 0 and <= LargestChangeMinutes ? isNow - was : (int?)null;
        if (before is null || change is null && before != after && after is not null)
        {
            before = after;
        }

        return Walk(reports, last, before, change);
    }

    private static DateTimeOffset?[] Walk(IReadOnlyList<BacklogReport> reports, DateTimeOffset? last, int? offset, int? change)
    {
        var times = new DateTimeOffset?[reports.Count];
        var changed = false;
        for (var i = 0; i < reports.Count; i++)
        {
            var report = reports[i];
            var at = At(report, offset);
            if (report.Own is { HasZone: false } && offset is { } known && !changed)
            {
                var changedOffset = known + (change ?? (at is null ? UsualChangeMinutes : -UsualChangeMinutes));
                var other = At(report, changedOffset);
                changed = IsOther(at, other, last, change);
                (offset, at) = changed ? (changedOffset, other) : (offset, at);
            }

            times[i] = at;
            last = at > last || last is null ? at ?? last : last;
        }

        return times;
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

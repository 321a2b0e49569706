using MqttChat.Domain.Devices;
using MqttChat.Domain.Devices.Formats;

namespace MqttChat.Domain.Telemetry;

/// <summary>When a report was measured, as well as can be told (<c>DESIGN.md</c>, "Time of a sample"). Pure.</summary>
public static class ReportClock
{
    /// <summary>A report's own time is not believed when it is older than this.</summary>
    public static readonly TimeSpan OldestBelieved = TimeSpan.FromDays(7);

    /// <summary>A report's own time is not believed when it is further ahead than this.</summary>
    public static readonly TimeSpan FurthestAhead = TimeSpan.FromMinutes(5);

    /// <summary>A live report was measured at most so long before its receipt: a clock that says more is behind.</summary>
    public static readonly TimeSpan LongestLiveDelay = PlugClock.LargestDeviation;

    /// <summary>
    /// The time of a sample, never later than its receipt. Null is a report of a backlog that carries no time to believe:
    /// the receipt says nothing there, the whole backlog must be known first.
    /// </summary>
    /// <param name="time">The report's own time, if it carries one.</param>
    /// <param name="receivedAt">The receipt.</param>
    /// <param name="offsetMinutes">Minutes to add to UTC to get the plug's own clock; null when not known.</param>
    /// <param name="isBacklog">It waited at the broker while nobody took it.</param>
    public static DateTimeOffset? Resolve(ReportTime? time, DateTimeOffset receivedAt, int? offsetMinutes, bool isBacklog)
    {
        if (time is { } own && (own.HasZone || offsetMinutes is not null))
        {
            // Differences, not dates: the first and last days of the calendar must not overflow.
            var ahead = own.Clock - receivedAt - (own.HasZone ? TimeSpan.Zero : TimeSpan.FromMinutes(offsetMinutes!.Value));
            if (ahead <= FurthestAhead && ahead >= -(isBacklog ? OldestBelieved : LongestLiveDelay))
            {
                return ahead > TimeSpan.Zero ? receivedAt : receivedAt + ahead;
            }
        }

        return isBacklog ? null : receivedAt;
    }

    /// <summary>
    /// The time of a live report of a plug that was heard before: what is said now follows what was said, so the receipt counts
    /// where the report's own time would put it before that.
    /// </summary>
    /// <param name="at">What <see cref="Resolve"/> made of it.</param>
    /// <param name="receivedAt">The receipt.</param>
    /// <param name="last">The newest time that the plug's readings have.</param>
    public static DateTimeOffset AfterLast(DateTimeOffset at, DateTimeOffset receivedAt, DateTimeOffset? last) => at < last ? receivedAt : at;

    /// <inheritdoc cref="PlugClock.LearnOffset"/>
    public static int? LearnOffset(ReportTime time, DateTimeOffset receivedAt) => PlugClock.LearnOffset(time, receivedAt);
}

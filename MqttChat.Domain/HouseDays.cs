namespace MqttChat.Domain;

/// <summary>The house's days: from midnight to midnight in its own time zone, which may be 23 to 25 hours, or begin at half past an hour of UTC.</summary>
public sealed class HouseDays(TimeZoneInfo zone)
{
    /// <summary>The house's time zone.</summary>
    public TimeZoneInfo Zone { get; } = zone;

    /// <summary>The day that a moment lies in.</summary>
    public DateOnly DayOf(DateTimeOffset at) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, Zone).DateTime);

    /// <summary>When a day begins, in UTC. It ends where the next one begins.</summary>
    public DateTimeOffset BeginningOf(DateOnly day) => At(day.ToDateTime(TimeOnly.MinValue));

    /// <summary>The same time by the clock on the wall, a day earlier; never before that day began, nor after it ended.</summary>
    public DateTimeOffset DayBefore(DateTimeOffset at) => At(TimeZoneInfo.ConvertTime(at, Zone).DateTime.AddDays(-1));

    // A time that the clock shows twice is its first; one that it leaps over is the first that it shows after.
    private DateTimeOffset At(DateTime local)
    {
        while (Zone.IsInvalidTime(local))
        {
            local = local.AddTicks(TimeSpan.TicksPerMinute - (local.Ticks % TimeSpan.TicksPerMinute));
        }

        var offset = Zone.IsAmbiguousTime(local) ? Zone.GetAmbiguousTimeOffsets(local).Max() : Zone.GetUtcOffset(local);
        return new DateTimeOffset(local.Ticks - offset.Ticks, TimeSpan.Zero);
    }
}

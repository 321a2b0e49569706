namespace MqttChat.Domain;

/// <summary>The house's days: from midnight to midnight in its own time zone, which may be 23 to 25 hours, or begin at half past an hour of UTC.</summary>
public sealed class HouseDays(Func<TimeZoneInfo> zone)
{
    /// <summary>The days of a house that never moves.</summary>
    public HouseDays(TimeZoneInfo zone)
        : this(() => zone)
    {
    }

    /// <summary>The house's time zone, as it is now.</summary>
    public TimeZoneInfo Zone => zone();

    /// <summary>The day that a moment lies in.</summary>
    public DateOnly DayOf(DateTimeOffset at) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, Zone).DateTime);

    /// <summary>When a day begins, in UTC. It ends where the next one begins.</summary>
    public DateTimeOffset BeginningOf(DateOnly day) => At(Zone, day.ToDateTime(TimeOnly.MinValue));

    /// <summary>The same time by the clock on the wall, a day earlier; never before that day began, nor after it ended.</summary>
    public DateTimeOffset DayBefore(DateTimeOffset at) => At(Zone, TimeZoneInfo.ConvertTime(at, Zone).DateTime.AddDays(-1));

    // A time that the clock shows twice is its first; one that it leaps over is the first that it shows after.
    private static DateTimeOffset At(TimeZoneInfo zone, DateTime local)
    {
        while (zone.IsInvalidTime(local))
        {
            local = local.AddTicks(TimeSpan.TicksPerMinute - (local.Ticks % TimeSpan.TicksPerMinute));
        }

        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local.Ticks - offset.Ticks, TimeSpan.Zero);
    }
}

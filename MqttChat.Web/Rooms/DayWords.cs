using System.Globalization;
using Microsoft.Extensions.Localization;

namespace MqttChat.Web.Rooms;

/// <summary>Days as people say them: today, yesterday, the name of a day of the past week, and a date further back.</summary>
internal static class DayWords
{
    private const int Week = 7;

    private static string DayAndMonth => CultureInfo.CurrentCulture.DateTimeFormat.MonthDayPattern.Replace("MMMM", "MMM", StringComparison.Ordinal);

    /// <summary>How many days ago, within the past week; null for a day that has only its date, also one that is still to come.</summary>
    public static int? Ago(DateOnly day, DateOnly today) => today.DayNumber - day.DayNumber is >= 0 and < Week and var ago ? ago : null;

    /// <summary>The day in the language of the thread; its date in <paramref name="format"/> where it has no name.</summary>
    public static string Of(DateOnly day, int? ago, string format, IStringLocalizer words) => ago switch
    {
        0 => words["Today"],
        1 => words["Yesterday"],
        not null => day.ToString("dddd", CultureInfo.CurrentCulture),
        null => day.ToString(format, CultureInfo.CurrentCulture),
    };

    /// <summary>For a list: the time on the day itself, later the day.</summary>
    public static string Short(DateTimeOffset local, DateOnly today, IStringLocalizer words)
    {
        var day = DateOnly.FromDateTime(local.DateTime);
        return Ago(day, today) is { } ago && ago > 0
            ? Of(day, ago, "d", words)
            : local.ToString(day == today ? "t" : day.Year == today.Year ? DayAndMonth : "d", CultureInfo.CurrentCulture);
    }

    /// <summary>The date there now.</summary>
    public static DateOnly Today(TimeProvider clock, TimeZoneInfo zone) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(clock.GetUtcNow(), zone).DateTime);
}

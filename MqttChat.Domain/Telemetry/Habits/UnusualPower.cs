namespace MqttChat.Domain.Telemetry.Habits;

/// <summary>Why a plug is on that should perhaps not be.</summary>
public enum UnusualKind
{
    /// <summary>On for hours, at a time at which it hardly ever is.</summary>
    UsuallyOff,
    /// <summary>On much longer than it ever is.</summary>
    Longer,
    /// <summary>Always on, but drawing much more than it does at this time of day.</summary>
    More,
}

/// <summary>A plug that is on and perhaps should not be.</summary>
/// <param name="PlugId">Which plug.</param>
/// <param name="Kind">Why.</param>
/// <param name="OnFor">For how long it has been on.</param>
/// <param name="UsualOnFor">With <see cref="UnusualKind.Longer"/>: what it hardly ever exceeds.</param>
/// <param name="Watts">What it draws: now, or as the mean of its last minutes where it goes on and off by itself.</param>
/// <param name="UsualWatts">With <see cref="UnusualKind.More"/>: what it draws at this time on a usual day.</param>
public sealed record UnusualPlug(int PlugId, UnusualKind Kind, TimeSpan OnFor, TimeSpan UsualOnFor, double Watts, double UsualWatts);

/// <summary>
/// "What is on that shouldn't be?", by nothing but the plug's own past: hours of the last four weeks. Pure. A rule errs towards
/// silence: a kettle at midnight is nobody's business, a heater since the morning is.
/// </summary>
internal static class UnusualPower
{
    private const int FewestRuns = 5;
    private const double HardlyEver = 0.2;
    private const double MuchMore = 1.6;
    private const double WorthTelling = 30;
    private static readonly TimeSpan LongEnough = TimeSpan.FromHours(2);

    /// <summary>The plug, if it is unusual; null also while too little is known of it.</summary>
    public static UnusualPlug? Of(int plugId, PlugHabit habit, double? wattsNow, bool? isOn, DateTimeOffset now)
    {
        var watts = Math.Max(wattsNow ?? 0, habit.RecentWatts ?? 0);
        if (isOn == false || watts <= habit.OnAbove || habit.KnownDays < PlugHabit.FewestDays)
        {
            return null;
        }

        var onFor = now - (habit.OnSince(now) ?? now);
        var hours = (int)Math.Ceiling(onFor.TotalHours);
        if (habit.AlwaysOn)
        {
            return DrawsMore(habit) is { } usual ? new(plugId, UnusualKind.More, onFor, default, watts, usual) : null;
        }

        if (onFor < LongEnough)
        {
            return null;
        }

        return IsUsuallyOff(habit, hours) ? new(plugId, UnusualKind.UsuallyOff, onFor, default, watts, 0)
            : LongestUsual(habit, hours) is { } longest && onFor > 2 * longest ? new(plugId, UnusualKind.Longer, onFor, longest, watts, 0)
            : null;
    }

    private static bool IsUsuallyOff(PlugHabit habit, int hours)
    {
        var days = habit.AtThisHour(hours + 1).ToList();
        var on = days.Where(day => day.Watts > habit.OnAbove).ToList();

        // What is done every Saturday is done on a seventh of the days.
        return days.Count >= PlugHabit.FewestDays && on.Count <= HardlyEver * days.Count && on.Count(day => day.DaysAgo % 7 == 0) < 2;
    }

    private static TimeSpan? LongestUsual(PlugHabit habit, int hours)
    {
        double[] runs = [.. habit.RunsBefore(hours + 1).Select(run => (double)run).Order()];
        return runs.Length < FewestRuns ? null : TimeSpan.FromHours(PlugHabit.Quantile(runs, 0.9));
    }

    private static double? DrawsMore(PlugHabit habit)
    {
        double[] days = [.. habit.AtThisHour(2).Select(day => day.Watts).Order()];
        var most = PlugHabit.Quantile(days, 0.95);
        var lately = Math.Min(habit.HoursAgo(0) ?? 0, habit.HoursAgo(1) ?? 0);
        return days.Length >= PlugHabit.FewestDays && lately > MuchMore * most && lately - most > WorthTelling
            ? PlugHabit.Quantile(days, 0.5) : null;
    }
}

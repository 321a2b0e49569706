namespace MqttChat.Web.Demo.Loads;

/// <summary>On which days somebody does something.</summary>
internal enum Days
{
    All,
    Workdays,
    Weekend,
}

/// <summary>What people do with an appliance at about the same time of most days.</summary>
/// <param name="Seed">Tells habits apart; each has its own chances.</param>
/// <param name="At">When, in minutes of the day.</param>
/// <param name="Spread">Up to how many minutes earlier or later.</param>
/// <param name="Length">For how many minutes.</param>
/// <param name="Chance">On how many days of all that come into question, 0 to 1.</param>
/// <param name="On">Which days come into question.</param>
internal sealed record Habit(int Seed, double At, double Spread, double Length, double Chance = 1, Days On = Days.All)
{
    /// <summary>Minutes since it began; null while it is not done. It may reach into the next day.</summary>
    public double? MinutesInto(DateTime local) => MinutesInto(local, local.Date) ?? MinutesInto(local, local.Date.AddDays(-1));

    private double? MinutesInto(DateTime local, DateTime day)
    {
        var number = day.Ticks / TimeSpan.TicksPerDay;
        if (!IsDay(day.DayOfWeek) || Loads.Chance.Of(Seed, number) >= Chance)
        {
            return null;
        }

        var begun = At + (Spread * ((2 * Loads.Chance.Of(Seed + 1, number)) - 1));
        var into = (local - day).TotalMinutes - begun;
        return into >= 0 && into < Length ? into : null;
    }

    private bool IsDay(DayOfWeek day) => On == Days.All || (On == Days.Weekend) == (day is DayOfWeek.Saturday or DayOfWeek.Sunday);
}

/// <summary>Uses of one appliance: its habits, and single ones.</summary>
internal sealed class Uses(IReadOnlyList<Habit> habits, IReadOnlyList<Use> single)
{
    // Whoever uses it now did not use it just before: both together would be one long use, as of somebody who forgot it.
    private static readonly TimeSpan Rest = TimeSpan.FromHours(2);

    /// <summary>Minutes into the use that runs; null when none does.</summary>
    public double? MinutesInto(DateTime local)
    {
        foreach (var use in single)
        {
            if (local >= use.From && local < use.From + use.Length)
            {
                return (local - use.From).TotalMinutes;
            }

            if (local >= use.From - Rest && local < use.From)
            {
                return null;
            }
        }

        foreach (var habit in habits)
        {
            if (habit.MinutesInto(local) is { } into)
            {
                return into;
            }
        }

        return null;
    }
}

/// <summary>One use, on the house's wall clock.</summary>
internal readonly record struct Use(DateTime From, TimeSpan Length);

using MqttChat.Domain.Telemetry.Ingest;

namespace MqttChat.Domain.Telemetry.Habits;

/// <summary>
/// What a plug drew hour by hour in the last weeks and by five minutes of late, and what follows for "it is on": drawing more than a
/// tenth of what it draws when it is busy, and more than any standby. Immutable.
/// </summary>
internal sealed class PlugHabit
{
    /// <summary>How many days make a habit.</summary>
    public const int DaysKnown = 28;

    /// <summary>With fewer days there is no opinion.</summary>
    public const int FewestDays = 7;

    private const int HoursADay = 24;
    private const double BusyShare = 0.1;
    private const double Standby = 5;

    /// <summary>How far back five minutes are told apart.</summary>
    public static readonly TimeSpan Lately = TimeSpan.FromHours(24);

    /// <summary>Two uses an hour apart are two; a heater that rests by its thermostat is on all the time.</summary>
    private static readonly TimeSpan Break = TimeSpan.FromMinutes(20);

    // Kept for every plug of a house: 2.7 KB each. NaN where nothing was heard.
    private readonly float[] _watts;
    private readonly DateTimeOffset? _onSinceLately;

    /// <param name="watts">Mean watts of the full hours, oldest first; the last one ended at <see cref="End"/>. Null where nothing was heard.</param>
    /// <param name="now">When it was read.</param>
    /// <param name="lately">Mean watts of <see cref="Lately"/> up to now by five minutes, oldest first; those of which nothing was heard are left out.</param>
    public PlugHabit(double?[] watts, DateTimeOffset now, IReadOnlyList<(DateTimeOffset At, double Watts)> lately)
    {
        (_watts, End) = (Array.ConvertAll(watts, mean => (float)(mean ?? double.NaN)), RollupTable.HourOf(now));
        var sorted = watts.OfType<double>().Order().ToArray();
        OnAbove = Math.Max(Standby, BusyShare * Quantile(sorted, 0.98));
        KnownDays = sorted.Length / HoursADay;
        AlwaysOn = sorted.Length > 0 && sorted.Count(one => one > OnAbove) >= 0.9 * sorted.Length;
        RecentWatts = lately.Where(one => one.At >= now - Break).Select(one => (double?)one.Watts).Average();
        _onSinceLately = StartOf(lately);
    }

    /// <summary>The beginning of the hour that runs; all before it is told by hours.</summary>
    public DateTimeOffset End { get; }

    /// <summary>The mean of the last twenty minutes; null when nothing was heard.</summary>
    public double? RecentWatts { get; }

    /// <summary>Above so many watts it is on.</summary>
    public double OnAbove { get; }

    /// <summary>How many days' worth of hours are known.</summary>
    public int KnownDays { get; }

    /// <summary>It is hardly ever off, as a fridge or a router.</summary>
    public bool AlwaysOn { get; }

    /// <summary>The mean of a full hour, counted back from the newest (0); null when it is not known.</summary>
    public double? HoursAgo(int hours) => hours >= 0 && hours < _watts.Length && _watts[^(hours + 1)] is var mean && !float.IsNaN(mean) ? mean : null;

    public bool IsOn(int hoursAgo) => HoursAgo(hoursAgo) > OnAbove;

    /// <summary>Since when it has been on without a break; null when it is off. To five minutes within a day, to the hour beyond it.</summary>
    public DateTimeOffset? OnSince(DateTimeOffset now)
    {
        if (_onSinceLately is not { } since || now - since < Lately - Break)
        {
            return _onSinceLately;
        }

        var hours = End.AddHours(-Enumerable.Range(0, _watts.Length).TakeWhile(IsOn).Count());
        return hours < since ? hours : since;
    }

    /// <summary>How long it was on each time before the newest <paramref name="skipped"/> hours, in hours that it was on within.</summary>
    public List<int> RunsBefore(int skipped)
    {
        var runs = new List<int>();
        var length = 0;
        for (var ago = _watts.Length - 1; ago >= skipped; ago--)
        {
            if (IsOn(ago))
            {
                length++;
            }
            else if (length > 0)
            {
                runs.Add(length);
                length = 0;
            }
        }

        return runs;
    }

    /// <summary>
    /// For each of the last days before the newest <paramref name="skipped"/> hours: the hour that runs now and its two neighbours, largest
    /// first to be kind; by how many days ago. Days of which nothing is known are left out.
    /// </summary>
    public IEnumerable<(int DaysAgo, double Watts)> AtThisHour(int skipped)
    {
        for (var day = 1; day <= DaysKnown; day++)
        {
            // The hour that runs is -1 hours ago; its neighbours a day ago are 22 and 24.
            var at = (day * HoursADay) - 1;
            var known = new[] { HoursAgo(at - 1), HoursAgo(at), HoursAgo(at + 1) }.OfType<double>().ToArray();
            if (known.Length > 0 && at - 1 >= skipped)
            {
                yield return (day, known.Max());
            }
        }
    }

    // What nobody heard of is no break.
    private DateTimeOffset? StartOf(IReadOnlyList<(DateTimeOffset At, double Watts)> lately)
    {
        var (start, later) = ((DateTimeOffset?)null, lately.Count == 0 ? default : lately[^1].At);
        for (var i = lately.Count - 1; i >= 0; i--)
        {
            var goesOn = later - lately[i].At <= Break || lately[i + 1].Watts > OnAbove;
            if (lately[i].Watts > OnAbove && goesOn)
            {
                start = later = lately[i].At;
            }
            else if (!goesOn)
            {
                break;
            }
        }

        return start;
    }

    /// <summary>A value that so large a share of the sorted ones does not exceed; 0 when there are none.</summary>
    public static double Quantile(double[] sorted, double share) =>
        sorted.Length == 0 ? 0 : sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))];
}

using System.Text.Json.Serialization;

namespace MqttChat.Domain.Telemetry.Counting;

/// <summary>One run of counter values that follow from each other.</summary>
/// <param name="Value">The highest value, in kWh.</param>
/// <param name="Ticks">UTC ticks of the newest value.</param>
/// <param name="Witness">The integral over power (kWh) when the value last changed.</param>
public sealed record CounterLevel(
    [property: JsonPropertyName("v")] double Value,
    [property: JsonPropertyName("t")] long Ticks,
    [property: JsonPropertyName("e")] double Witness);

/// <summary>What the second level of an account is.</summary>
public enum OtherLevel
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>A value that cannot follow; the next readings decide.</summary>
    Held,

    /// <summary>A value that was found false; should it go on by itself, two counters speak.</summary>
    False,

    /// <summary>Where the account stood before it took a new level; should it go on there, the new level was false.</summary>
    Former,

    /// <summary>A second counter on the same channel.</summary>
    Second,
}

/// <summary>A break in a counter. A later one of the same time takes its place: the readings after it told more.</summary>
/// <param name="Kind">What it was.</param>
/// <param name="At">The first reading that did not follow.</param>
/// <param name="FromKilowattHours">The counter before it.</param>
/// <param name="ToKilowattHours">That reading's counter.</param>
public readonly record struct EnergyBreak(MeterResetKind Kind, DateTimeOffset At, double FromKilowattHours, double ToKilowattHours);

/// <summary>One value of the counter with what is known around it.</summary>
/// <param name="Value">The counter in kWh.</param>
/// <param name="Ticks">UTC ticks of the reading.</param>
/// <param name="Watts">The larger power of this reading and the one before it; null when the channel tells none.</param>
/// <param name="IsExport">One of these two powers is negative.</param>
/// <param name="Witness">The integral over power so far, in kWh.</param>
/// <param name="LimitWatts">The most the channel can draw: its limit, or more if two powers in a row say so.</param>
/// <param name="Digit">The last digit that the counter tells, in kWh.</param>
internal readonly record struct CounterValue(
    double Value, long Ticks, double? Watts, bool IsExport, double Witness, double LimitWatts, double Digit)
{
    private const double TremblingDigits = 2.1;
    private const double MostTrembling = 0.25;

    // Times of readings are good to some seconds.
    private const double TimeSlackSeconds = 10;
    private const double WithoutWitnessHours = 24;

    public double Trembling => Math.Min(Digit * TremblingDigits, MostTrembling);

    public CounterLevel Level => new(Value, Ticks, Witness);

    /// <summary>The most that may have been consumed since a level's last value.</summary>
    public double MostSince(CounterLevel level)
    {
        var byLimit = LimitWatts * (Hours(level) + (TimeSlackSeconds / 3600)) / 1000;
        if (Watts is null)
        {
            byLimit = Math.Max(byLimit, LimitWatts * WithoutWitnessHours / 1000);
        }

        // A coarse counter stands still for hours and then jumps: judged by the power since its last change.
        return Math.Max(byLimit, 2 * WitnessSince(level)) + (1.5 * Math.Min(Digit, 1));
    }

    /// <summary>The value may follow the level's last one.</summary>
    public bool Follows(CounterLevel level) => Value >= level.Value - Trembling && Value - level.Value <= MostSince(level);

    /// <summary>A counter that runs back while power flows out.</summary>
    public bool FollowsByExport(CounterLevel level) => IsExport && Value < level.Value && level.Value - Value <= MostSince(level);

    /// <summary>Whether the power makes this level the likelier one.</summary>
    public bool IsNearerTo(CounterLevel level, CounterLevel other) =>
        Watts is not null && Math.Abs(Value - level.Value - WitnessSince(level)) < Math.Abs(Value - other.Value - WitnessSince(other));

    /// <summary>A counter that began at zero after the level's last value can stand here by now.</summary>
    public bool CanHaveBegunSince(CounterLevel level) => Watts is { } watts
        ? Value <= (1.5 * watts * Hours(level) / 1000) + (3 * Math.Min(Digit, 0.01))
        : Value < level.Value * 0.9 && Value <= MostSince(level);

    /// <summary>Without a witness: a value after a zero that can only be the old counter's.</summary>
    public bool IsOldCounterAfterZero(CounterLevel level)
    {
        var possible = LimitWatts * Hours(level) / 1000;
        return Watts is not null || Value <= level.Value * 1.1 || (Value > possible && Value - level.Value <= possible);
    }

    public double Hours(CounterLevel level) => Math.Max(0, Ticks - level.Ticks) / (double)TimeSpan.TicksPerHour;

    private double WitnessSince(CounterLevel level) => Witness - level.Witness;
}

namespace MqttChat.Domain.Telemetry;

/// <summary>A reading as the energy account sees it.</summary>
/// <param name="At">When it was measured.</param>
/// <param name="ActivePowerWatts">Watts, or null.</param>
/// <param name="EnergyKilowattHours">The counter in kWh, or null.</param>
public readonly record struct MeterReading(DateTimeOffset At, double? ActivePowerWatts, double? EnergyKilowattHours);

/// <summary>What one reading adds: consumed evenly between <paramref name="From"/> and <paramref name="To"/>.</summary>
public readonly record struct EnergyStep(DateTimeOffset From, DateTimeOffset To, double KilowattHours);

/// <summary>What a fold step came to: the account after it, the energy it adds (if any), the break it found (if any).</summary>
/// <param name="Account">The account after the reading.</param>
/// <param name="Step">The energy that the reading adds; never negative.</param>
/// <param name="Break">The break that the reading showed.</param>
/// <param name="BreakFromKilowattHours">With a break: the counter before it, in kWh (the reading itself is the counter after).</param>
public readonly record struct EnergyResult(
    EnergyAccount Account, EnergyStep? Step, MeterResetKind? Break, double BreakFromKilowattHours = 0);

/// <summary>
/// How much energy a channel consumed, as a pure fold over its readings in order of time; ingest and recomputation both use
/// it. Immutable; serialises to JSON of at most 2,000 characters.
/// </summary>
public sealed record EnergyAccount
{
    /// <summary>Before the first reading.</summary>
    public static EnergyAccount Empty { get; } = new();

    /// <summary>What was consumed so far, in kWh.</summary>
    public double CountedKilowattHours { get; init; }

    /// <summary>When the newest reading of power or energy was measured; null before the first.</summary>
    public DateTimeOffset? LastReadingAt => throw new NotImplementedException();

    /// <summary>How far apart the channel's readings usually are, at most an hour; null before the second.</summary>
    public TimeSpan? UsualInterval => throw new NotImplementedException();

    /// <summary>The account after a reading; readings come in order of time.</summary>
    /// <param name="reading">The reading.</param>
    /// <param name="limitWatts">The most the channel can draw, in watts (<c>PlugChannel.LimitWatts</c>).</param>
    public EnergyResult Add(MeterReading reading, double limitWatts) => throw new NotImplementedException();

    /// <summary>The state as JSON.</summary>
    public string ToJson() => throw new NotImplementedException();

    /// <summary>The state from JSON; <see cref="Empty"/> from null.</summary>
    public static EnergyAccount FromJson(string? json) => throw new NotImplementedException();
}

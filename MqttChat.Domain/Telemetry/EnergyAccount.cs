using System.Text.Json;
using System.Text.Json.Serialization;

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
/// <remarks>
/// A channel with a counter follows Home Assistant's <c>total_increasing</c> (a fall below nine tenths is a reset), with two
/// guards of our own: a step larger than the channel can draw is another meter, and a zero between two values of one
/// counter is a hiccup. A channel without a counter is integrated from its power.
/// </remarks>
public sealed partial record EnergyAccount
{
    private const double DipRatio = 0.9;
    private const double HiccupRatio = 1.1;
    private const double WattHoursInKilowattHour = 1000;
    private static readonly TimeSpan ShortestLimitGap = TimeSpan.FromHours(24);

    /// <summary>Before the first reading.</summary>
    public static EnergyAccount Empty { get; } = new();

    /// <summary>What was consumed so far, in kWh.</summary>
    [JsonPropertyName("c")]
    public double CountedKilowattHours { get; init; }

    /// <summary>When the newest reading of power or energy was measured; null before the first.</summary>
    [JsonIgnore]
    public DateTimeOffset? LastReadingAt => AtOrNull(LastTicks);

    /// <summary>The highest value of the running counter: what the next one is compared with.</summary>
    [JsonInclude, JsonPropertyName("h")]
    internal double? High { get; init; }

    /// <summary>UTC ticks of the last value of the counter, dips included.</summary>
    [JsonInclude, JsonPropertyName("ct")]
    internal long CounterTicks { get; init; }

    /// <summary>The counter before it showed zero, until the next value tells a hiccup from a reset.</summary>
    [JsonInclude, JsonPropertyName("z")]
    internal double? BeforeZero { get; init; }

    /// <summary>UTC ticks of the last value before the zero.</summary>
    [JsonInclude, JsonPropertyName("zt")]
    internal long BeforeZeroTicks { get; init; }

    /// <summary>UTC ticks of the newest reading.</summary>
    [JsonInclude, JsonPropertyName("t")]
    internal long LastTicks { get; init; }

    /// <summary>The account after a reading; readings come in order of time.</summary>
    /// <param name="reading">The reading. Values that are not finite, and negative counters, are skipped.</param>
    /// <param name="limitWatts">The most the channel can draw, in watts (<c>PlugChannel.LimitWatts</c>).</param>
    /// <returns>A step may begin and end at the same moment: then all of it belongs there.</returns>
    public EnergyResult Add(MeterReading reading, double limitWatts)
    {
        var watts = reading.ActivePowerWatts is { } power && double.IsFinite(power) ? power : (double?)null;
        var counter = reading.EnergyKilowattHours is { } energy && double.IsFinite(energy) && energy >= 0 ? energy : (double?)null;
        if (watts is null && counter is null)
        {
            return new(this, null, null);
        }

        var ticks = reading.At.UtcTicks;
        var (account, step) = High is null ? Integrate(watts, ticks, limitWatts) : (this, null);
        account = account.LearnInterval(ticks);
        return counter is { } value ? account.Count(value, ticks, limitWatts, step) : new(account, step, null);
    }

    /// <summary>The state as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, EnergyAccountJson.Default.EnergyAccount);

    /// <summary>The state from JSON; <see cref="Empty"/> from null.</summary>
    public static EnergyAccount FromJson(string? json) =>
        json is null ? Empty : JsonSerializer.Deserialize(json, EnergyAccountJson.Default.EnergyAccount) ?? Empty;

    private static DateTimeOffset? AtOrNull(long ticks) => ticks == 0 ? null : new DateTimeOffset(ticks, TimeSpan.Zero);

    // The integral up to a channel's first counter value is kept: the counter says nothing of the time before.
    private EnergyResult Count(double value, long ticks, double limitWatts, EnergyStep? integrated)
    {
        if (High is not { } high)
        {
            return new(this with { High = value, CounterTicks = ticks, Watts = null }, integrated, null);
        }

        if (BeforeZero is { } before)
        {
            return value == 0 ? new(this with { CounterTicks = ticks }, null, null) : CountAfterZero(value, before, ticks, limitWatts);
        }

        if (value >= high)
        {
            return Step(value - high, value, CounterTicks, ticks, limitWatts, null, high);
        }

        if (value >= high * DipRatio)
        {
            return new(this with { CounterTicks = ticks }, null, null);
        }

        // Whether a zero is a reset or a hiccup only the value after it tells.
        return value == 0
            ? new(this with { High = 0, BeforeZero = high, BeforeZeroTicks = CounterTicks, CounterTicks = ticks }, null, null)
            : Step(value, value, CounterTicks, ticks, limitWatts, MeterResetKind.Reset, high);
    }

    private EnergyResult CountAfterZero(double value, double before, long ticks, double limitWatts)
    {
        var possible = KilowattHours(limitWatts, TimeSpan.FromTicks(Math.Max(0, ticks - BeforeZeroTicks)));
        var continued = this with { BeforeZero = null, BeforeZeroTicks = 0 };
        if (value >= before && (value <= before * HiccupRatio || (value > possible && value - before <= possible)))
        {
            return continued.Step(value - before, value, BeforeZeroTicks, ticks, limitWatts, null, before);
        }

        // A counter that comes back from flash a little lower: more than can have been consumed since, so no new start.
        if (value < before && value >= before * DipRatio && value > possible)
        {
            return new(continued with { High = before, CounterTicks = ticks }, null, null);
        }

        return continued.Step(value, value, CounterTicks, ticks, limitWatts, MeterResetKind.Reset, before);
    }

    private EnergyResult Step(
        double added, double high, long fromTicks, long ticks, double limitWatts, MeterResetKind? found, double before)
    {
        var account = this with { High = high, CounterTicks = ticks };
        if (added > MostInOneStep(limitWatts, ticks - fromTicks))
        {
            return new(account, null, MeterResetKind.Replaced, before);
        }

        return added > 0
            ? new(account with { CountedKilowattHours = CountedKilowattHours + added }, Between(fromTicks, ticks, added), found, before)
            : new(account, null, found, before);
    }

    private static double MostInOneStep(double limitWatts, long gapTicks) =>
        KilowattHours(limitWatts, TimeSpan.FromTicks(Math.Max(gapTicks, ShortestLimitGap.Ticks)));

    private static EnergyStep Between(long fromTicks, long ticks, double kilowattHours) =>
        new(new(Math.Min(fromTicks, ticks), TimeSpan.Zero), new(ticks, TimeSpan.Zero), kilowattHours);

    private static double KilowattHours(double watts, TimeSpan time) => watts * time.TotalHours / WattHoursInKilowattHour;
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(EnergyAccount))]
internal sealed partial class EnergyAccountJson : JsonSerializerContext;

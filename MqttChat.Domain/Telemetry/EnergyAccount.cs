using System.Text.Json;
using System.Text.Json.Serialization;
using MqttChat.Domain.Telemetry.Counting;

namespace MqttChat.Domain.Telemetry;

/// <summary>A reading as the energy account sees it.</summary>
/// <param name="At">When it was measured.</param>
/// <param name="ActivePowerWatts">Watts, or null.</param>
/// <param name="EnergyKilowattHours">The counter in kWh, or null.</param>
public readonly record struct MeterReading(DateTimeOffset At, double? ActivePowerWatts, double? EnergyKilowattHours);

/// <summary>What one reading adds: consumed evenly between <paramref name="From"/> and <paramref name="To"/>.</summary>
public readonly record struct EnergyStep(DateTimeOffset From, DateTimeOffset To, double KilowattHours);

/// <summary>What a fold step came to: the account after it, the energy it adds (if any), the break it decided (if any).</summary>
public readonly record struct EnergyResult(EnergyAccount Account, EnergyStep? Step, EnergyBreak? Break);

/// <summary>
/// How much energy a channel consumed, as a pure fold over its readings in order of time; ingest and recomputation both use
/// it. Immutable; serialises to JSON of at most 2,000 characters, with what is held. The rule is told in <c>docs/energy.md</c>.
/// </summary>
public sealed partial record EnergyAccount
{
    private const double WattHoursInKilowattHour = 1000;

    /// <summary>Before the first reading.</summary>
    public static EnergyAccount Empty { get; } = new();

    /// <summary>What was consumed so far, in kWh.</summary>
    [JsonPropertyName("c")]
    public double CountedKilowattHours { get; init; }

    /// <summary>What a counter that runs back told of export so far, in kWh.</summary>
    [JsonPropertyName("x")]
    public double ExportedKilowattHours { get; init; }

    /// <summary>When the newest reading of power or energy was measured; null before the first.</summary>
    [JsonIgnore]
    public DateTimeOffset? LastReadingAt => AtOrNull(LastTicks);

    /// <summary>No later reading adds a step, or changes a break, that begins before this; null before the first reading.</summary>
    [JsonIgnore]
    public DateTimeOffset? OpenSince
    {
        get
        {
            var ticks = Main?.Ticks ?? WattsTicks;
            if (Other is { } other)
            {
                ticks = Math.Min(ticks, Math.Min(other.Ticks, OtherFirstTicks == 0 ? other.Ticks : OtherFirstTicks));
            }

            return AtOrNull(HeldWattsTicks == 0 ? ticks : Math.Min(ticks, HeldWattsTicks));
        }
    }

    /// <summary>UTC ticks of the newest reading.</summary>
    [JsonInclude, JsonPropertyName("t")]
    internal long LastTicks { get; init; }

    /// <summary>The counter as accounts before version 2 kept it: its highest value, the one before a zero, and the time.</summary>
    [JsonInclude, JsonPropertyName("h")]
    internal double? OlderHigh { get; init; }

    /// <inheritdoc cref="OlderHigh"/>
    [JsonInclude, JsonPropertyName("z")]
    internal double? OlderBeforeZero { get; init; }

    /// <inheritdoc cref="OlderHigh"/>
    [JsonInclude, JsonPropertyName("ct")]
    internal long OlderTicks { get; init; }

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
        var before = KnownWattsAt(ticks);
        var (account, step) = Integrate(watts, ticks, limitWatts);
        account = account.LearnInterval(ticks);
        return counter is { } value
            ? account.Count(account.ValueOf(value, ticks, before, limitWatts), step)
            : new(account, step, null);
    }

    /// <summary>The state as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, EnergyAccountJson.Default.EnergyAccount);

    /// <summary>The state from JSON; <see cref="Empty"/> from null.</summary>
    public static EnergyAccount FromJson(string? json) =>
        json is null ? Empty : (JsonSerializer.Deserialize(json, EnergyAccountJson.Default.EnergyAccount) ?? Empty).Upgraded();

    private EnergyAccount Upgraded() => OlderHigh is not { } high ? this : this with
    {
        Main = Main ?? new(OlderBeforeZero ?? high, OlderTicks, WitnessKilowattHours), OlderHigh = null, OlderBeforeZero = null, OlderTicks = 0,
    };

    private static DateTimeOffset? AtOrNull(long ticks) => ticks == 0 ? null : new DateTimeOffset(ticks, TimeSpan.Zero);

    private static EnergyStep Between(long fromTicks, long ticks, double kilowattHours) =>
        new(new(Math.Min(fromTicks, ticks), TimeSpan.Zero), new(ticks, TimeSpan.Zero), kilowattHours);

    private static double KilowattHours(double watts, TimeSpan time) => watts * time.TotalHours / WattHoursInKilowattHour;
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(EnergyAccount))]
internal sealed partial class EnergyAccountJson : JsonSerializerContext;

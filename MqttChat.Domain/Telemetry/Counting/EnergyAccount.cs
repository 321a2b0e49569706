using System.Text.Json;
using System.Text.Json.Serialization;

namespace MqttChat.Domain.Telemetry.Counting;

/// <summary>
/// How much energy a channel consumed, as a pure fold over its readings in order of time; ingest and recomputation both use
/// it. Immutable; serialises to JSON of at most 2,000 characters.
/// </summary>
/// <remarks>
/// A channel with a counter is counted by <see cref="CounterRule"/> (docs/energy.md says how). A channel without one is integrated
/// from its power.
/// </remarks>
public sealed record EnergyAccount
{
    // Until a usual interval is known: twice Tasmota's default TelePeriod of 300 s.
    private const long FirstBridgeTicks = 10 * TimeSpan.TicksPerMinute;
    // A counter counts on meanwhile: what is only to be judged may be bridged for longer.
    private const long WitnessBridgeTicks = TimeSpan.TicksPerHour;
    private const double WattHoursInKilowattHour = 1000;

    /// <summary>Before the first reading.</summary>
    public static EnergyAccount Empty { get; } = new();

    /// <summary>What was consumed so far, in kWh.</summary>
    [JsonPropertyName("c")]
    public double CountedKilowattHours { get; init; }

    /// <summary>
    /// How much of it the counter of the whole plug counted too, in kWh: the plug's sum has it from there. Null in states of before it was
    /// kept.
    /// </summary>
    [JsonPropertyName("cv")]
    public double? CoveredKilowattHours { get; init; }

    /// <summary>By how much a counter ran backwards while power flowed out, in kWh.</summary>
    [JsonPropertyName("x")]
    public double ExportedKilowattHours { get; init; }

    /// <summary>When the newest reading of power or energy was measured; null before the first.</summary>
    [JsonIgnore]
    public DateTimeOffset? LastReadingAt => LastTicks == 0 ? null : new DateTimeOffset(LastTicks, TimeSpan.Zero);

    /// <summary>How far apart the channel's reports usually are, at most an hour; null before the second.</summary>
    [JsonIgnore]
    public TimeSpan? UsualInterval => Usual.Ticks == 0 ? null : TimeSpan.FromTicks(Usual.Ticks);

    /// <summary>No later reading adds a step that begins before this; null before the first reading.</summary>
    [JsonIgnore]
    public DateTimeOffset? OpenSince =>
        (Base is { } counter ? Math.Min(counter.Ticks, Left?.Base.Ticks ?? long.MaxValue) : WattsTicks) is > 0 and var ticks
            ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <summary>When the counter last said something; null without a counter.</summary>
    [JsonIgnore]
    public DateTimeOffset? CounterAt =>
        Base is { } counter ? new DateTimeOffset(Math.Max(counter.Ticks, Held?.Last.Ticks ?? 0), TimeSpan.Zero) : null;

    /// <summary>What the counter said last, in kWh; null without a counter.</summary>
    [JsonIgnore]
    public double? CounterKilowattHours => Held?.Last.Value ?? Base?.Value;

    /// <summary>Where the counter stands as far as it is believed; null without a counter.</summary>
    [JsonInclude, JsonPropertyName("b")]
    internal CounterPoint? Base { get; init; }

    /// <summary>Readings that do not fit, until the next ones decide.</summary>
    [JsonInclude, JsonPropertyName("hl")]
    internal HeldLevel? Held { get; init; }

    /// <summary>The level before the last break.</summary>
    [JsonInclude, JsonPropertyName("ll")]
    internal LeftLevel? Left { get; init; }

    /// <summary>The last dropped values.</summary>
    [JsonInclude, JsonPropertyName("sl")]
    internal StrayLevel? Stray { get; init; }

    /// <summary>What was counted of a glitch before it was known as one, in kWh: taken off what comes next.</summary>
    [JsonInclude, JsonPropertyName("o")]
    internal double OwedKilowattHours { get; init; }

    /// <summary>The most decimals that the counter showed: its resolution.</summary>
    [JsonInclude, JsonPropertyName("q")]
    internal int Decimals { get; init; }

    [JsonInclude, JsonPropertyName("ui")]
    internal UsualInterval Usual { get; init; }

    /// <summary>UTC ticks of the newest reading.</summary>
    [JsonInclude, JsonPropertyName("t")]
    internal long LastTicks { get; init; }

    /// <summary>The last power that is believed.</summary>
    [JsonInclude, JsonPropertyName("w")]
    internal double? Watts { get; init; }

    /// <summary>UTC ticks of that power.</summary>
    [JsonInclude, JsonPropertyName("wt")]
    internal long WattsTicks { get; init; }

    /// <summary>Whether the last power was more than the channel can draw: a second one like it is believed.</summary>
    [JsonInclude, JsonPropertyName("hw")]
    internal bool PowerIsHeld { get; init; }

    /// <summary>The highest power that is believed: a channel that draws more than its limit says has a larger one.</summary>
    [JsonInclude, JsonPropertyName("p")]
    internal double PeakWatts { get; init; }

    /// <summary>The limit that the last reading was judged by, in watts; 0 in states of before it was kept.</summary>
    [JsonInclude, JsonPropertyName("lw")]
    internal double LimitWatts { get; init; }

    /// <summary>UTC ticks of where it went on from other counters; 0 for never, or where it began anew since.</summary>
    [JsonInclude, JsonPropertyName("gt")]
    internal long ContinuedTicks { get; init; }

    /// <summary>2; states of before it are converted.</summary>
    [JsonInclude, JsonPropertyName("v")]
    internal int Version { get; init; }

    /// <summary>The account after a reading; readings come in order of time.</summary>
    /// <param name="reading">The reading. Values that are not finite, and negative counters, are skipped.</param>
    /// <param name="limitWatts">The most the channel can draw, in watts (<c>PlugChannel.LimitWatts</c>).</param>
    /// <returns>A step may begin and end at the same moment: then all of it belongs there.</returns>
    public EnergyResult Add(MeterReading reading, double limitWatts)
    {
        var told = reading.ActivePowerWatts is { } power && double.IsFinite(power) ? power : (double?)null;
        var counter = CounterRule.IsValue(reading.EnergyKilowattHours) ? reading.EnergyKilowattHours : null;
        if (told is null && counter is null)
        {
            return new(this);
        }

        var ticks = reading.At.UtcTicks;
        var (account, watts) = PowerRule.Believe(this, told, limitWatts);
        var used = account.UsedUntil(watts, ticks, account.Bridge);
        EnergyStep? step = null;
        if (account.Base is null)
        {
            // Kept when a counter follows: its first value says nothing of the time before.
            (account, step) = account.Integrate(used, ticks);
        }
        else
        {
            account = CounterRule.Expect(account, watts is null ? 0 : account.UsedUntil(watts, ticks, WitnessBridgeTicks));
        }

        account = account with
        {
            Version = 2,
            LimitWatts = limitWatts,
            Usual = account.Usual.After(ticks),
            LastTicks = Math.Max(account.LastTicks, ticks),
            Watts = watts ?? account.Watts,
            WattsTicks = watts is null ? account.WattsTicks : ticks,
        };
        var result = counter is { } value ? CounterRule.Count(account, value, ticks, PowerRule.Limit(account, limitWatts)) : new(account);
        return result with { Step = result.Step ?? step, Watts = watts };
    }

    /// <summary>
    /// What was counted stays; the next reading is a new zero point, and of the time before it nothing is counted. What the channel
    /// was seen to draw, and how often it reports, stays known.
    /// </summary>
    public EnergyAccount Anew() => Empty with
    {
        CountedKilowattHours = CountedKilowattHours,
        CoveredKilowattHours = CoveredKilowattHours,
        ExportedKilowattHours = ExportedKilowattHours,
        Usual = Usual with { SinceTicks = 0, Since = 0 },
        LastTicks = LastTicks,
        PeakWatts = PeakWatts,
        LimitWatts = LimitWatts,
        Version = Version,
    };

    /// <summary>
    /// The same, where other counters show what was used before the next reading: that is counted. A little below zero (sums are rounded) it
    /// is owed.
    /// </summary>
    /// <param name="kilowattHours">What they show.</param>
    /// <param name="at">When the next reading was measured.</param>
    /// <returns>The account, and what was added to it, in kWh.</returns>
    public (EnergyAccount Account, double AddedKilowattHours) Continued(double kilowattHours, DateTimeOffset at)
    {
        var added = Math.Max(0, kilowattHours);
        return (Anew() with { CountedKilowattHours = CountedKilowattHours + added, OwedKilowattHours = added - kilowattHours, ContinuedTicks = at.UtcTicks }, added);
    }

    /// <summary>The state as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, EnergyAccountJson.Default.EnergyAccount);

    /// <summary>The state from JSON, also of earlier versions; <see cref="Empty"/> from null.</summary>
    public static EnergyAccount FromJson(string? json) =>
        json is null ? Empty
        : AccountBefore.IsOne(json) ? AccountBefore.Convert(json)
        : JsonSerializer.Deserialize(json, EnergyAccountJson.Default.EnergyAccount) ?? Empty;

    internal static double KilowattHours(double watts, long ticks) => watts * TimeSpan.FromTicks(Math.Max(0, ticks)).TotalHours / WattHoursInKilowattHour;

    internal static EnergyStep Between(long fromTicks, long ticks, double kilowattHours) =>
        new(new(Math.Min(fromTicks, ticks), TimeSpan.Zero), new(ticks, TimeSpan.Zero), kilowattHours);

    private long Bridge => Usual.Ticks == 0 ? FirstBridgeTicks : 2 * Usual.Ticks;

    // What was drawn since the last power, by both; null where nothing may be said of the time between. What flows out is not taken back.
    private double? UsedUntil(double? watts, long ticks, long bridge)
    {
        var gap = ticks - WattsTicks;
        return watts is { } now && Watts is { } before && gap >= 0 && gap <= bridge
            ? KilowattHours((Math.Max(0, before) / 2) + (Math.Max(0, now) / 2), gap)
            : null;
    }

    private (EnergyAccount Account, EnergyStep? Step) Integrate(double? used, long ticks) =>
        used is > 0 and var added
            ? (this with { CountedKilowattHours = CountedKilowattHours + added }, Between(WattsTicks, ticks, added))
            : (this, null);
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(EnergyAccount))]
[JsonSerializable(typeof(AccountBefore))]
internal sealed partial class EnergyAccountJson : JsonSerializerContext;

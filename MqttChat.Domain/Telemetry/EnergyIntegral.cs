using System.Text.Json.Serialization;
using MqttChat.Domain.Telemetry.Counting;

namespace MqttChat.Domain.Telemetry;

/// <content>The integral over power: the count of a channel without a counter, and the witness of one with a counter.</content>
public sealed partial record EnergyAccount
{
    // Until the usual interval is known: twice Tasmota's default TelePeriod of 300 s.
    private const long FirstBridgeTicks = 10 * TimeSpan.TicksPerMinute;
    private const long LongestWitnessTicks = TimeSpan.TicksPerDay;

    /// <summary>How far apart the channel's readings usually are, at most an hour; null before the second.</summary>
    [JsonIgnore]
    public TimeSpan? UsualInterval => UsualGaps.Usual(Gaps);

    /// <summary>The newest gaps between readings, see <see cref="UsualGaps"/>.</summary>
    [JsonInclude, JsonPropertyName("g")]
    internal string? Gaps { get; init; }

    /// <summary>The last power that was believed.</summary>
    [JsonInclude, JsonPropertyName("w")]
    internal double? Watts { get; init; }

    /// <summary>UTC ticks of that power.</summary>
    [JsonInclude, JsonPropertyName("wt")]
    internal long WattsTicks { get; init; }

    /// <summary>A power beyond what the channel can draw, until the next reading decides; null when none is held.</summary>
    [JsonInclude, JsonPropertyName("hw")]
    internal double? HeldWatts { get; init; }

    /// <summary>UTC ticks of that power.</summary>
    [JsonInclude, JsonPropertyName("hwt")]
    internal long HeldWattsTicks { get; init; }

    /// <summary>The integral over all believed power, in kWh; gaps are bridged.</summary>
    [JsonInclude, JsonPropertyName("e")]
    internal double WitnessKilowattHours { get; init; }

    private double? KnownWattsAt(long ticks) => Watts is { } watts && ticks - WattsTicks <= LongestWitnessTicks ? watts : null;

    private (EnergyAccount Account, EnergyStep? Step) Integrate(double? watts, long ticks, double limitWatts)
    {
        if (watts is not { } now)
        {
            return (this, null);
        }

        // Twice in a row, and about the same: then the limit is what is wrong.
        if (Math.Abs(now) > limitWatts && !(Math.Abs(Watts ?? 0) > limitWatts) && !IsNearHeld(now))
        {
            return (this with { HeldWatts = now, HeldWattsTicks = ticks }, null);
        }

        var account = this with { Watts = now, WattsTicks = ticks, HeldWatts = null, HeldWattsTicks = 0 };
        var gap = ticks - WattsTicks;
        if (Watts is not { } before || gap <= 0)
        {
            return (account, null);
        }

        // What flows out is not taken back from what was consumed.
        var mean = (Math.Max(0, before) / 2) + (Math.Max(0, now) / 2);
        var added = KilowattHours(mean, TimeSpan.FromTicks(gap));
        account = account with { WitnessKilowattHours = WitnessKilowattHours + (double.IsFinite(added) ? added : 0) };
        return Main is null && added > 0 && double.IsFinite(added) && gap <= Bridge
            ? (account with { CountedKilowattHours = CountedKilowattHours + added }, Between(WattsTicks, ticks, added))
            : (account, null);
    }

    private bool IsNearHeld(double watts) => HeldWatts is { } held && Math.Abs(watts - held) <= Math.Abs(held) / 2;

    private long Bridge => UsualGaps.Count(Gaps) < 2 ? FirstBridgeTicks : 2 * UsualInterval!.Value.Ticks;

    private EnergyAccount LearnInterval(long ticks)
    {
        var gap = ticks - LastTicks;
        return LastTicks == 0 || gap <= 0
            ? this with { LastTicks = Math.Max(LastTicks, ticks) }
            : this with { LastTicks = ticks, Gaps = UsualGaps.With(Gaps, TimeSpan.FromTicks(gap)) };
    }
}

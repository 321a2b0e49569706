using System.Text.Json.Serialization;

namespace MqttChat.Domain.Telemetry;

/// <content>The integral over power, for a channel without a counter, and the usual interval that bounds its bridges.</content>
public sealed partial record EnergyAccount
{
    // Until a second interval is known: twice Tasmota's default TelePeriod of 300 s.
    private const long FirstBridgeTicks = 10 * TimeSpan.TicksPerMinute;
    private const long LongestUsualTicks = TimeSpan.TicksPerHour;

    // Up quickly and down slowly: a burst of reports at every change of power must not make the regular ones look late, and
    // one outage must not pass for the rule.
    private const double GrowthAtMost = 1.5;
    private const double ShrinkageAtMost = 0.97;

    /// <summary>How far apart the channel's readings usually are, at most an hour; null before the second.</summary>
    [JsonIgnore]
    public TimeSpan? UsualInterval => UsualTicks == 0 ? null : TimeSpan.FromTicks(UsualTicks);

    /// <summary>The usual interval in ticks; 0 before it is known.</summary>
    [JsonInclude, JsonPropertyName("u")]
    internal long UsualTicks { get; init; }

    /// <summary>The last power of a channel without a counter.</summary>
    [JsonInclude, JsonPropertyName("w")]
    internal double? Watts { get; init; }

    /// <summary>UTC ticks of that power.</summary>
    [JsonInclude, JsonPropertyName("wt")]
    internal long WattsTicks { get; init; }

    private (EnergyAccount Account, EnergyStep? Step) Integrate(double? watts, long ticks, double limitWatts)
    {
        if (watts is not { } now)
        {
            return (this, null);
        }

        var account = this with { Watts = now, WattsTicks = ticks };
        var gap = ticks - WattsTicks;
        var bridge = UsualTicks == 0 ? FirstBridgeTicks : 2 * UsualTicks;
        if (Watts is not { } before || gap <= 0 || gap > bridge)
        {
            return (account, null);
        }

        // What flows out is not taken back from what was consumed.
        var mean = (Math.Max(0, before) / 2) + (Math.Max(0, now) / 2);
        var added = KilowattHours(mean, TimeSpan.FromTicks(gap));
        return added > 0 && added <= MostInOneStep(limitWatts, gap)
            ? (account with { CountedKilowattHours = CountedKilowattHours + added }, Between(WattsTicks, ticks, added))
            : (account, null);
    }

    private EnergyAccount LearnInterval(long ticks)
    {
        var gap = ticks - LastTicks;
        if (LastTicks == 0 || gap <= 0)
        {
            return this with { LastTicks = Math.Max(LastTicks, ticks) };
        }

        var usual = UsualTicks == 0 ? gap : Math.Clamp(gap, (long)(UsualTicks * ShrinkageAtMost), (long)(UsualTicks * GrowthAtMost));
        return this with { LastTicks = ticks, UsualTicks = Math.Clamp(usual, 1, LongestUsualTicks) };
    }
}

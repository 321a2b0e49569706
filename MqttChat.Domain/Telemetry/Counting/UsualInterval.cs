using System.Text.Json.Serialization;

namespace MqttChat.Domain.Telemetry.Counting;

/// <summary>
/// How far apart a channel's reports usually are, learnt from them. Reports that come close behind another (a burst at a change of power,
/// the same report on two topics) count as one with it, and one outage does not pass for the rule.
/// </summary>
public readonly record struct UsualInterval
{
    private const long ShortestTicks = 2 * TimeSpan.TicksPerSecond;
    private const long LongestTicks = TimeSpan.TicksPerHour;

    // A report nearer than this share of the usual interval belongs to the one before it.
    private const int BurstShare = 4;
    private const int ManyInABurst = 4;
    private const int FreelyLearnt = 4;
    private const double GrowthAtMost = 1.5;
    private const double GrowthAtFirst = 4;
    private const double ShrinkageAtMost = 0.97;
    private const double ShrinkageOfABurst = 0.7;

    /// <summary>The interval in ticks, at most an hour; 0 before it is known.</summary>
    [JsonPropertyName("u")]
    public long Ticks { get; init; }

    /// <summary>UTC ticks of the report that the next interval is measured from.</summary>
    [JsonPropertyName("a")]
    public long SinceTicks { get; init; }

    /// <summary>Reports since then.</summary>
    [JsonPropertyName("n")]
    public int Since { get; init; }

    /// <summary>How many intervals taught it, as far as that still matters.</summary>
    [JsonPropertyName("k")]
    public int Learnt { get; init; }

    /// <summary>The interval after one more report; reports come in order of time.</summary>
    public UsualInterval After(long ticks)
    {
        if (SinceTicks == 0)
        {
            return this with { SinceTicks = ticks };
        }

        var gap = ticks - SinceTicks;
        if (gap < Math.Max(ShortestTicks, Ticks / BurstShare))
        {
            return this with { Since = Since + 1 };
        }

        return new()
        {
            Ticks = Math.Clamp(Learn(gap), 1, LongestTicks),
            SinceTicks = ticks,
            Learnt = Math.Min(Learnt + 1, FreelyLearnt),
        };
    }

    private long Learn(long gap)
    {
        if (Ticks == 0)
        {
            return gap;
        }

        // Many reports within half of what was usual: they come faster now.
        if (Since >= ManyInABurst && gap < Ticks / 2)
        {
            return Math.Max(gap, (long)(Ticks * ShrinkageOfABurst));
        }

        // Of the first few, the shorter one is right: a gap is an outage sooner than a rule.
        if (Learnt < FreelyLearnt && gap < Ticks)
        {
            return gap;
        }

        return Math.Clamp(gap, (long)(Ticks * ShrinkageAtMost), (long)(Ticks * (Learnt < FreelyLearnt ? GrowthAtFirst : GrowthAtMost)));
    }
}

using MqttChat.Domain.Persistence;
using MqttChat.Domain.Telemetry;
using MqttChat.Web.Mqtt;

namespace MqttChat.Web.Observability;

/// <summary>How urgent something is.</summary>
public enum Urgency
{
    /// <summary>All is well.</summary>
    Good,
    /// <summary>Somebody should look at it some time.</summary>
    Look,
    /// <summary>Something is lost, or people cannot work, until somebody acts.</summary>
    Act,
}

/// <summary>One thing that is not as it should be.</summary>
/// <param name="Urgency">How urgent it is.</param>
/// <param name="Key">Which one; the page has its words.</param>
/// <param name="Number">How many, or how much; null where there is nothing to count.</param>
/// <param name="Since">Since when; null where it is not known.</param>
public sealed record Finding(Urgency Urgency, string Key, long? Number = null, DateTimeOffset? Since = null);

/// <summary>What is judged.</summary>
internal sealed record HealthFacts(DateTimeOffset Now, DateTimeOffset StartedAt, BrokerState Broker)
{
    public bool DatabaseAnswers { get; init; } = true;

    /// <summary>The embedded broker lost its port.</summary>
    public bool BrokerIsSilent { get; init; }

    public int PartitionsWithoutHolder { get; init; }

    public long Waiting { get; init; }

    public TimeSpan Lag { get; init; }

    public CounterSample LastHour { get; init; }

    public StoreSize? Sizes { get; init; }

    public Sweep? Sweep { get; init; }
}

/// <summary>Says what staff should know of a house, the most urgent first. The alert rules of <c>docs/operations.md</c> have the same limits.</summary>
internal static class HouseHealth
{
    public const long ManyWaiting = 5_000;
    public const long LittleSpace = 2L * 1024 * 1024 * 1024;
    public const long NoSpace = 500L * 1024 * 1024;
    public static readonly TimeSpan LongLag = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan FarBehind = TimeSpan.FromMinutes(1);
    public static readonly TimeSpan Starting = TimeSpan.FromSeconds(20);
    public static readonly TimeSpan SweepOverdue = TimeSpan.FromHours(3);

    public static Urgency Worst(IReadOnlyList<Finding> findings) => findings.Count == 0 ? Urgency.Good : findings.Max(finding => finding.Urgency);

    public static IReadOnlyList<Finding> Judge(HealthFacts facts) =>
        [.. Parts(facts).Concat(Counted(facts.LastHour)).Concat(Stores(facts)).OrderByDescending(finding => finding.Urgency)];

    private static IEnumerable<Finding> Parts(HealthFacts facts)
    {
        var starting = facts.Now - facts.StartedAt < Starting;
        if (!facts.DatabaseAnswers)
        {
            yield return new(Urgency.Act, "DatabaseAway");
        }

        if (!facts.Broker.Connected)
        {
            yield return starting ? new(Urgency.Look, "BrokerConnecting") : new(Urgency.Act, "BrokerAway", Since: facts.Broker.Since);
        }

        if (facts.BrokerIsSilent)
        {
            yield return new(Urgency.Act, "BrokerSilent");
        }

        if (facts.PartitionsWithoutHolder > 0 && !starting)
        {
            yield return new(Urgency.Act, "NobodyIngests", facts.PartitionsWithoutHolder);
        }

        if (facts.Lag > FarBehind)
        {
            yield return new(Urgency.Act, "FarBehind", (long)facts.Lag.TotalSeconds);
        }
        else if (facts.Lag > LongLag || facts.Waiting > ManyWaiting)
        {
            yield return new(Urgency.Look, "Behind", facts.Waiting);
        }
    }

    private static IEnumerable<Finding> Counted(CounterSample hour)
    {
        if (hour.Dropped > 0)
        {
            yield return new(Urgency.Act, "Dropped", hour.Dropped);
        }

        if (hour.PostsFailed > 0)
        {
            yield return new(Urgency.Look, "PostsFailed", hour.PostsFailed);
        }

        if (hour.Rejected > 0)
        {
            yield return new(Urgency.Look, "Unreadable", hour.Rejected);
        }

        if (hour.CircuitsRefused > 0)
        {
            yield return new(Urgency.Look, "PagesRefused", hour.CircuitsRefused);
        }
    }

    private static IEnumerable<Finding> Stores(HealthFacts facts)
    {
        if (facts.Sizes?.FreeBytes is < LittleSpace and var free)
        {
            yield return new(free < NoSpace ? Urgency.Act : Urgency.Look, "LittleSpace", free);
        }

        if (facts.Sweep is { Deleted: null } failed)
        {
            yield return new(Urgency.Look, "SweepFailed", Since: failed.At);
        }
        else if (facts.Now - (facts.Sweep?.At ?? facts.StartedAt) > SweepOverdue)
        {
            yield return new(Urgency.Look, "SweepOverdue", Since: facts.Sweep?.At ?? facts.StartedAt);
        }
    }
}

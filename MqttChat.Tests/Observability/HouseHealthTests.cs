using MqttChat.Domain.Persistence;
using MqttChat.Domain.Telemetry;
using MqttChat.Tests.Support;
using MqttChat.Web.Mqtt;
using MqttChat.Web.Observability;

namespace MqttChat.Tests.Observability;

/// <summary>What staff are told, and how urgently.</summary>
public sealed class HouseHealthTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly HealthFacts Well = new(Now, Now.AddHours(-5), new BrokerState(true, Now.AddHours(-5), null))
    {
        Sizes = new StoreSize(1, 1, 50L * 1024 * 1024 * 1024),
        Sweep = new Sweep(Now.AddMinutes(-30), 12),
    };

    public static TheoryData<string, Urgency> Troubles => new()
    {
        { "DatabaseAway", Urgency.Act },
        { "BrokerAway", Urgency.Act },
        { "BrokerSilent", Urgency.Act },
        { "NobodyIngests", Urgency.Act },
        { "FarBehind", Urgency.Act },
        { "Behind", Urgency.Look },
        { "Dropped", Urgency.Act },
        { "PostsFailed", Urgency.Look },
        { "Unreadable", Urgency.Look },
        { "PagesRefused", Urgency.Look },
        { "LittleSpace", Urgency.Look },
        { "SweepFailed", Urgency.Look },
        { "SweepOverdue", Urgency.Look },
    };

    [Fact]
    public void Judge_OfAHouseThatIsWell_FindsNothing()
    {
        var findings = HouseHealth.Judge(Well);

        Assert.Empty(findings);
        Assert.Equal(Urgency.Good, HouseHealth.Worst(findings));
    }

    [Theory]
    [MemberData(nameof(Troubles))]
    public void Judge_OfOneTrouble_FindsThatOne(string key, Urgency urgency)
    {
        var finding = Assert.Single(HouseHealth.Judge(With(key)));

        Assert.Equal((key, urgency), (finding.Key, finding.Urgency));
    }

    [Theory]
    [MemberData(nameof(Troubles))]
    public void Troubles_HaveWords(string key, Urgency urgency)
    {
        Assert.Contains($"\"Finding.{key}\"", File.ReadAllText(Repository.PathOf("MqttChat.Web", "Observability", "StatusTexts.resx")), StringComparison.Ordinal);
        Assert.True(urgency > Urgency.Good);
    }

    [Fact]
    public void Judge_OfSeveralTroubles_PutsTheUrgentFirst()
    {
        var findings = HouseHealth.Judge(With("Unreadable") with { Broker = new BrokerState(false, Now, "unreachable") });

        Assert.Equal(["BrokerAway", "Unreadable"], findings.Select(finding => finding.Key));
        Assert.Equal(Urgency.Act, HouseHealth.Worst(findings));
    }

    [Fact]
    public void Judge_JustAfterTheStart_IsPatient()
    {
        var starting = Well with { StartedAt = Now.AddSeconds(-2), Sweep = null, PartitionsWithoutHolder = 1, Broker = new BrokerState(false, Now, "connecting") };

        Assert.Equal(Urgency.Look, HouseHealth.Worst(HouseHealth.Judge(starting)));
    }

    [Fact]
    public void Judge_OfADiskThatIsAlmostFull_IsUrgent() =>
        Assert.Equal(Urgency.Act, HouseHealth.Worst(HouseHealth.Judge(Well with { Sizes = new StoreSize(1, 1, 100 * 1024 * 1024) })));

    private static HealthFacts With(string trouble) => trouble switch
    {
        "DatabaseAway" => Well with { DatabaseAnswers = false },
        "BrokerAway" => Well with { Broker = new BrokerState(false, Now.AddMinutes(-1), "unreachable") },
        "BrokerSilent" => Well with { BrokerIsSilent = true },
        "NobodyIngests" => Well with { PartitionsWithoutHolder = 2 },
        "FarBehind" => Well with { Lag = TimeSpan.FromMinutes(2), Waiting = 90_000 },
        "Behind" => Well with { Waiting = 6_000 },
        "Dropped" => Well with { LastHour = new CounterSample { Dropped = 3 } },
        "PostsFailed" => Well with { LastHour = new CounterSample { PostsFailed = 3 } },
        "Unreadable" => Well with { LastHour = new CounterSample { Rejected = 3 } },
        "PagesRefused" => Well with { LastHour = new CounterSample { CircuitsRefused = 3 } },
        "LittleSpace" => Well with { Sizes = new StoreSize(1, 1, 1024 * 1024 * 1024) },
        "SweepFailed" => Well with { Sweep = new Sweep(Now.AddMinutes(-30), null) },
        "SweepOverdue" => Well with { Sweep = new Sweep(Now.AddHours(-4), 12) },
        _ => throw new ArgumentOutOfRangeException(nameof(trouble)),
    };
}

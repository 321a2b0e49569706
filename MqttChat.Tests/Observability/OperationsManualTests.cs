using Microsoft.Extensions.DependencyInjection;
using MqttChat.Tests.Accounts;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Observability;

/// <summary><c>docs/operations.md</c> says what the program does: every instrument and every finding stands in it.</summary>
public sealed class OperationsManualTests
{
    private static readonly string Manual = File.ReadAllText(Repository.PathOf("docs", "operations.md"));

    [Fact]
    public async Task Instruments_AllStandInTheManual()
    {
        await using var app = new HouseApp();
        using var meter = new MeterReader(app.Services);

        Assert.InRange(meter.Instruments.Count, 25, 60);
        Assert.DoesNotContain(meter.Instruments, name => !IsNamed(name));
    }

    [Theory]
    [MemberData(nameof(HouseHealthTests.Troubles), MemberType = typeof(HouseHealthTests))]
    public void Findings_AllStandAmongTheAlarms(string key, MqttChat.Web.Observability.Urgency urgency)
    {
        // What went wrong with a clean-up is one alarm.
        var alarm = key == "SweepFailed" ? "SweepOverdue" : key;

        Assert.Contains($"| {alarm} |", Manual, StringComparison.Ordinal);
        Assert.NotEqual(MqttChat.Web.Observability.Urgency.Good, urgency);
    }

    // "`mqttchat.a.b` · `.c`" names mqttchat.a.c as well.
    private static bool IsNamed(string instrument) =>
        Manual.Contains($"`{instrument}`", StringComparison.Ordinal)
        || (instrument.LastIndexOf('.') is var dot && Manual.Split('\n').Any(line =>
            line.Contains($"`{instrument[..dot]}.", StringComparison.Ordinal) && line.Contains($"`{instrument[dot..]}`", StringComparison.Ordinal)));
}

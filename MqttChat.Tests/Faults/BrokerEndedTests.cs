using MqttChat.Domain.Telemetry;
using MqttChat.Tests.Support;
using MqttChat.Web.Telemetry;

namespace MqttChat.Tests.Faults;

/// <summary>Mosquitto ended and started again while plugs publish. <c>IngestSessionTests</c> has the short ones.</summary>
[Collection(FaultProcesses.Brokers)]
public sealed class BrokerEndedTests
{
    private const int Plugs = 20;
    private const int Times = 5;
    private const double MostLost = 0.001;
    private static readonly Pace Fast = new(1_000, TimeSpan.FromMilliseconds(40));
    private static readonly Pace Ordinary = new(250, TimeSpan.FromMilliseconds(400));
    private static readonly TimeSpan BackWithin = TimeSpan.FromSeconds(10);

    // Longer than what a chart takes for a pause between two reports.
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(135);

    [FaultFact]
    public async Task Mosquitto_StoppedAndStarted5Times_LosesNothingAndTheAppIsBackWithin10Seconds()
    {
        await using var house = await FaultHouse.StartWithASavingBrokerAsync();
        var publishers = await FaultPublishers.AdoptAsync(house, "stop", Plugs);
        var returns = await EndAsync(house, publishers, Fast, _ => house.Broker.StopAsync());
        var counts = await publishers.FinishAsync(TimeSpan.FromSeconds(60));
        Report($"Mosquitto SIGTERM and restart {Times} times", counts, returns, "");
        Assert.True(counts.All(count => count.IsWhole), string.Join(Environment.NewLine, counts));
        Assert.All(returns, one => Assert.True(one.Storing <= BackWithin, $"{one}"));
    }

    [FaultFact]
    public async Task Mosquitto_Killed5Times_LosesAtMostOneInAThousandAndTheChartShowsTheGap()
    {
        var crash = await CrashAsync(Ordinary, Outage);
        Report($"Mosquitto kill -9 {Times} times", crash.Counts, crash.Returns, $"; {crash.Blame}; the gap is a break in {crash.Gaps} of {Plugs} charts");
        Assert.True(crash.Lost <= MostLost * crash.Counts.Sum(count => count.Taken), $"{crash}");
        Assert.Equal(Plugs, crash.Gaps);
    }

    /// <summary>
    /// A busy broker is always saving, and it acknowledges what came meanwhile before the next saving: the newest report of
    /// each connection may go, and never more.
    /// </summary>
    [FaultFact]
    public async Task Mosquitto_Killed5TimesWhileBusy_LosesAtMostTheNewestReportOfEachPlug()
    {
        var crash = await CrashAsync(Fast, TimeSpan.Zero);
        Report($"Mosquitto kill -9 {Times} times, 500 reports/s", crash.Counts, crash.Returns, $"; {crash.Blame}");
        Assert.True(crash.Lost <= Plugs * Times, $"{crash}");
    }

    private static async Task<Crash> CrashAsync(Pace pace, TimeSpan outage)
    {
        var tap = new AcknowledgementTap();
        await using var house = await FaultHouse.StartWithASavingBrokerAsync(tap.See);
        var publishers = await FaultPublishers.AdoptAsync(house, "crash", Plugs);
        var sent = new ReportClocks(publishers);
        var began = DateTimeOffset.MinValue;
        var returns = await EndAsync(house, publishers, pace, async time =>
        {
            await house.Broker.KillAsync();
            if (time == Times && outage > TimeSpan.Zero)
            {
                began = DateTimeOffset.UtcNow;
                using var wait = new PeriodicTimer(outage);
                await wait.WaitForNextTickAsync();
            }
        });
        var counts = await publishers.FinishAsync(TimeSpan.FromSeconds(20));
        var crash = new Crash(
            counts, returns, Blame(tap, publishers, sent, counts), outage > TimeSpan.Zero ? await GapsAsync(house, publishers, began, outage) : 0);
        Assert.DoesNotContain("the app's", crash.Blame, StringComparison.Ordinal);
        Assert.All(counts, count => Assert.True(count.Doubled == 0 && count.Strange == 0 && count.EnergyWrong.Count == 0, $"{count}"));
        Assert.All(returns, one => Assert.True(one.Storing <= BackWithin, $"{one}"));
        return crash;
    }

    /// <summary>Publishes, and ends the broker at equal distances.</summary>
    private static async Task<List<FaultReturn>> EndAsync(FaultHouse house, FaultPublishers publishers, Pace pace, Func<int, Task> end)
    {
        List<FaultReturn> returns = [];
        await publishers.RunDuringAsync(pace.ReportsEach, pace.Pause, async () =>
        {
            for (var time = 1; time <= Times; time++)
            {
                await publishers.PublishedAsync((double)time / (Times + 1));
                await end(time);
                returns.Add(await house.BackAsync(house.Broker.StartAgainAsync));
            }
        });
        return returns;
    }

    private static void Report(string row, IReadOnlyList<FaultCount> counts, List<FaultReturn> returns, string more) => FaultReport.Write(
        row,
        $"{string.Join("; ", counts)}; ready again after {returns.Max(one => one.Ready).TotalSeconds:0.0} s, storing after {returns.Max(one => one.Storing).TotalSeconds:0.0} s at most{more}");

    /// <summary>Whose each lost report was: the app answers for what it acknowledged, the broker for the rest.</summary>
    private static string Blame(AcknowledgementTap tap, FaultPublishers publishers, ReportClocks sent, IReadOnlyList<FaultCount> counts)
    {
        var fates = counts.SelectMany(count => count.Lost)
            .Select(lost => publishers.All.Single(one => one.Plug.Name == lost.Plug).Plug is var plug
                ? tap.FateOf(plug.Topic, plug.Report(lost.Number, sent.Of(plug, lost.Number))) : default)
            .ToList();
        return fates.Count == 0 ? "nothing lost" : string.Join(", ", fates.GroupBy(fate => fate).Select(fate => fate.Key switch
        {
            DeliveryFate.Acknowledged => $"{fate.Count()} the app's (it had acknowledged them)",
            DeliveryFate.Delivered => $"{fate.Count()} the broker's (delivered, not acknowledged, not delivered again)",
            _ => $"{fate.Count()} the broker's (never delivered)",
        }));
    }

    /// <summary>In how many plugs' charts the line breaks in the outage, and only there.</summary>
    private static async Task<int> GapsAsync(FaultHouse house, FaultPublishers publishers, DateTimeOffset outage, TimeSpan length)
    {
        var gaps = 0;
        foreach (var plug in publishers.All.Select(one => one.Plug))
        {
            var readings = await house.Staff.ReadingsAsync(plug.Id, outage.AddMinutes(-30), outage.AddMinutes(30));
            var series = new PowerSeries(HistoryResolution.Raw, [.. readings.Select(one => new PowerPoint("1", one.At, one.Watts, one.Watts, one.Watts))]);
            var breaks = ChartPoints.From(series, ["1"]).Where(point => point.Watts is null).ToList();
            gaps += breaks.Count == 1 && breaks[0].At > outage.AddSeconds(-5) && breaks[0].At < outage + length ? 1 : 0;
        }

        return gaps;
    }

    private sealed record Pace(int ReportsEach, TimeSpan Pause);

    private sealed record Crash(IReadOnlyList<FaultCount> Counts, List<FaultReturn> Returns, string Blame, int Gaps)
    {
        public int Lost => Counts.Sum(count => count.Lost.Count);
    }

    /// <summary>Remembers which time each report told, so that its payload can be looked for.</summary>
    private sealed class ReportClocks
    {
        private readonly System.Collections.Concurrent.ConcurrentDictionary<(string Plug, int Number), DateTimeOffset> _times = new();

        public ReportClocks(FaultPublishers publishers)
        {
            foreach (var one in publishers.All)
            {
                one.Clock = number => _times[(one.Plug.Name, number)] = DateTimeOffset.UtcNow;
            }
        }

        public DateTimeOffset Of(FaultPlug plug, int number) => _times[(plug.Name, number)];
    }
}

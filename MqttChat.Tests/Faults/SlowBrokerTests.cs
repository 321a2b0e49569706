using System.Globalization;
using System.Text.RegularExpressions;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Faults;

/// <summary>
/// The broker as <c>deploy/mosquitto</c> sets it: it saves at each change and so reads acknowledgements slowly. What it queued while the program was
/// away comes in once, with the program killed meanwhile; its link is never left for being slow.
/// </summary>
[Collection(FaultProcesses.Brokers)]
public sealed partial class SlowBrokerTests
{
    // A kill, the one before the queue among them, loses what was stored and is not known to be acknowledged: no more than the program lets be under way.
    private const int Window = 2000;
    private const int Plugs = 20;

    // What fills the queue is no matter of the test's, and takes as long as what empties it.
    private const string SavesAtEachChange = "autosave_on_changes true";
    private const string SavesByTime = "autosave_on_changes false";

    [Fact]
    public async Task Queue_OfABrokerThatSavesAtEachChange_ComesInOnceWithTheProgramKilledTwice()
    {
        var run = await RunAsync(reportsEach: 30, kills: 2);

        run.AssertWhole();
    }

    [FaultTheory]
    [InlineData(4_000)]
    [InlineData(20_000)]
    public async Task Queue_IsReadInTheTimeOfARunWithoutKills(int reports)
    {
        var what = string.Create(CultureInfo.InvariantCulture, $"{reports:N0} queued at a broker that saves at each change");
        var calm = await RunAsync(reports / Plugs, kills: 0);
        FaultReport.Write(what, $"{calm}");
        var killed = await RunAsync(reports / Plugs, kills: 2);
        FaultReport.Write(
            $"{what}, two kills", $"{killed}; time {(killed.Took / calm.Took).ToString("0.00", CultureInfo.InvariantCulture)} x");

        calm.AssertWhole();
        killed.AssertWhole();
        Assert.True(killed.Took <= 1.2 * calm.Took, $"With kills {killed}, without {calm}");
    }

    private static async Task<Drain> RunAsync(int reportsEach, int kills)
    {
        var tap = new SettledLink();
        await using var house = await FaultHouse.StartWithASavingBrokerAsync(tap.See);
        var publishers = await FaultPublishers.AdoptAsync(house, Enumerable.Range(0, Plugs).Select(i => new FaultPlug($"slow{i}", 1)));
        await house.App.KillAsync();
        await house.Broker.ReplaceAsync(SavesAtEachChange, SavesByTime);
        await publishers.RunAsync(reportsEach);
        await house.Broker.ReplaceAsync(SavesByTime, SavesAtEachChange);
        tap.Reset();
        await using var store = house.OpenTelemetry();
        var (before, total) = (await house.CountReadingsAsync(store), Plugs * reportsEach);
        var (draining, again) = (TimeSpan.Zero, 0L);
        for (var turn = 1; turn <= kills + 1; turn++)
        {
            await house.App.StartAgainAsync();
            var stored = await house.CountReadingsAsync(store);
            await StoredAsync(Math.Min(stored - before + 1, total));
            // What starting takes is no matter of the broker's.
            var began = FairTime.Now;
            await StoredAsync(turn * total / (kills + 1));
            if (turn <= kills)
            {
                draining += FairTime.Since(began);
                again += await RedeliveredAsync(house);
                await house.App.KillAsync();
                continue;
            }

            await tap.WaitAsync();
            draining += FairTime.Since(began);
        }

        again += await RedeliveredAsync(house);
        return new(draining, again, Cuts().Count(house.App.Output), kills, await publishers.FinishAsync(TimeSpan.FromSeconds(120)));

        Task StoredAsync(int count) => Eventually.TrueAsync(
            async () => await house.CountReadingsAsync(store) >= before + count, TimeSpan.FromMinutes(8), $"{count} of {total} queued reports are stored");
    }

    private static async Task<long> RedeliveredAsync(FaultHouse house)
    {
        await house.Staff.LoginAgainAsync();
        return (await house.Staff.GetAsync("status")).GetProperty("ingest").GetProperty("redelivered").GetInt64();
    }

    [GeneratedRegex("session has no broker: silent")]
    private static partial Regex Cuts();

    private sealed record Drain(TimeSpan Took, long Redelivered, int Cuts, int Kills, IReadOnlyList<FaultCount> Counts)
    {
        public void AssertWhole()
        {
            Assert.True(Counts.All(count => count.IsWhole), string.Join(Environment.NewLine, Counts));
            Assert.Equal(0, Cuts);
            Assert.True(Redelivered <= Window * (Kills + 1), $"{this}: more came again than the kills explain");
        }

        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture, $"{Took.TotalSeconds:0.0} s, {Redelivered} delivered again, {Cuts} cuts as silent, {string.Join("; ", Counts)}");
    }
}

using System.Diagnostics;
using System.Globalization;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Faults;

/// <summary>One person's script opens sockets and sends events without an end. It is that person's trouble, nobody else's.</summary>
[Collection(FaultProcesses.Crowded)]
public sealed class GreedyPersonTests
{
    private const int CircuitsPerPerson = 10;
    private const int MostCircuits = 2 * CircuitsPerPerson;
    private const int MostSockets = 4 * CircuitsPerPerson;
    private const double MemoryMayStay = 2_000_000;

    // The framework keeps a page that ended for up to a minute, as long as it may wait for the browser's answer to a call.
    private static readonly TimeSpan MemoryIsBackWithin = TimeSpan.FromSeconds(65);

    // Below that, a doubled median says more of the machine's other work than of the flood.
    private const double NoiseMilliseconds = 5;

    // Twice the time between two renderings: each post is alone, and is drawn at once.
    private static readonly TimeSpan Apart = TimeSpan.FromMilliseconds(500);

    [FaultFact]
    public Task House_AGreedyPersonForAMoment_BoundsThemAndServesTheOthers() => RunAsync(new(60, 22, 300, Posts: 3, JudgesMemory: false));

    [FaultFact]
    public Task House_FiveHundredSocketsAndAThousandEventsASecond_BoundsThemAndServesTheOthers() =>
        RunAsync(new(500, 25, 1000, Posts: 60, JudgesMemory: true));

    private static async Task RunAsync(Greed greed)
    {
        await using var house = await FaultHouse.StartProbedAsync("Limits:PostsPerPersonPerMinute=0");
        var room = (await house.Staff.GetAsync("rooms")).GetProperty("items")[0].GetProperty("id").GetInt32();
        var (rei, kenji) = (await JoinAsync(house, "rei"), await JoinAsync(house, "kenji"));
        await using var writer = await rei.OpenAsync($"/rooms/{room}");
        await using var reader = await kenji.OpenAsync($"/rooms/{room}");
        var greedy = await JoinAsync(house, "greedy");
        await TripsAsync(writer, reader, 3);
        await new GreedyScript(greedy, room).TryAsync();

        // What is only made once, and the buffers that pools keep, are there after the second; a third tells what would pile up.
        var flood = await FloodAsync(house, greed, new(greedy, room), writer, reader);
        var (second, again) = (flood, flood);
        if (greed.JudgesMemory)
        {
            second = await FloodAsync(house, greed with { Posts = greed.Posts / 3 }, new(greedy, room), writer, reader);
            again = await FloodAsync(house, greed with { Posts = greed.Posts / 3 }, new(greedy, room), writer, reader);
        }

        Report(greed, flood, second, again);

        foreach (var figures in (AppFigures[])[flood.Begun, flood.Worst, again.Worst])
        {
            Assert.InRange(figures.Subscriptions["circuits"] - 2, 1, MostCircuits);
            Assert.InRange(figures.Subscriptions["sockets"] - 2, 1, MostSockets);
        }

        if (greed.JudgesMemory)
        {
            var kept = again.After.HeapBytes - second.After.HeapBytes;
            Assert.True(kept < MemoryMayStay, $"heap {flood.Before.HeapBytes} -> {flood.After.HeapBytes} -> {second.After.HeapBytes} -> {again.After.HeapBytes}");
            Assert.True(Median(flood.Loud) <= 2 * Math.Max(Median(flood.Quiet), NoiseMilliseconds), $"others' round trip {Median(flood.Loud):0.0} ms, quiet {Median(flood.Quiet):0.0} ms");
        }
    }

    private static async Task<Flood> FloodAsync(FaultHouse house, Greed greed, GreedyScript script, CircuitClient writer, CircuitClient reader)
    {
        var before = await house.App.Probe!.ReadAsync(collected: true);
        var quiet = await TripsAsync(writer, reader, greed.Posts);
        await script.OpenSocketsAsync(greed.Sockets);
        await script.OpenPagesAsync(greed.Pages);
        var begun = await house.App.Probe.ReadAsync();
        var (from, offered) = (Stopwatch.GetTimestamp(), script.Events);
        script.StartEvents(greed.EventsPerSecond);
        var loud = await TripsAsync(writer, reader, greed.Posts);
        var (seconds, events) = (Stopwatch.GetElapsedTime(from).TotalSeconds, script.Events - offered);
        var worst = await house.App.Probe.ReadAsync();

        await script.EndAsync();
        quiet.AddRange(await TripsAsync(writer, reader, greed.Posts));
        return new(quiet, loud, events / seconds, (worst.Cpu - begun.Cpu).TotalSeconds / seconds, before, begun, worst, await SettledAsync(house, before));
    }

    private static void Report(Greed greed, Flood flood, Flood second, Flood again) => FaultReport.Write(
        $"{greed.Sockets} sockets and {greed.EventsPerSecond} events a second from one person",
        string.Create(CultureInfo.InvariantCulture, $"{flood.EventsPerSecond:0} events/s offered; others' round trip p50 {Median(flood.Loud):0.0} ms (quiet, before and after, {Median(flood.Quiet):0.0}: {Median(flood.Loud) / Median(flood.Quiet):0.00} x), p95 {Tail(flood.Loud):0.0} ms (quiet {Tail(flood.Quiet):0.0}); ")
        + string.Create(CultureInfo.InvariantCulture, $"that person's circuits {flood.Worst.Subscriptions["circuits"] - 2}, sockets {flood.Worst.Subscriptions["sockets"] - 2}; processor {flood.Cores:0.00} cores; heap {flood.Before.HeapBytes / 1e6:0.0} -> {flood.After.HeapBytes / 1e6:0.0} MB, after a second time {second.After.HeapBytes / 1e6:0.0}, after a third {again.After.HeapBytes / 1e6:0.0} MB; resident {flood.Before.ResidentBytes / 1e6:0}, {flood.After.ResidentBytes / 1e6:0}, {again.After.ResidentBytes / 1e6:0} MB"));

    private static Task<CircuitPerson> JoinAsync(FaultHouse house, string name) => CircuitPerson.JoinAsync(house.App.BaseAddress, house.Staff, name);

    /// <summary>Milliseconds from sending a message in one page to seeing it in the other.</summary>
    private static async Task<List<double>> TripsAsync(CircuitClient writer, CircuitClient reader, int count)
    {
        List<double> trips = [];
        using var pace = new PeriodicTimer(Apart);
        for (var number = 0; number < count; number++)
        {
            await pace.WaitForNextTickAsync();
            var text = $"trip {Guid.NewGuid():N}";
            var seen = reader.SeesAsync(text);
            var from = Stopwatch.GetTimestamp();
            await writer.PostAsync(text);
            trips.Add(Stopwatch.GetElapsedTime(from, await seen).TotalMilliseconds);
        }

        return trips;
    }

    /// <summary>Waits until the script's circuits and sockets have ended, and their memory is back or will not come.</summary>
    private static async Task<AppFigures> SettledAsync(FaultHouse house, AppFigures before)
    {
        await Eventually.TrueAsync(
            async () => (await house.App.Probe!.ReadAsync()).Subscriptions is var now
                && now["circuits"] <= before.Subscriptions["circuits"] && now["sockets"] <= before.Subscriptions["sockets"],
            TimeSpan.FromSeconds(60), "the script's circuits and sockets have ended");
        using var limit = new CancellationTokenSource(MemoryIsBackWithin);
        using var poll = new PeriodicTimer(TimeSpan.FromSeconds(3));
        AppFigures now;
        do
        {
            now = await house.App.Probe!.ReadAsync(collected: true);
        }
        while (now.HeapBytes > before.HeapBytes + MemoryMayStay && !limit.IsCancellationRequested && await poll.WaitForNextTickAsync(CancellationToken.None));

        return now;
    }

    private static double Median(List<double> trips) => trips.Order().ElementAt(trips.Count / 2);

    private static double Tail(List<double> trips) => trips.Order().ElementAt((int)(trips.Count * 0.95));

    private sealed record Flood(
        List<double> Quiet, List<double> Loud, double EventsPerSecond, double Cores, AppFigures Before, AppFigures Begun, AppFigures Worst, AppFigures After);

    private sealed record Greed(int Sockets, int Pages, int EventsPerSecond, int Posts, bool JudgesMemory);
}

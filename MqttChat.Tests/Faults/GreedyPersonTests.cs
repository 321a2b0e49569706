using System.Diagnostics;
using System.Globalization;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Faults;

/// <summary>One person's script opens sockets and sends events without an end. It is that person's trouble, nobody else's.</summary>
[Collection("fault processes")]
public sealed class GreedyPersonTests
{
    private const int CircuitsPerPerson = 10;
    private const int MostCircuits = 2 * CircuitsPerPerson;
    private const int MostSockets = 4 * CircuitsPerPerson;
    private const double MemoryMayStay = 10_000_000;

    // Twice the time between two renderings: each post is alone, and is drawn at once.
    private static readonly TimeSpan Apart = TimeSpan.FromMilliseconds(500);

    [Fact]
    public Task House_AGreedyPersonForAMoment_BoundsThemAndServesTheOthers() => RunAsync(new(80, 25, 300, Posts: 5, JudgesTime: false));

    [FaultFact]
    public Task House_FiveHundredSocketsAndAThousandEventsASecond_BoundsThemAndServesTheOthers() =>
        RunAsync(new(500, 25, 1000, Posts: 60, JudgesTime: true));

    private static async Task RunAsync(Greed greed)
    {
        await using var house = await FaultHouse.StartProbedAsync("Limits:PostsPerPersonPerMinute=0");
        var room = (await house.Staff.GetAsync("rooms")).GetProperty("items")[0].GetProperty("id").GetInt32();
        var (rei, kenji) = (await JoinAsync(house, "rei"), await JoinAsync(house, "kenji"));
        await using var writer = await rei.OpenAsync($"/rooms/{room}");
        await using var reader = await kenji.OpenAsync($"/rooms/{room}");
        var script = new GreedyScript(await JoinAsync(house, "greedy"), room);
        await TripsAsync(writer, reader, 5);
        await script.TryAsync();
        var before = await house.App.Probe!.ReadAsync(collected: true);
        var quiet = await TripsAsync(writer, reader, greed.Posts);

        await script.OpenSocketsAsync(greed.Sockets);
        await script.OpenPagesAsync(greed.Pages);
        var begun = await house.App.Probe.ReadAsync();
        script.StartEvents(greed.EventsPerSecond);
        var (from, offered) = (Stopwatch.GetTimestamp(), script.Events);
        var loud = await TripsAsync(writer, reader, greed.Posts);
        var (seconds, events) = (Stopwatch.GetElapsedTime(from).TotalSeconds, script.Events - offered);
        var worst = await house.App.Probe.ReadAsync();

        await script.EndAsync();
        var quietAgain = await TripsAsync(writer, reader, greed.Posts);
        var after = await SettledAsync(house, before);
        var median = Math.Max(Median(quiet), Median(quietAgain));
        FaultReport.Write(
            $"{greed.Sockets} sockets and {greed.EventsPerSecond} events a second from one person",
            string.Create(CultureInfo.InvariantCulture, $"{events / seconds:0} events/s offered; others' round trip p50 {Median(loud):0.0} ms (quiet {Median(quiet):0.0} before, {Median(quietAgain):0.0} after: {Median(loud) / median:0.00} x), p95 {Tail(loud):0.0} ms (quiet {Tail(quiet):0.0}, {Tail(quietAgain):0.0}); ")
            + string.Create(CultureInfo.InvariantCulture, $"that person's circuits {worst.Subscriptions["circuits"] - 2}, sockets {worst.Subscriptions["sockets"] - 2}; processor {(worst.Cpu - begun.Cpu).TotalSeconds / seconds:0.00} cores; heap {before.HeapBytes / 1e6:0.0} -> {after.HeapBytes / 1e6:0.0} MB, resident {before.ResidentBytes / 1e6:0} -> {worst.ResidentBytes / 1e6:0} -> {after.ResidentBytes / 1e6:0} MB"));

        foreach (var figures in (AppFigures[])[begun, worst])
        {
            Assert.InRange(figures.Subscriptions["circuits"] - 2, 1, MostCircuits);
            Assert.InRange(figures.Subscriptions["sockets"] - 2, 1, MostSockets);
        }

        Assert.True(after.HeapBytes - before.HeapBytes < MemoryMayStay, $"heap {before.HeapBytes} -> {after.HeapBytes}");
        if (greed.JudgesTime)
        {
            Assert.True(Median(loud) <= 2 * median, $"others' round trip {Median(loud):0.0} ms, quiet {median:0.0} ms");
        }
    }

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

    /// <summary>Waits until the script's circuits and sockets have ended.</summary>
    private static async Task<AppFigures> SettledAsync(FaultHouse house, AppFigures before)
    {
        await Eventually.TrueAsync(
            async () => (await house.App.Probe!.ReadAsync()).Subscriptions is var now
                && now["circuits"] <= before.Subscriptions["circuits"] && now["sockets"] <= before.Subscriptions["sockets"],
            TimeSpan.FromSeconds(60), "the script's circuits and sockets have ended");
        return await house.App.Probe!.ReadAsync(collected: true);
    }

    private static double Median(List<double> trips) => trips.Order().ElementAt(trips.Count / 2);

    private static double Tail(List<double> trips) => trips.Order().ElementAt((int)(trips.Count * 0.95));

    private sealed record Greed(int Sockets, int Pages, int EventsPerSecond, int Posts, bool JudgesTime);
}

using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Faults;

/// <summary>Bad payloads between good reports of the same plugs.</summary>
internal static class BadPayloadFault
{
    private const int Senders = 4;
    private const int MostDeadLetters = 10_000;

    // What Mosquitto holds it saves whole at each change: a long queue would be drained ever slower, so the bad ones wait for the good.
    private const int MostAhead = 100;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(4);
    private static readonly TimeSpan LongestStall = TimeSpan.FromSeconds(10);

    public static async Task<string> RunAsync(FaultHouse house, int bad, int goodEach)
    {
        await house.Staff.LoginAgainAsync();
        var plugs = await FaultPublishers.AdoptAsync(house, "bad", 10);
        var names = plugs.All.Select(one => one.Plug.Name).ToList();
        var (began, clock) = (DateTimeOffset.UtcNow, Stopwatch.StartNew());
        var hold = new StrongBox<bool>();
        var sending = Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => Task.Run(() => SendAsync(house, names, sender, bad, hold))));
        using var enough = new CancellationTokenSource();
        var publishing = plugs.RunAsync(int.MaxValue / 2, TimeSpan.FromMilliseconds(50), enough.Token);
        var stall = await LongestStallAsync(house, plugs, Task.WhenAll(sending, plugs.SentAsync(goodEach)), hold);
        await sending;
        await enough.CancelAsync();
        await publishing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var counts = await plugs.FinishAsync(TimeSpan.FromSeconds(120));
        var seconds = clock.Elapsed.TotalSeconds;

        Assert.True(counts.All(count => count.IsWhole), string.Join("; ", counts));
        Assert.True(stall < LongestStall, $"Nothing was stored for {stall}.");
        await using var store = house.OpenTelemetry();
        var letters = await store.DeadLetters.CountAsync();
        Assert.InRange(letters, 1, MostDeadLetters);
        Assert.True(await store.DeadLetters.MaxAsync(letter => letter.Payload.Length) <= 1024);
        var (cause, entries, tooMany) = OutputRate.Worst(house.App, began);
        Assert.True(tooMany == 0, $"{entries} times in {seconds:0} s: {cause}");
        return string.Create(CultureInfo.InvariantCulture,
            $"{bad} bad in {seconds:0} s; {string.Join("; ", counts)}; longest stall {stall.TotalSeconds:0.0} s; {letters} dead letters kept; most often told: {entries} times in {seconds:0} s ({cause})");
    }

    // Half of them at QoS 1.
    private static async Task SendAsync(FaultHouse house, List<string> names, int sender, int bad, StrongBox<bool> hold)
    {
        await using var peer = await house.ConnectPlugAsync();
        using var pace = new PeriodicTimer(Pause);
        for (var number = sender; number < bad; number += Senders)
        {
            var (topic, payload) = BadPayloads.Of(number, names);
            do
            {
                await pace.WaitForNextTickAsync();
            }
            while (Volatile.Read(ref hold.Value));

            await peer.PublishAsync(topic, payload, qos: sender % 2);
        }

        await peer.PublishAsync("test/read", "all");
    }

    private static async Task<TimeSpan> LongestStallAsync(FaultHouse house, FaultPublishers plugs, Task running, StrongBox<bool> hold)
    {
        await using var store = house.OpenTelemetry();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        var (longest, before, since) = (TimeSpan.Zero, await house.CountReadingsAsync(store), FairTime.Now);
        var stored = before;
        while (!running.IsCompleted && await timer.WaitForNextTickAsync())
        {
            var now = await house.CountReadingsAsync(store);
            Volatile.Write(ref hold.Value, plugs.Sent - (now - before) > MostAhead);
            var elapsed = FairTime.Since(since);
            longest = elapsed > longest ? elapsed : longest;
            if (now > stored)
            {
                (stored, since) = (now, FairTime.Now);
            }
        }

        await running;
        return longest;
    }
}

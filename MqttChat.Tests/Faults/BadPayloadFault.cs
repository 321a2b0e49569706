using System.Diagnostics;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Faults;

/// <summary>Bad payloads between good reports of the same plugs.</summary>
internal static class BadPayloadFault
{
    private const int Senders = 4;
    private const int MostDeadLetters = 10_000;

    // 500 a second from all of them: what Mosquitto holds it saves whole at each change, and a long queue would be drained ever slower.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(8);
    private static readonly TimeSpan LongestStall = TimeSpan.FromSeconds(10);

    public static async Task<string> RunAsync(FaultHouse house, int bad, int goodEach)
    {
        await house.Staff.LoginAgainAsync();
        var plugs = await FaultPublishers.AdoptAsync(house, "bad", 10);
        var names = plugs.All.Select(one => one.Plug.Name).ToList();
        var (began, clock) = (DateTimeOffset.UtcNow, Stopwatch.StartNew());
        var sending = Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => Task.Run(() => SendAsync(house, names, sender, bad))));
        var publishing = plugs.RunAsync(goodEach, TimeSpan.FromMilliseconds(50));
        var stall = await LongestStallAsync(house, publishing);
        await sending;
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
    private static async Task SendAsync(FaultHouse house, List<string> names, int sender, int bad)
    {
        await using var peer = await house.ConnectPlugAsync();
        using var pace = new PeriodicTimer(Pause);
        for (var number = sender; number < bad; number += Senders)
        {
            var (topic, payload) = BadPayloads.Of(number, names);
            await pace.WaitForNextTickAsync();
            await peer.PublishAsync(topic, payload, qos: sender % 2);
        }

        await peer.PublishAsync("test/read", "all");
    }

    private static async Task<TimeSpan> LongestStallAsync(FaultHouse house, Task running)
    {
        await using var store = house.OpenTelemetry();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        var (longest, stored, since) = (TimeSpan.Zero, 0, Stopwatch.StartNew());
        while (!running.IsCompleted && await timer.WaitForNextTickAsync())
        {
            var now = await house.CountReadingsAsync(store);
            longest = since.Elapsed > longest ? since.Elapsed : longest;
            if (now > stored)
            {
                (stored, since) = (now, Stopwatch.StartNew());
            }
        }

        await running;
        return longest;
    }
}

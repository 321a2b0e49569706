using System.Globalization;
using MqttChat.Tests.Support;

namespace MqttChat.Benchmarks.Chat;

/// <summary>Key pressed in one browser to message painted in another's, in a small room and in one with a long history.</summary>
public sealed class PaintBenchmark : Benchmark
{
    private const int LongHistory = 100_000;
    private const int Rounds = 3;
    private const int KeysEach = 15;
    private const int WarmUp = 5;

    public override string Name => "chat-paint";

    public override async Task RunAsync(ICollection<Figure> figures, CancellationToken cancellation)
    {
        await using var house = await BenchHouse.StartAsync();
        var people = await house.MoveInAsync("Typist", 2, cancellation);
        var small = await house.MakeRoomAsync("Small", people, 100, cancellation);
        var large = await house.MakeRoomAsync("Large", people, LongHistory, cancellation);
        await using var chromium = await OpenChromium.StartAsync();
        var (inSmall, inLarge) = (new List<KeyTimes>(), new List<KeyTimes>());
        for (var round = 0; round < Rounds; round++)
        {
            inSmall.AddRange(await KeysAsync(chromium.Browser, house.App.BaseAddress, people, small, KeysEach, cancellation));
            inLarge.AddRange(await KeysAsync(chromium.Browser, house.App.BaseAddress, people, large, KeysEach, cancellation));
        }

        var (p50, p95) = (Median(inSmall.Select(key => key.All)), Percentile(inSmall.Select(key => key.All), 95));
        figures.Add(new Figure("key -> painted in another browser, 2 people, p50", p50, "ms")
        {
            Limit = "The Lounge 16, Converse.js 27", Note = KeyTimes.Shares(inSmall),
        }.AtMost(12));
        figures.Add(new Figure("key -> painted in another browser, 2 people, p95", p95, "ms").AtMost(20));
        figures.Add(new Figure($"the same in a room of {LongHistory:N0} messages, p50", Median(inLarge.Select(key => key.All)), "ms")
        {
            Note = KeyTimes.Shares(inLarge),
        }.Beside("small room", p50).AtMostOfLimit(1.1));
        figures.Add(new Figure($"the same in a room of {LongHistory:N0} messages, p95", Percentile(inLarge.Select(key => key.All), 95), "ms")
            .Beside("small room", p95).AtMostOfLimit(1.1));
    }

    /// <summary>Types so often and waits for each message to be painted.</summary>
    internal static async Task<List<KeyTimes>> KeysAsync(
        Chromium chromium, Uri address, Person[] people, int room, int keys, CancellationToken cancellation)
    {
        var sender = await RoomBrowser.OpenAsync(chromium, address, people[0], room);
        var receiver = await RoomBrowser.OpenAsync(chromium, address, people[1], room);
        var times = new List<KeyTimes>();
        for (var key = 0; key < keys + WarmUp; key++)
        {
            var text = $"bench-{Guid.NewGuid():N}";
            var (pressed, sent) = await sender.SayAsync(text);
            var seen = await receiver.SeenAsync(text);
            if (key >= WarmUp)
            {
                times.Add(new KeyTimes(sent - pressed, seen.Came - sent, seen.Changed - seen.Came, seen.Frame - seen.Changed, seen.Drawn - seen.Frame));
            }

            // Out of step with frames and timers.
            // Two people talk: pages draw a room twice within half a second, and what comes faster waits for the next drawing.
            await Task.Delay(TimeSpan.FromMilliseconds(520 + (key * 37 % 90)), cancellation);
        }

        await sender.CloseAsync();
        await receiver.CloseAsync();
        return times;
    }
}

/// <summary>Where the milliseconds from key to paint went.</summary>
internal sealed record KeyTimes(double Sending, double Server, double Applying, double Frame, double Drawing)
{
    public double All => Sending + Server + Applying + Frame + Drawing;

    public static string Shares(IReadOnlyList<KeyTimes> keys) => string.Create(
        CultureInfo.InvariantCulture,
        $"medians: key -> sent {Mid(keys, key => key.Sending):0.0}, -> received {Mid(keys, key => key.Server):0.0}, -> in the page's tree {Mid(keys, key => key.Applying):0.0}, -> next frame {Mid(keys, key => key.Frame):0.0}, -> drawn {Mid(keys, key => key.Drawing):0.0} ms; fastest {keys.Min(key => key.All):0.0} ms, {keys.Count} keys");

    private static double Mid(IReadOnlyList<KeyTimes> keys, Func<KeyTimes, double> part) => keys.Select(part).Order().ElementAt(keys.Count / 2);
}

/// <summary>A Chromium for one benchmark.</summary>
internal sealed class OpenChromium : IAsyncDisposable
{
    public Chromium Browser { get; } = new();

    public static async Task<OpenChromium> StartAsync()
    {
        var open = new OpenChromium();
        await open.Browser.InitializeAsync();
        return open;
    }

    public async ValueTask DisposeAsync() => await Browser.DisposeAsync();
}

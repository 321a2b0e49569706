using System.Diagnostics;
using System.Globalization;

namespace MqttChat.Benchmarks.Chat;

/// <summary>The first page of a room with a long history, as a browser asks for it: how long the server takes, and how much comes.</summary>
public sealed class PageBenchmark : Benchmark
{
    private const int LongHistory = 100_000;
    private const int Pages = 60;
    private const int WarmUp = 20;

    public override string Name => "first-page";

    public override async Task RunAsync(ICollection<Figure> figures, CancellationToken cancellation)
    {
        await using var house = await BenchHouse.StartAsync();
        var people = await house.MoveInAsync("Reader", 20, cancellation);
        var large = await house.MakeRoomAsync("Large", people, LongHistory, cancellation);
        var small = await house.MakeRoomAsync("Small", people, 100, cancellation);
        using var browser = house.Browser(people[0]);
        var (times, processor, bytes, plain) = await ReadAsync(house, browser, large, cancellation);
        var (smallTimes, _, _, _) = await ReadAsync(house, browser, small, cancellation);
        figures.Add(new Figure($"first page of a room with {LongHistory:N0} messages, server time", Median(times), "ms")
        {
            Note = string.Create(
                CultureInfo.InvariantCulture,
                $"median of {Pages} from request to last byte, one at a time; p95 {Percentile(times, 95):0.0}, fastest {times.Min():0.0} ms, processor time a page {processor:0.0} ms"),
        }.Beside("room of 100 messages", Median(smallTimes)).AtMost(30));
        figures.Add(new Figure("the same, bytes compressed", bytes / 1000.0, "KB") { Limit = "uncompressed", LimitValue = plain / 1000.0 }.AtMost(150));
    }

    internal static async Task<(List<double> Milliseconds, double ProcessorMilliseconds, long Bytes, long Plain)> ReadAsync(
        BenchHouse house, HttpClient browser, int room, CancellationToken cancellation)
    {
        var (times, bytes, before) = (new List<double>(), 0L, TimeSpan.Zero);
        for (var page = -WarmUp; page < Pages; page++)
        {
            if (page == 0)
            {
                before = ProcessUse.ProcessorTime(house.App.ProcessId);
            }

            var began = Stopwatch.GetTimestamp();
            bytes = await LengthAsync(browser, room, "br, gzip", cancellation);
            if (page >= 0)
            {
                times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }
        }

        var processor = (ProcessUse.ProcessorTime(house.App.ProcessId) - before).TotalMilliseconds / Pages;
        return (times, processor, bytes, await LengthAsync(browser, room, "identity", cancellation));
    }

    private static async Task<long> LengthAsync(HttpClient browser, int room, string encodings, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/rooms/{room}") { Headers = { { "Accept-Encoding", encodings } } };
        using var answer = await browser.SendAsync(request, cancellation);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadAsByteArrayAsync(cancellation)).Length;
    }
}

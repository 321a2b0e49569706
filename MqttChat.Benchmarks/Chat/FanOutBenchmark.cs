using System.Globalization;

namespace MqttChat.Benchmarks.Chat;

/// <summary>A post to a thousand open pages of its room, with the pages' own end on the same machine, and what one message costs on the wire.</summary>
public sealed class FanOutBenchmark : Benchmark
{
    /// <summary>How many pages; fewer for a quick look.</summary>
    internal static readonly int Viewers =
        int.TryParse(Environment.GetEnvironmentVariable("MQTTCHAT_BENCH_CIRCUITS"), CultureInfo.InvariantCulture, out var fewer) ? fewer : 1000;

    private const int Posts = 40;
    private const int WarmUp = 8;

    public override string Name => "fan-out";

    public override TimeSpan TimeLimit => TimeSpan.FromMinutes(3);

    public override async Task RunAsync(ICollection<Figure> figures, CancellationToken cancellation)
    {
        await using var house = await BenchHouse.StartAsync();
        var people = await house.MoveInAsync("Neighbour", Viewers, cancellation);
        var room = await house.MakeRoomAsync("Everybody here", people, 100, cancellation);
        await using var crowd = await Crowd.OpenAsync(
            house.App.BaseAddress, [.. people.Select(person => person.CookieHeader)], $"/rooms/{room}", cancellation);
        var (last, each, processor) = (new List<double>(), new List<double>(), new List<double>());
        for (var post = -WarmUp; post < Posts; post++)
        {
            await crowd.QuietAsync(cancellation);
            var before = ProcessUse.ProcessorTime(house.App.ProcessId);
            var text = $"bench-{Guid.NewGuid():N}";
            var seen = await crowd.SeenAfterAsync(text, () => crowd.Circuits[0].PostAsync(text));
            if (post >= 0)
            {
                last.Add(seen.Max());
                each.AddRange(seen);
                processor.Add((ProcessUse.ProcessorTime(house.App.ProcessId) - before).TotalMilliseconds);
            }
        }

        figures.Add(new Figure($"post -> shown in all of {Viewers:N0} circuits, p50", Median(last), "ms")
        {
            Limit = "Campfire on 4 threads 101",
            Note = string.Create(
                CultureInfo.InvariantCulture,
                $"each circuit by itself p50 {Percentile(each, 50):0}, p99 {Percentile(each, 99):0} ms; fastest post {last.Min():0} ms; the program's processor time a post {Median(processor):0} ms"),
        }.AtMost(100));
        figures.Add(new Figure($"post -> shown in all of {Viewers:N0} circuits, p99", Percentile(last, 99), "ms").AtMost(250));
        figures.Add(await BytesAsync(crowd, cancellation));
    }

    // Everything that comes over the link for a message: its batch, and the list of rooms that counts it as unread.
    private static async Task<Figure> BytesAsync(Crowd crowd, CancellationToken cancellation)
    {
        var (watcher, bytes, message) = (crowd.Circuits[^1], new List<double>(), new List<double>());
        for (var post = 0; post < 5; post++)
        {
            await crowd.QuietAsync(cancellation);
            var before = watcher.ReceivedBytes;
            var text = $"bench-{Guid.NewGuid():N}";
            var seen = watcher.SeesAsync(text);
            await crowd.Circuits[0].PostAsync(text);
            await seen;
            message.Add(watcher.ReceivedBytes - before);
            await crowd.QuietAsync(cancellation);
            bytes.Add(watcher.ReceivedBytes - before);
        }

        return new Figure("bytes on the wire for one new message", Median(bytes), "B")
        {
            Note = string.Create(CultureInfo.InvariantCulture, $"to a reader; of these until the message was there {Median(message):0} B, the rest is the unread count in the list of rooms"),
        }.AtMost(600);
    }
}

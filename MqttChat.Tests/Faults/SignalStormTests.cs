using System.Diagnostics;
using System.Globalization;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Faults;

/// <summary>
/// Reload signals as fast as a broken instance (or a stranger who got the app's password) could send them. They mean work for
/// the program, so how much must not depend on how many come.
/// </summary>
[Collection(FaultProcesses.Crowded)]
public sealed class SignalStormTests
{
    private const int SignalsPerSecond = 1000;
    private const int ReadsPerSecond = 10;
    private const int RendersPerSecond = 4;
    private const int PagesPerPerson = 10;
    private static readonly TimeSpan PostInterval = TimeSpan.FromMilliseconds(200);

    [Fact]
    public Task Room_AThousandSignalsASecondForAMoment_IsReadAndDrawnBounded() => RunAsync(circuits: 10, TimeSpan.FromSeconds(5));

    [FaultFact]
    public Task Room_AThousandSignalsASecondWithAHundredPages_IsReadAndDrawnBounded() => RunAsync(circuits: 100, TimeSpan.FromSeconds(30));

    private static async Task RunAsync(int circuits, TimeSpan length)
    {
        await using var house = await FaultHouse.StartProbedAsync("Limits:PostsPerPersonPerMinute=0");
        var room = (await house.Staff.GetAsync("rooms")).GetProperty("items")[0].GetProperty("id").GetInt32();
        var pages = await OpenAsync(house, room, circuits);
        await house.Staff.SayAsync(room, "Before the storm");
        await Eventually.TrueAsync(() => pages.All(page => page.Picture.Messages().Count == 1), what: "every page shows the first message");

        FairTime.TakeLongestStall();
        var from = Stopwatch.GetTimestamp();
        var before = await house.App.Probe!.ReadAsync();
        using var ending = new CancellationTokenSource();
        var posting = PostAsync(house.Staff, room, ending.Token);
        var signals = await StormAsync(house, room, length);
        await ending.CancelAsync();
        var posts = await posting;
        var after = await house.App.Probe.ReadAsync();
        var seconds = Stopwatch.GetElapsedTime(from).TotalSeconds;
        var stall = FairTime.TakeLongestStall();

        var right = await RightAsync(house.Staff, room, pages);
        var reads = RoomReads(after) - RoomReads(before);
        var (renders, component) = pages.Max(page => page.Picture.MostRenders(from, TimeSpan.FromSeconds(5)));
        FaultReport.Write(
            $"{SignalsPerSecond} reload signals a second on one room, {circuits} circuits, {seconds:0} s",
            string.Create(
                CultureInfo.InvariantCulture,
                $"{signals} signals ({signals / seconds:0}/s), {posts} posts meanwhile; reads of the room {reads / seconds:0.0}/s; busiest component ({component}) {renders / 5.0:0.0} renders/s over any 5 s; final picture right in {right} of {circuits}; processor {(after.Cpu - before.Cpu).TotalSeconds / seconds:0.00} cores"));

        // Two more for the edges: a read may begin just before and just after what was counted.
        Assert.InRange(reads, 1, (int)(ReadsPerSecond * seconds) + 2);
        // What was drawn while this program or that one was not let run comes in one heap after it.
        Assert.InRange(renders, 1, (int)(RendersPerSecond * (5 + (2 * stall.TotalSeconds))) + 1);
        Assert.Equal(circuits, right);
        foreach (var page in pages)
        {
            await page.DisposeAsync();
        }
    }

    private static async Task<List<CircuitClient>> OpenAsync(FaultHouse house, int room, int circuits)
    {
        List<CircuitClient> pages = [];
        CircuitPerson? person = null;
        for (var number = 0; number < circuits; number++)
        {
            if (number % PagesPerPerson == 0)
            {
                person = await CircuitPerson.JoinAsync(house.App.BaseAddress, house.Staff, $"reader{number}");
            }

            pages.Add(await person!.OpenAsync($"/rooms/{room}", new() { KeepsPicture = true }));
        }

        return pages;
    }

    private static async Task<int> StormAsync(FaultHouse house, int room, TimeSpan length)
    {
        await using var stranger = await house.ConnectPlugAsync();
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        var clock = Stopwatch.StartNew();
        var sent = 0;
        while (clock.Elapsed < length)
        {
            await pace.WaitForNextTickAsync();
            for (; sent < clock.Elapsed.TotalSeconds * SignalsPerSecond; sent++)
            {
                await stranger.PublishAsync($"mqttchat/room/{room}", "", qos: 0);
            }
        }

        return sent;
    }

    /// <summary>Ordinary life meanwhile: new messages, one edited, one deleted; how many.</summary>
    private static async Task<int> PostAsync(HouseApi staff, int room, CancellationToken ending)
    {
        List<long> ids = [];
        using var pace = new PeriodicTimer(PostInterval);
        while (!ending.IsCancellationRequested || ids.Count < 3)
        {
            await pace.WaitForNextTickAsync(CancellationToken.None);
            ids.Add(await staff.SayAsync(room, $"In the storm {ids.Count}"));
        }

        HouseApi.Checked(await staff.SendAsync(HttpMethod.Patch, $"messages/{ids[^2]}", new { text = "Edited in the storm" }));
        HouseApi.Checked(await staff.SendAsync(HttpMethod.Delete, $"messages/{ids[^3]}"));
        return ids.Count;
    }

    /// <summary>How many pages show at last what is stored; a page holds at least the newest hundred.</summary>
    private static async Task<int> RightAsync(HouseApi staff, int room, List<CircuitClient> pages)
    {
        var items = (await staff.GetAsync($"rooms/{room}/messages?limit=100")).GetProperty("items").EnumerateArray();
        var stored = items.Select(item => item.GetProperty("text").GetString() ?? "Message deleted").ToList();
        bool IsRight(CircuitClient page) => page.Picture.Messages().TakeLast(stored.Count).SequenceEqual(stored);
        await Eventually.TrueAsync(() => pages.All(IsRight), what: "every page shows what is stored")
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return pages.Count(IsRight);
    }

    // The one question that every read of a room ends with.
    private static long RoomReads(AppFigures figures) => figures.Queries
        .Where(query => query.Key.StartsWith("SELECT", StringComparison.Ordinal) && query.Key.Contains("FROM \"Rooms\"", StringComparison.Ordinal)
            && query.Key.Contains("LEFT JOIN", StringComparison.Ordinal) && query.Key.Contains("\"Change\" >", StringComparison.Ordinal))
        .Sum(query => query.Value);
}

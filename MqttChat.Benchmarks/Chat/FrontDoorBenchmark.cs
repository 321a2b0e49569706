using System.Globalization;
using Microsoft.Playwright;
using MqttChat.Tests.Support;

namespace MqttChat.Benchmarks.Chat;

/// <summary>How quick the house feels over a link of 150 ms there and back: the own bubble, the first paint, a page that answers, and nothing that moves.</summary>
public sealed class FrontDoorBenchmark : Benchmark
{
    private const int Rounds = 3;
    private const int Keys = 30;
    private static readonly TimeSpan RoundTrip = TimeSpan.FromMilliseconds(150);

    private static readonly BrowserNewContextOptions[] Devices =
    [
        new() { ViewportSize = new() { Width = 1280, Height = 800 } },
        new() { ViewportSize = new() { Width = 390, Height = 844 }, HasTouch = true, IsMobile = true },
    ];

    public override string Name => "front-door";

    public override async Task RunAsync(ICollection<Figure> figures, CancellationToken cancellation)
    {
        await using var house = await BenchHouse.StartAsync();
        await house.AddPlugsAsync(20, days: 2, cancellation);
        var staff = await house.StaffPersonAsync(cancellation);
        var people = await house.MoveInAsync("Neighbour", 5, cancellation);
        var room = await house.MakeRoomAsync("Kitchen", [staff, .. people], 100, cancellation);
        await using var chromium = await OpenChromium.StartAsync();
        await using var slow = new TcpFaultProxy(house.App.BaseAddress.Port) { Delay = RoundTrip / 2 };
        var way = new Uri($"http://localhost:{slow.Port}");
        figures.Add(await OwnBubbleAsync(chromium.Browser, way, staff, room, cancellation));
        (string Name, string Path, string Ready)[] pages =
        [
            ("rooms", "/rooms", ".item"), ("room", $"/rooms/{room}", "[data-ready]"), ("dashboard", "/dashboard", ".power-chart-plot canvas"),
            ("plug", "/plugs/1", ".power-chart-plot canvas"),
        ];
        var openings = pages.ToDictionary(page => page.Name, _ => new List<PageOpening>());
        var firsts = new List<PageOpening>();
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var device in Devices)
            {
                // A browser that was never here: the first page brings scripts and styles along.
                var page = await OpenAsync(chromium.Browser, way, staff, device);
                firsts.Add(await PageOpening.OfAsync(page, pages[1].Path, pages[1].Ready));
                foreach (var (name, path, ready) in pages)
                {
                    openings[name].Add(await PageOpening.OfAsync(page, path, ready));
                }

                await page.Context.CloseAsync();
                cancellation.ThrowIfCancellationRequested();
            }
        }

        AddTimes(figures, "first visit, a room", firsts);
        foreach (var (name, seen) in openings)
        {
            AddTimes(figures, $"page {name}", seen);
        }
    }

    private static void AddTimes(ICollection<Figure> figures, string what, List<PageOpening> openings)
    {
        var (paint, live) = (Median(openings.Select(opening => opening.FirstPaint)), Median(openings.Select(opening => opening.Live)));
        figures.Add(new Figure($"{what}: first contentful paint at {RoundTrip.TotalMilliseconds:0} ms round trip", paint, "ms")
        {
            Note = string.Create(CultureInfo.InvariantCulture, $"median of {openings.Count}, half of them on a phone; it answers after {live:0} ms"),
        });
        var worst = openings.MaxBy(opening => opening.Shift)!;
        figures.Add(new Figure($"{what}: layout shift, worst of desktop and phone", worst.Shift, "") { Note = worst.Moved.Length > 0 ? worst.Moved : null }.AtMost(0.1));
    }

    private static async Task<Figure> OwnBubbleAsync(Chromium chromium, Uri way, Person person, int room, CancellationToken cancellation)
    {
        var sender = await RoomBrowser.OpenAsync(chromium, way, person, room);
        var (bubbles, stored) = (new List<double>(), new List<double>());
        for (var key = 0; key < Keys; key++)
        {
            var text = $"bench-{Guid.NewGuid():N}";
            var (pressed, _) = await sender.SayAsync(text);
            bubbles.Add((await sender.BubbleAsync(text)).Drawn - pressed);
            stored.Add((await sender.SeenAsync(text)).Drawn - pressed);
            await Task.Delay(80, cancellation);
        }

        await sender.CloseAsync();
        return new Figure($"key -> own bubble drawn, at {RoundTrip.TotalMilliseconds:0} ms round trip, p95", Percentile(bubbles.Skip(3), 95), "ms")
        {
            Note = string.Create(CultureInfo.InvariantCulture, $"p50 {Median(bubbles.Skip(3)):0.0} ms; its stored row follows after {Median(stored.Skip(3)):0} ms"),
        }.AtMost(50);
    }

    private static async Task<IPage> OpenAsync(Chromium chromium, Uri way, Person person, BrowserNewContextOptions device)
    {
        var page = await chromium.OpenAsync(way, new(device));
        await page.Context.AddCookiesAsync([new() { Name = BenchHouse.CookieName, Value = person.Cookie, Url = way.ToString() }]);
        await PageOpening.WatchAsync(page.Context);
        return page;
    }
}

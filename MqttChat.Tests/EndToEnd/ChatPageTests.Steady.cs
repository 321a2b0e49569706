using System.Collections.Concurrent;
using Microsoft.Playwright;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.EndToEnd;

/// <summary>Nothing on a page moves while it comes.</summary>
public sealed partial class ChatPageTests
{
    [Fact]
    public async Task MainPages_WhileTheyComeAlive_NothingMoves()
    {
        var room = await house.Staff.MakeRoomAsync("Steady");
        await house.Staff.SayAsync(room, "Here since yesterday");
        await using var plug = await MqttTestClient.ConnectAsync(house.BrokerPort);
        var plugId = await house.PlugInAsync(plug, "toaster");
        (string Path, string Ready)[] pages =
        [
            ("/rooms", ".item"), ($"/rooms/{room}", "[data-ready]"), ("/dashboard", ".power-chart-plot canvas"), ($"/plugs/{plugId}", ".power-chart-plot canvas"),
        ];
        BrowserNewContextOptions[] devices =
            [new(), new() { ViewportSize = new() { Width = 390, Height = 844 }, HasTouch = true, IsMobile = true }];
        var (moved, browsers) = (new ConcurrentBag<string>(), new List<IPage>());
        foreach (var device in devices)
        {
            browsers.Add(await house.OpenAsync("staff", "/profile", options: device));
        }

        await Parallel.ForEachAsync(browsers, async (page, _) =>
        {
            await PageOpening.WatchAsync(page.Context);
            foreach (var (path, ready) in pages)
            {
                var opening = await PageOpening.OfAsync(page, path, ready);
                if (opening.Shift > 0.01)
                {
                    moved.Add($"{path} on {page.ViewportSize!.Width}: {opening.Shift:0.000} ({opening.Moved})");
                }
            }
        });
        Assert.True(moved.IsEmpty, string.Join('\n', moved));
    }
}

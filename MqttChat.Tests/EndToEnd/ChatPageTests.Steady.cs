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
        await AssertSwitchWaitsAsync(browsers[0], plug);
    }

    /// <summary>A switch that is pressed before the page is live does nothing, and does not look as if it did.</summary>
    private static async Task AssertSwitchWaitsAsync(IPage page, MqttTestClient plug)
    {
        var line = new HeldPage(page);
        await line.OpenAsync("/dashboard", HeldPage.Circuit);
        await line.ReachesAsync(HeldPage.Circuit);
        var button = page.GetByRole(AriaRole.Switch).First;
        await button.Expect().ToBeDisabledAsync();
        await button.ClickAsync(new() { Force = true });

        line.LetGo(HeldPage.Circuit);
        await button.Expect().ToBeEnabledAsync();
        await button.Expect().ToHaveAttributeAsync("aria-checked", "false");
        Assert.DoesNotContain(plug.Heard, message => message.Topic.StartsWith("cmnd/toaster/POWER", StringComparison.Ordinal));
    }
}

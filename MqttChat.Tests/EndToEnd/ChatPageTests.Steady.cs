using System.Collections.Concurrent;
using Microsoft.Playwright;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.EndToEnd;

/// <summary>What does not depend on a clock: nothing on a page moves while it comes, and the own bubble asks nobody.</summary>
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

    [Fact]
    public async Task OwnMessage_WhileNothingGetsThrough_IsDrawnByTheNextFrame()
    {
        var room = await house.Rei.MakeRoomAsync("Nothing gets through");
        await using var way = new TcpFaultProxy(house.App.BaseAddress.Port);
        var page = await house.OpenRoomAsync("rei", room, way);
        way.IsHalfOpen = true;
        await page.EvaluateAsync("""
            () => document.querySelector('[data-composer]').addEventListener('keydown', event => {
              if (event.key !== 'Enter') return;
              // Behind the page's own frame callback of the same frame.
              window.drawn = new Promise(done => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(
                () => done([...document.querySelectorAll('[data-pending] .sent-text')].map(text => text.textContent))))));
            }, true)
            """);
        await page.Composer().FillAsync("Ahead of the answer");
        await page.Keyboard.PressAsync("Enter");

        Assert.Equal(["Ahead of the answer"], await page.EvaluateAsync<string[]>("() => window.drawn"));
        Assert.Equal(0, await page.Rows().CountAsync());
        way.IsHalfOpen = false;
        await page.Said("Ahead of the answer").Expect().ToHaveCountAsync(1);
    }
}

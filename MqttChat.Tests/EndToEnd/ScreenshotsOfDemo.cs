using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.EndToEnd;

/// <summary>Pictures of the demo house, which looks like a real one: dashboard, a month of a plug, a room.</summary>
[Collection(BrowserTests.Name)]
public sealed partial class ScreenshotsOfDemo(Chromium chromium)
{
    [ScreenshotFact]
    public async Task Demo_InBothLanguages_OnDesktopAndPhone()
    {
        var complaints = new ConcurrentQueue<string>();
        await PhotographAsync(PictureWords.English, complaints);
        await PhotographAsync(PictureWords.Japanese, complaints);
        Assert.Empty(complaints);
    }

    private async Task PhotographAsync(PictureWords words, ConcurrentQueue<string> complaints)
    {
        await using var app = await AppProcess.StartAsync("demo", $"House:Language={words.Language}", $"House:TimeZone={words.Zone}");
        await Eventually.TrueAsync(() => StaffLine().IsMatch(app.Output), TimeSpan.FromSeconds(60), "the accounts are printed");
        var password = StaffLine().Match(app.Output).Groups["password"].Value;
        await Eventually.TrueAsync(() => app.Output.Contains("have told their past", StringComparison.Ordinal), TimeSpan.FromMinutes(4), "the history is in");
        // The walk switches off what was left on: it comes last.
        foreach (var phone in (bool[])[true, false])
        {
            var camera = await Camera.OpenAsync(chromium, app.BaseAddress, words, phone, complaints);
            await camera.SignInAsync("staff@example.org", password);
            await camera.TakeAsync("demo-rooms", "/rooms");
            await camera.TakeAsync("demo-dashboard", "/dashboard", ".unusual a", DayFromTheTopAsync);
            var heater = await camera.Page.Locator(".unusual a").First.GetAttributeAsync("href");
            await camera.TakeAsync("demo-plug-month", heater!, ".plug-figures", page => SpanAsync(page, 4));
            await camera.TakeAsync("demo-plug-week", heater!, ".plug-figures", page => SpanAsync(page, 3));
            await camera.TakeAsync("demo-kitchen", "/rooms/2", "[role=log] article", AtTheEndAsync);
            if (!phone)
            {
                await WalkAsync(camera.Page, words);
            }

            await camera.Page.Context.CloseAsync();
        }
    }

    // On a phone the chart stands below the plugs.
    private static async Task DayFromTheTopAsync(IPage page)
    {
        await SpanAsync(page, 2);
        await page.Locator("h1").ScrollIntoViewIfNeededAsync();
    }

    /// <summary>The moving picture of the README, frame by frame: numbers that move, the month of what was left on, its switch, a room.</summary>
    private static async Task WalkAsync(IPage page, PictureWords words)
    {
        var folder = Directory.CreateDirectory(Path.Combine(ScreenshotFactAttribute.Folder!, $"tour-{words.Language}")).FullName;
        var number = 0;
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        await page.GotoAsync("/dashboard");
        await page.Locator(".unusual a").First.WaitForAsync();
        await FilmAsync(8, TimeSpan.FromSeconds(0.7));
        await page.Locator(".unusual a").First.ClickAsync();
        await SpanAsync(page, 4);
        await FilmAsync(4, TimeSpan.FromSeconds(0.4));
        await page.GetByRole(AriaRole.Switch).First.ClickAsync();
        await FilmAsync(5, TimeSpan.FromSeconds(0.4));
        await page.GotoAsync("/rooms/2");
        await page.Locator("[data-ready]").WaitForAsync();
        await FilmAsync(3, TimeSpan.FromSeconds(0.3));
        foreach (var part in words.Edited.Chunk(6))
        {
            await page.Keyboard.InsertTextAsync(new string(part));
            await FilmAsync(1, TimeSpan.Zero);
        }

        await page.Keyboard.PressAsync("Enter");
        await FilmAsync(6, TimeSpan.FromSeconds(0.4));

        async Task FilmAsync(int frames, TimeSpan apart)
        {
            for (var frame = 0; frame < frames; frame++)
            {
                await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{++number:000}.png") });
                await Task.Delay(apart);
            }
        }
    }

    private static Task AtTheEndAsync(IPage page) =>
        page.WaitForFunctionAsync("() => { const box = document.querySelector('[data-scroll]'); return box && box.scrollHeight - box.clientHeight - box.scrollTop < 4; }");

    private static async Task SpanAsync(IPage page, int number)
    {
        await page.Locator(".power-chart-plot canvas").WaitForAsync();
        var tab = page.Locator(".power-chart-tabs button").Nth(number);
        await tab.ClickAsync();
        var name = await tab.InnerTextAsync();
        await page.Locator(".power-chart-host caption").Filter(new() { HasText = name }).WaitForAsync(new() { State = WaitForSelectorState.Attached });
    }

    [GeneratedRegex(@"staff@example\.org\s+(?<password>[a-z0-9]{12})")]
    private static partial Regex StaffLine();
}

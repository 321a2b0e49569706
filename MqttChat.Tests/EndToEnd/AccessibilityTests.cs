using System.Collections.Concurrent;
using Microsoft.Playwright;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.EndToEnd;

/// <summary>Every page in both languages, light and dark, under axe's rules. The states of pages and phones are looked at with the pictures.</summary>
[Collection(BrowserTests.Houses)]
public sealed class AccessibilityTests(Chromium chromium)
{
    private static readonly string[] Open = ["/account/login", "/account/forgot", "/account/register", "/join/nothing", "/welcome/nothing", "/account/reset?user=1&code=1", "/nowhere"];

    private static readonly (string Path, string Ready)[] Inside =
    [
        ("/rooms", ".item"), ("/rooms/1", "[data-ready]"), ("/rooms/{kitchen}", "[data-ready]"), ("/rooms/{kitchen}/members", ".members li"), ("/rooms/new", "#room-name"),
        ("/dashboard", ".plug-tile"), ("/plugs/new", ".heard-plug"), ("/plugs/connect", "#connect-name:enabled"), ("/plugs/{fridge}", ".plug-figures"),
        ("/people", ".people-table"), ("/house", ".house-form"), ("/rooms/all", ".people-table"), ("/invitations", "h1"), ("/profile", "h1"), ("/account/confirm", "h1"), ("/account/leave", "h1"), ("/status", "h1"),
    ];

    /// <summary>With the full set: it looks a hundred times. The browser tests of single pages look at theirs in the ordinary suite.</summary>
    [FaultFact]
    public async Task EveryPage_BothLanguagesLightAndDark_HasNothingSerious()
    {
        var words = PictureWords.English;
        await using var broker = await MosquittoProcess.StartAsync(MosquittoSettings.SavesEverySecond);
        await using var app = await AppProcess.StartAsync([.. broker.AppSettings, .. PictureHouse.Settings(words)]);
        using var house = new PictureHouse(app, words);
        await house.MoveInAsync();
        await using (var plugs = await broker.ConnectAsync())
        {
            await house.PlugInAsync(plugs);
        }

        var found = new ConcurrentBag<string>();
        await Parallel.ForEachAsync((PictureWords[])[PictureWords.English, PictureWords.Japanese], async (language, _) =>
        {
            var camera = await Camera.OpenAsync(chromium, app.BaseAddress, language, phone: false, []);
            foreach (var path in Open)
            {
                await LookAsync(camera.Page, path, "h1", found);
            }

            await camera.SignInAsync();
            foreach (var (path, ready) in Inside)
            {
                var filled = path.Replace("{kitchen}", $"{house.Kitchen}", StringComparison.Ordinal).Replace("{fridge}", $"{house.Fridge}", StringComparison.Ordinal);
                await LookAsync(camera.Page, filled, ready, found);
            }
        });
        Assert.True(found.IsEmpty, string.Join('\n', found.Distinct()));
    }

    private static async Task LookAsync(IPage page, string path, string ready, ConcurrentBag<string> found)
    {
        await page.GotoAsync(path);
        await page.Locator(ready).First.WaitForAsync();
        foreach (var scheme in (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark])
        {
            await Camera.LightAsync(page, scheme);
            foreach (var line in await Axe.SeriousAsync(page))
            {
                found.Add($"{scheme}: {line}");
            }
        }
    }
}

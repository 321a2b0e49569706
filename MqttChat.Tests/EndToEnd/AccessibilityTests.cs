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
        ("/rooms", ".item"), ("/rooms/1", "[data-ready]"), ("/rooms/{kitchen}", "[data-ready]"), ("/rooms/{kitchen}/members", ".members li"), ("/rooms?new=1", "#room-name"),
        ("/dashboard", ".plug-tile"), ("/plugs/new", ".heard-plug"), ("/plugs/connect", "#connect-name:enabled"), ("/plugs/{fridge}", ".plug-figures"),
        ("/people", "h1"), ("/invitations", "h1"), ("/profile", "h1"), ("/status", "h1"),
    ];

    /// <summary>Every page once: one in English and light, the next in Japanese and dark.</summary>
    [Fact]
    public Task EveryPage_InOneLanguageOrTheOther_HasNothingSerious() => LookAroundAsync(isWhole: false);

    [FaultFact]
    public Task EveryPage_BothLanguagesLightAndDark_HasNothingSerious() => LookAroundAsync(isWhole: true);

    private async Task LookAroundAsync(bool isWhole)
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
            var half = language == PictureWords.English ? 0 : 1;
            ColorScheme[] schemes = isWhole ? [ColorScheme.Light, ColorScheme.Dark] : half == 0 ? [ColorScheme.Light] : [ColorScheme.Dark];
            foreach (var path in Open.Where((_, number) => isWhole || number % 2 == half))
            {
                await LookAsync(camera.Page, path, "h1", schemes, found);
            }

            await camera.SignInAsync();
            foreach (var (path, ready) in Inside.Where((_, number) => isWhole || number % 2 == half))
            {
                var filled = path.Replace("{kitchen}", $"{house.Kitchen}", StringComparison.Ordinal).Replace("{fridge}", $"{house.Fridge}", StringComparison.Ordinal);
                await LookAsync(camera.Page, filled, ready, schemes, found);
            }
        });
        Assert.True(found.IsEmpty, string.Join('\n', found.Distinct()));
    }

    private static async Task LookAsync(IPage page, string path, string ready, ColorScheme[] schemes, ConcurrentBag<string> found)
    {
        await page.GotoAsync(path);
        await page.Locator(ready).First.WaitForAsync();
        foreach (var scheme in schemes)
        {
            await Camera.LightAsync(page, scheme);
            foreach (var line in await Axe.SeriousAsync(page))
            {
                found.Add($"{scheme}: {line}");
            }
        }
    }
}

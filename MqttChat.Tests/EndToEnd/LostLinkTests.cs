using Microsoft.Playwright;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.EndToEnd;

/// <summary>The program killed, the link cut: nothing written is lost or doubled, and nothing missed stays missing.</summary>
[Collection(BrowserTests.Name)]
public sealed partial class LostLinkTests(ChatApp house) : IClassFixture<ChatApp>, IAsyncLifetime
{
    private static readonly LocatorAssertionsToHaveCountOptions Patient = new() { Timeout = 45_000 };

    // The row at the top of what is seen, and where it stands.
    private const string Place = """
        () => {
          const list = document.querySelector('[data-scroll]').getBoundingClientRect().top;
          const row = [...document.querySelectorAll('[data-log] > article')].find(row => row.getBoundingClientRect().bottom > list);
          return `${row.id} ${Math.round(row.getBoundingClientRect().top - list)}`;
        }
        """;

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => house.CloseAllAsync();

    [Fact]
    public async Task AppKilled_WhatIsSentWaits_AndBothBrowsersComeBackWithEverything()
    {
        var room = await house.Rei.MakeRoomAsync("Restart");
        await house.Kenji.PostAsync($"rooms/{room}/join");
        await house.Rei.SayAsync(room, "To be edited");
        var deleted = await house.Kenji.SayAsync(room, "To be deleted");
        var (rei, kenji) = (await house.OpenRoomAsync("rei", room), await house.OpenRoomAsync("kenji", room));
        await kenji.Composer().FillAsync("Half a thought");
        await house.App.KillAsync();

        foreach (var text in (string[])["First while away", "Second while away"])
        {
            await rei.Composer().FillAsync(text);
            await rei.Composer().PressAsync("Enter");
        }

        await rei.Composer().FillAsync("Draft while away");
        await rei.Waiting().Expect().ToHaveCountAsync(2);
        await rei.Waiting().First.GetByText("Sending").Expect().ToBeVisibleAsync();

        await house.App.StartAgainAsync();
        HouseApi.Checked(await house.Kenji.SendAsync(HttpMethod.Delete, $"messages/{deleted}"));

        foreach (var page in (IPage[])[rei, kenji])
        {
            // Of the new page, and live: the rows of its first rendering go once more.
            await page.Said("Message deleted").Expect().ToHaveCountAsync(1, Patient);
            await page.Ready().WaitForAsync();
            foreach (var text in (string[])["First while away", "Second while away", "To be edited", "Message deleted"])
            {
                await page.Said(text).Expect().ToHaveCountAsync(1, Patient);
            }

            Assert.Equal(["To be edited", "Message deleted", "First while away", "Second while away"], await page.TextsAsync());
        }

        await rei.Waiting().Expect().ToHaveCountAsync(0);
        await rei.Composer().Expect().ToHaveValueAsync("Draft while away");
        await kenji.Composer().Expect().ToHaveValueAsync("Half a thought");
        var stored = (await house.Rei.GetAsync($"rooms/{room}/messages")).GetProperty("items");
        Assert.Equal(4, stored.GetArrayLength());

        // Both are live again, without a hand's turn.
        await rei.SayAsync("And on we go");
        await kenji.Said("And on we go").Expect().ToHaveCountAsync(1, Patient);
    }

    [Fact]
    public async Task LinkCut_ThePageStays_AndCatchesUpWithinASecondOfItsReturn()
    {
        await using var way = new TcpFaultProxy(house.App.BaseAddress.Port);
        var room = await house.Rei.MakeRoomAsync("Cut");
        await house.Kenji.PostAsync($"rooms/{room}/join");
        var edited = await house.Rei.SayAsync(room, "Before the edit");
        var deleted = await house.Rei.SayAsync(room, "Before the deletion");
        var page = await house.OpenRoomAsync("kenji", room, way);
        await page.EvaluateAsync("window.sameDocument = true");

        way.IsShut = true;
        way.CutAll();
        await page.Composer().FillAsync("Sent without a link");
        await page.Composer().PressAsync("Enter");
        await page.Waiting().Expect().ToHaveCountAsync(1);
        await page.Composer().FillAsync("Still writing");
        HouseApi.Checked(await house.Rei.SendAsync(HttpMethod.Patch, $"messages/{edited}", new { text = "After the edit" }));
        HouseApi.Checked(await house.Rei.SendAsync(HttpMethod.Delete, $"messages/{deleted}"));
        await house.Rei.SayAsync(room, "Said meanwhile");

        // After five seconds a quiet line, and no wall: the composer stays usable.
        var notice = page.Locator("#components-reconnect-modal");
        await Eventually.TrueAsync(() => notice.IsVisibleAsync(), TimeSpan.FromSeconds(8));
        await page.Composer().Expect().ToBeEnabledAsync();

        way.IsShut = false;
        await SaidWithinAsync(page, "Said meanwhile", TimeSpan.FromSeconds(3));
        await SaidWithinAsync(page, "After the edit", TimeSpan.FromSeconds(1));
        await SaidWithinAsync(page, "Message deleted", TimeSpan.FromSeconds(1));
        await page.Said("Sent without a link").Expect().ToHaveCountAsync(1);
        await notice.Expect().ToBeHiddenAsync();
        await page.Waiting().Expect().ToHaveCountAsync(0);
        await page.Composer().Expect().ToHaveValueAsync("Still writing");
        Assert.True(await page.EvaluateAsync<bool>("window.sameDocument === true"), "the page was not loaded anew");
        Assert.Equal(["After the edit", "Message deleted", "Said meanwhile", "Sent without a link"], await page.TextsAsync());
    }

    private static Task SaidWithinAsync(IPage page, string text, TimeSpan within) =>
        Eventually.TrueAsync(async () => await page.Said(text).CountAsync() == 1, within, $"“{text}” is shown");

    [Fact]
    public async Task LinkCut_WhileMuchIsSaid_TheReaderStaysWhereTheyRead_AndGoesOnFromThere()
    {
        await using var way = new TcpFaultProxy(house.App.BaseAddress.Port) { Delay = TimeSpan.FromMilliseconds(75) };
        var room = await house.Rei.MakeRoomAsync("Much");
        await house.Kenji.PostAsync($"rooms/{room}/join");
        await SayManyAsync(room, "Line", 150);

        // One reads far up, in history that was loaded; the other is at the end.
        var (above, atEnd) = (await house.OpenRoomAsync("kenji", room, way), await house.OpenRoomAsync("rei", room, way));
        var jump = above.GetByRole(AriaRole.Button, new() { Name = "Newest message" });
        await jump.ClickAsync();
        await jump.Expect().ToBeHiddenAsync();
        await above.Locator("[data-scroll]").EvaluateAsync("list => { list.scrollTop = 0; }");
        await above.Rows().Expect().ToHaveCountAsync(150);
        await above.Locator("[data-scroll]").EvaluateAsync("list => { list.scrollTop = 900; }");
        var place = await above.EvaluateAsync<string>(Place);

        foreach (var missed in (int[])[1, 130])
        {
            way.IsShut = true;
            way.CutAll();
            await SayManyAsync(room, $"Missed {missed}:", missed);

            HouseApi.Checked(await house.Rei.SendAsync(HttpMethod.Patch, $"messages/{await above.Rows().First.GetAttributeAsync("data-id")}", new { text = $"Edited {missed}" }));
            way.IsShut = false;

            await above.Said($"Edited {missed}").Expect().ToHaveCountAsync(1, Patient);
            Assert.Equal(place, await above.EvaluateAsync<string>(Place));
            await jump.Expect().ToBeVisibleAsync();
            await atEnd.Said($"Missed {missed}: 0").Expect().ToHaveCountAsync(1, Patient);
        }

        await jump.ClickAsync();
        await above.Rows().Last.Expect().ToBeInViewportAsync();
        await house.Rei.SayAsync(room, "Live again");
        await above.Said("Live again").Expect().ToBeInViewportAsync();
    }

    [Fact]
    public async Task AppGone_APageThatIsOpened_SaysSoInItsLanguage_AndComesBackByItself()
    {
        var room = await house.Rei.MakeRoomAsync("Unreachable");
        var page = await house.OpenRoomAsync("rei", room, null, new()
        {
            Locale = "ja-JP", ViewportSize = new() { Width = 390, Height = 844 }, ColorScheme = ColorScheme.Dark,
        });
        await page.EvaluateAsync("() => navigator.serviceWorker.ready.then(() => true)");
        await house.App.StopAsync();

        await page.GotoAsync($"/rooms/{room}");
        var heading = page.GetByRole(AriaRole.Heading, new() { Name = "ハウスに接続できません" });
        await heading.Expect().ToBeVisibleAsync();
        await page.GetByText("Can’t reach the house").Expect().ToBeHiddenAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "再試行" }).ClickAsync();
        Assert.Equal("#14181a", await page.EvaluateAsync<string>("() => getComputedStyle(document.documentElement).getPropertyValue('--mc-bg').trim()"));

        Assert.Empty(await Axe.SeriousAsync(page));

        // Nothing of the people's is kept, only the page itself and what it is made of.
        Assert.Equal(
            ["/app.css", "/favicon.svg", "/offline", "/offline.js", "/theme.js"],
            (await page.EvaluateAsync<string[]>("""
                async () => {
                  const caches = await Promise.all((await window.caches.keys()).map(name => window.caches.open(name)));
                  return (await Promise.all(caches.map(cache => cache.keys()))).flat().map(request => new URL(request.url).pathname);
                }
                """)).Order(StringComparer.Ordinal));

        await house.App.StartAgainAsync();
        await page.Ready().Expect().ToBeVisibleAsync(new() { Timeout = 30_000 });
        Assert.EndsWith($"/rooms/{room}", page.Url, StringComparison.Ordinal);
        await heading.Expect().ToHaveCountAsync(0);
    }
}

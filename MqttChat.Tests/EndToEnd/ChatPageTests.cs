using System.Text.RegularExpressions;
using Microsoft.Playwright;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.EndToEnd;

/// <summary>The chat's page in real browsers: writing, reading, editing.</summary>
[Collection(BrowserTests.Name)]
public sealed partial class ChatPageTests : IClassFixture<ChatApp>, IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => house.CloseAllAsync();

    [Fact]
    public async Task OwnMessage_WhileTheServerIsSilent_IsDrawnAtOnceAndSolidOnceStored()
    {
        var room = await house.Rei.MakeRoomAsync("At once");
        var page = await house.OpenRoomAsync("rei", room);

        // Timed by the page itself: what the test asks of it takes as long as a busy machine lets it.
        await page.EvaluateAsync("""
            () => {
              const pending = document.querySelector('[data-pending]');
              document.addEventListener('keydown', () => { window.pressedAt = performance.now(); }, { capture: true });
              new MutationObserver(() => { window.drawnAfter ??= performance.now() - pressedAt; }).observe(pending, { childList: true });
            }
            """);
        await house.App.FreezeAsync();
        try
        {
            await page.Composer().FillAsync("Before the answer");
            await page.Composer().PressAsync("Enter");

            await page.Waiting().Filter(new() { HasText = "Before the answer" }).Expect().ToBeVisibleAsync();
            Assert.InRange(await page.EvaluateAsync<double>("() => drawnAfter"), 0, 500);
            await page.Waiting().GetByText("Sending").Expect().ToBeVisibleAsync();
            await page.Composer().Expect().ToHaveValueAsync("");
            await page.Composer().Expect().ToBeFocusedAsync();
            Assert.Equal(0, await page.Rows().CountAsync());
        }
        finally
        {
            await house.App.ThawAsync();
        }

        await page.Said("Before the answer").Expect().ToHaveCountAsync(1);
        await page.Locator("[data-pending] .sent").Expect().ToHaveCountAsync(0);
        await page.Said("Before the answer").Expect().ToHaveClassAsync(new Regex(@"\bown\b"));
    }

    [Theory]
    [InlineData("visible")]
    [InlineData("hidden")]
    public async Task OwnMessage_WhereThePageDrawsNoFrames_HasItsBubbleAllTheSame(string visibility)
    {
        var room = await house.Rei.MakeRoomAsync($"No frames, {visibility}");
        var page = await house.OpenRoomAsync("rei", room);
        await page.EvaluateAsync(
            "state => { window.requestAnimationFrame = () => 0; Object.defineProperty(document, 'visibilityState', { get: () => state }); }", visibility);
        await house.App.FreezeAsync();
        try
        {
            var shown = await page.EvaluateAsync<string[]>("""
                async () => {
                  const box = document.getElementById('composer');
                  box.value = 'Unseen';
                  box.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
                  for (const end = performance.now() + 5000; performance.now() < end && !document.querySelector('[data-pending] .sent');)
                    await new Promise(done => setTimeout(done));
                  return [...document.querySelectorAll('[data-pending] .sent-text')].map(text => text.textContent);
                }
                """);
            Assert.Equal(["Unseen"], shown);
        }
        finally
        {
            await house.App.ThawAsync();
        }

        await page.Said("Unseen").Expect().ToHaveCountAsync(1);
        await page.Locator("[data-pending] .sent").Expect().ToHaveCountAsync(0);
    }

    [Fact]
    public async Task OwnMessages_ManyInARow_EachIsShownExactlyOnceAtEveryMoment()
    {
        var room = await house.Rei.MakeRoomAsync("Every moment");
        var page = await house.OpenRoomAsync("rei", room);
        await page.EvaluateAsync("""
            () => {
              window.wrong = [];
              const shown = () => [...document.querySelectorAll('[data-log] > article .text, [data-pending] .sent-text')].map(text => text.textContent);
              const look = () => {
                const now = shown();
                if (now.some((text, at) => text !== String(at + 1))) window.wrong.push(now.join());
                requestAnimationFrame(look);
              };
              requestAnimationFrame(look);
            }
            """);
        for (var number = 1; number <= 12; number++)
        {
            await page.Composer().FillAsync($"{number}");
            await page.Composer().PressAsync("Enter");
        }

        await page.Rows().Expect().ToHaveCountAsync(12);
        await page.Locator("[data-pending] .sent").Expect().ToHaveCountAsync(0);
        Assert.Empty(await page.EvaluateAsync<string[]>("() => window.wrong"));
    }

    [Fact]
    public async Task RowsButton_WithTheKeyboardsFocus_KeepsItWhateverHappensToRows()
    {
        var room = await house.Rei.MakeRoomAsync("Focus");
        await house.Kenji.PostAsync($"rooms/{room}/join");
        var mine = await house.Rei.SayAsync(room, "Mine");
        var other = await house.Kenji.SayAsync(room, "Not mine");
        var page = await house.OpenRoomAsync("rei", room);
        var edit = page.Locator("#m1 [data-act=edit]");
        await edit.FocusAsync();
        await page.EvaluateAsync("window.focusedThen = document.activeElement");

        await house.Kenji.SayAsync(room, "New");
        await page.Said("New").WaitForAsync();
        HouseApi.Checked(await house.Kenji.SendAsync(HttpMethod.Patch, $"messages/{other}", new { text = "Still of another" }));
        await page.Said("Still of another").WaitForAsync();
        Assert.True(await page.EvaluateAsync<bool>("document.activeElement === window.focusedThen"), "rows that did not change are not drawn anew");

        HouseApi.Checked(await house.Rei.SendAsync(HttpMethod.Patch, $"messages/{mine}", new { text = "Mine, edited elsewhere" }));
        await page.Said("Mine, edited elsewhere").WaitForAsync();
        await edit.Expect().ToBeFocusedAsync();

        HouseApi.Checked(await house.Rei.SendAsync(HttpMethod.Delete, $"messages/{mine}"));
        await page.Said("Message deleted").WaitForAsync();
        await page.Locator("[data-scroll]").Expect().ToBeFocusedAsync();
    }

    [Fact]
    public async Task Keys_OnADesktop_SendOrBreakTheLine_AndAConversionIsLeftAlone()
    {
        var room = await house.Rei.MakeRoomAsync("Keys");
        var page = await house.OpenRoomAsync("rei", room);
        var box = page.Composer();
        await box.PressSequentiallyAsync("one");
        await box.PressAsync("Shift+Enter");
        await box.PressSequentiallyAsync("two");
        await box.Expect().ToHaveValueAsync("one\ntwo");
        await box.PressAsync("Enter");
        await page.Said("one").WaitForAsync();
        await box.FillAsync("three");
        await box.PressAsync("Control+Enter");
        await page.Said("three").WaitForAsync();
        Assert.Equal(["one\ntwo", "three"], await page.TextsAsync());

        // As a Japanese input method does it: converting, a message of somebody else arrives, Enter ends the conversion.
        var input = await page.Context.NewCDPSessionAsync(page);
        await input.SendAsync("Input.imeSetComposition", new() { ["text"] = "ていでん", ["selectionStart"] = 4, ["selectionEnd"] = 4 });
        await house.Staff.PostAsync($"rooms/{room}/join");
        await house.Staff.SayAsync(room, "Meanwhile");
        await page.Said("Meanwhile").WaitForAsync();
        await box.Expect().ToHaveValueAsync("ていでん");
        await box.EvaluateAsync("""
            box => {
              for (const how of [{ isComposing: true }, { keyCode: 229 }])
                box.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true, ...how }));
            }
            """);
        await input.SendAsync("Input.insertText", new() { ["text"] = "停電" });
        await box.Expect().ToHaveValueAsync("停電");
        await box.PressAsync("Enter");
        await page.Said("停電").WaitForAsync();
        Assert.Equal(["one\ntwo", "three", "Meanwhile", "停電"], await page.TextsAsync());
    }

    [Fact]
    public async Task Phone_EnterBreaksTheLine_AndTheButtonSends()
    {
        var room = await house.Rei.MakeRoomAsync("Phone");
        var page = await house.OpenRoomAsync("rei", room, options: new()
        {
            ViewportSize = new() { Width = 390, Height = 780 }, HasTouch = true, IsMobile = true, DeviceScaleFactor = 2,
        });
        await page.Composer().TapAsync();
        await page.Composer().PressSequentiallyAsync("one");
        await page.Composer().PressAsync("Enter");
        await page.Composer().PressSequentiallyAsync("two");
        await page.Composer().Expect().ToHaveValueAsync("one\ntwo");

        await page.GetByRole(AriaRole.Button, new() { Name = "Send" }).TapAsync();

        await page.Said("one").WaitForAsync();
        Assert.Equal(["one\ntwo"], await page.TextsAsync());
        await page.Composer().Expect().ToBeFocusedAsync();
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), "nothing sticks out at the side");
    }

    [Fact]
    public async Task Text_OfAnyKind_IsShownExactlyAsWritten_AndLinksAreLinks()
    {
        var room = await house.Rei.MakeRoomAsync("Text");
        await house.Kenji.PostAsync($"rooms/{room}/join");
        var (rei, kenji) = (await house.OpenRoomAsync("rei", room), await house.OpenRoomAsync("kenji", room));
        string[] texts =
        [
            "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">&amp; <b>bold</b>",
            "👩‍👩‍👧‍👦 🇯🇵 ❤️‍🔥 停電、ありました ｶﾀｶﾅ", "שלום, this is mixed مرحبا 123", "  two  spaces\n\n\ta tab  ",
            "Z̸̡̛a̷l̴g̵o\u200B\u202Egnisrever\u202C end",
        ];
        foreach (var text in texts)
        {
            await rei.Composer().FillAsync(text);
            await rei.Composer().PressAsync("Enter");
        }

        await kenji.Rows().Expect().ToHaveCountAsync(texts.Length);
        await rei.Rows().Expect().ToHaveCountAsync(texts.Length);
        foreach (var page in (IPage[])[rei, kenji])
        {
            Assert.Equal(texts, await page.TextsAsync());
            Assert.Equal(0, await page.Rows().Locator("script, img, b").CountAsync());
            Assert.DoesNotContain("owned", await page.TitleAsync(), StringComparison.Ordinal);
        }

        await house.Rei.SayAsync(room, "see https://example.org/a?b=1&c=(d), mailto:a@example.org javascript:alert(1) http://停電");
        var links = kenji.Rows().Last.Locator(".text a");
        await links.Expect().ToHaveCountAsync(2);
        await links.First.Expect().ToHaveAttributeAsync("href", "https://example.org/a?b=1&c=(d)");
        await links.First.Expect().ToHaveAttributeAsync("rel", new Regex("noopener"));
        await links.Last.Expect().ToHaveAttributeAsync("href", "mailto:a@example.org");
    }

    [Fact]
    public async Task TextTooLong_GetsTheErrorInThePersonsLanguage_AndIsKept_AlsoOverAReload()
    {
        var room = await house.Rei.MakeRoomAsync("Long");
        var page = await house.OpenRoomAsync("rei", room, options: new() { Locale = "ja-JP" });
        var box = page.GetByRole(AriaRole.Textbox);
        var text = new string('あ', 4001);
        await box.FillAsync(text);
        await box.PressAsync("Enter");

        await page.GetByRole(AriaRole.Alert).Filter(new() { HasTextRegex = new Regex("メッセージが長すぎます") }).Expect().ToBeVisibleAsync();
        await box.Expect().ToHaveValueAsync(text);
        Assert.Equal(0, await page.Rows().CountAsync());

        await box.FillAsync(text[..4000]);
        await page.ReloadAsync();
        await page.Ready().WaitForAsync();
        await box.Expect().ToHaveValueAsync(text[..4000]);
        await box.PressAsync("Enter");
        await page.Rows().Expect().ToHaveCountAsync(1);
        await page.ReloadAsync();
        await page.Ready().WaitForAsync();
        await box.Expect().ToHaveValueAsync("");
        Assert.Equal([text[..4000]], await page.TextsAsync());
    }

    [Fact]
    public async Task ArrowUp_EditsTheLastOwnMessage_AndDeletingShowsForTheOther()
    {
        var room = await house.Rei.MakeRoomAsync("Edit");
        await house.Kenji.PostAsync($"rooms/{room}/join");
        await house.Rei.SayAsync(room, "Fisrt of mine");
        await house.Kenji.SayAsync(room, "Not mine");
        var (rei, kenji) = (await house.OpenRoomAsync("rei", room), await house.OpenRoomAsync("kenji", room));
        await rei.Composer().PressAsync("ArrowUp");
        await rei.Composer().Expect().ToHaveValueAsync("Fisrt of mine");
        await rei.Composer().FillAsync("First of mine");
        await rei.Composer().PressAsync("Enter");

        await kenji.Said("First of mine").GetByText("edited").Expect().ToBeVisibleAsync();
        await rei.Composer().Expect().ToHaveValueAsync("");
        Assert.Equal(["First of mine", "Not mine"], await kenji.TextsAsync());

        // Escape gives back what was being written.
        await rei.Composer().FillAsync("");
        await rei.Composer().PressAsync("ArrowUp");
        await rei.Composer().FillAsync("Changed my mind");
        await rei.Composer().PressAsync("Escape");
        await rei.Composer().Expect().ToHaveValueAsync("");

        await rei.Said("First of mine").HoverAsync();
        await rei.Said("First of mine").GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await rei.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();

        await kenji.Rows().First.GetByText("Message deleted").Expect().ToBeVisibleAsync();
        Assert.Equal(["Message deleted", "Not mine"], await kenji.TextsAsync());
        Assert.DoesNotContain("First of mine", await kenji.ContentAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await kenji.Rows().First.GetByRole(AriaRole.Button).CountAsync());
    }

    [Fact]
    public async Task Unread_StandsInListAndTitle_AndGoesWhenRead()
    {
        var (open, other) = (await house.Rei.MakeRoomAsync("Being read"), await house.Rei.MakeRoomAsync("Elsewhere said"));
        foreach (var room in (int[])[open, other])
        {
            await house.Kenji.PostAsync($"rooms/{room}/join");
        }

        var page = await house.OpenRoomAsync("kenji", open);
        var line = page.GetByRole(AriaRole.Navigation, new() { Name = "Rooms" }).GetByRole(AriaRole.Link).Filter(new() { HasText = "Elsewhere said" });
        await house.Rei.SayAsync(open, "Seen at once");
        await page.Said("Seen at once").WaitForAsync();
        await house.Rei.SayAsync(other, "One");
        await house.Rei.SayAsync(other, "Two");
        await line.GetByText("2", new() { Exact = true }).Expect().ToBeVisibleAsync();
        await Assertions.Expect(page).ToHaveTitleAsync("(2) Being read");

        await line.ClickAsync();
        await page.Said("Two").WaitForAsync();
        await page.Locator("[data-new-line]").Expect().ToHaveCountAsync(1);
        await page.Locator("[data-new-line] + article").Expect().ToHaveAttributeAsync("data-seq", "1");
        await Assertions.Expect(page).ToHaveTitleAsync("Elsewhere said");
        await line.GetByText("2", new() { Exact = true }).Expect().ToHaveCountAsync(0);
        await Eventually.TrueAsync(async () => (await house.Kenji.GetAsync("rooms")).GetProperty("items").EnumerateArray()
            .All(room => room.GetProperty("id").GetInt32() != other || room.GetProperty("unread").GetInt32() == 0));

        // Behind another tab, the room that is open is told too; in front again it is read.
        await page.EvaluateAsync("() => { Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'hidden' }); document.dispatchEvent(new Event('visibilitychange')); }");
        await house.Rei.SayAsync(other, "Three");
        await Assertions.Expect(page).ToHaveTitleAsync("(1) Elsewhere said");
        await line.GetByText("1", new() { Exact = true }).Expect().ToBeVisibleAsync();
        await page.EvaluateAsync("() => { delete document.visibilityState; document.dispatchEvent(new Event('visibilitychange')); }");
        await Assertions.Expect(page).ToHaveTitleAsync("Elsewhere said");
        await line.GetByText("1", new() { Exact = true }).Expect().ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Unread_StandsInTheTitleOfOtherPages_LiveOnesAtOnce()
    {
        var room = await house.Rei.MakeRoomAsync("While elsewhere");
        await house.Staff.PostAsync($"rooms/{room}/join");
        var page = await house.OpenAsync("staff", "/people");
        await Assertions.Expect(page).ToHaveTitleAsync(new Regex("^People"));
        await house.Rei.SayAsync(room, "Where are you?");
        await Assertions.Expect(page).ToHaveTitleAsync(new Regex(@"^\(1\) People"));
        await page.Locator(".mc-header-nav [data-unread-count]").Expect().ToHaveTextAsync("1");

        await page.GotoAsync("/profile");
        await Assertions.Expect(page).ToHaveTitleAsync(new Regex(@"^\(1\) Profile"));
    }

    [Fact]
    public async Task History_ScrolledUp_KeepsThePlace_AndNewMessagesWaitBehindAButton()
    {
        var room = await house.Rei.MakeRoomAsync("History");
        await house.Kenji.PostAsync($"rooms/{room}/join");
        await house.Rei.SayAsync(room, "History begins");
        await Task.WhenAll(Enumerable.Range(2, 418).Select(i => house.Rei.SayAsync(room, $"History line {i}")));
        await house.Rei.SayAsync(room, "History ends");

        var page = await house.OpenRoomAsync("rei", room);
        await page.Said("History ends").Expect().ToBeInViewportAsync();
        Assert.True(await page.Rows().CountAsync() <= 100);

        // One page of history after the other, and what was read stays where it was.
        while (!await page.Rows().First.GetByText("History begins").IsVisibleAsync())
        {
            await AssertPlaceKeptAsync(page);
            Assert.True(await page.Rows().CountAsync() <= 300);
        }

        await page.Locator("[data-scroll]").EvaluateAsync("list => { list.scrollTop = 0; }");
        await house.Kenji.SayAsync(room, "Said while you read");
        var jump = page.GetByRole(AriaRole.Button, new() { Name = "Newest message" });
        await jump.Expect().ToBeVisibleAsync();
        await page.Rows().First.Expect().ToBeInViewportAsync();
        await jump.ClickAsync();
        await page.Said("Said while you read").Expect().ToBeInViewportAsync();
        await jump.Expect().ToBeHiddenAsync();

        // At the end it follows by itself; scrolled up, it does not.
        await house.Kenji.SayAsync(room, "Followed");
        await page.Said("Followed").Expect().ToBeInViewportAsync();
        await page.Locator("[data-scroll]").EvaluateAsync("list => { list.scrollTop -= 700; }");
        await house.Kenji.SayAsync(room, "Not followed");
        await jump.Expect().ToBeVisibleAsync();
        await page.Said("Not followed").Expect().Not.ToBeInViewportAsync();

        // An own message takes one to the end.
        await page.SayAsync("Mine goes to the end");
        await page.Said("Mine goes to the end").Expect().ToBeInViewportAsync();
    }

    /// <summary>Scrolls to the top, waits for older messages, and looks where the first row went.</summary>
    private static async Task AssertPlaceKeptAsync(IPage page)
    {
        var moved = await page.EvaluateAsync<double>("""
            async () => {
              const list = document.querySelector('[data-scroll]'), log = document.querySelector('[data-log]');
              const first = log.querySelector('article'), from = first.dataset.seq;
              list.scrollTop = 0;
              const before = first.getBoundingClientRect().top;
              const end = performance.now() + 15000;
              while (log.querySelector('article').dataset.seq === from && performance.now() < end) await new Promise(requestAnimationFrame);
              if (log.querySelector('article').dataset.seq === from) return 99999;
              for (let i = 0; i < 5; i++) await new Promise(requestAnimationFrame);
              // Drawn anew where its name or its day moved to the row above: the place is that of the message.
              const now = log.querySelector(`article[data-seq="${from}"]`);
              return now ? Math.abs(now.getBoundingClientRect().top - before) : 88888;
            }
            """);
        Assert.True(moved <= 2, $"The place moved by {moved} pixels");
    }
}

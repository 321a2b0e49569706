using System.Text.RegularExpressions;
using Microsoft.Playwright;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.EndToEnd;

/// <summary>A page is drawn before it is live: what a person does in that time counts.</summary>
public sealed partial class ChatPageTests
{
    [Fact]
    public async Task SentBeforeThePageIsLive_IsShownAsSending_AndStoredOnce_AndWhatIsTypedMeanwhileStays()
    {
        var (room, page) = await AwayFromRoomAsync("Early", new());
        var line = new HeldPage(page);
        await line.OpenAsync($"/rooms/{room}", HeldPage.Script, HeldPage.Circuit, HeldPage.RoomScript);

        // Nothing but the page: twice Enter, one message.
        await line.ReachesAsync(HeldPage.Script);
        await page.Composer().ClickAsync();
        await page.Keyboard.TypeAsync("Before any script");
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.PressAsync("Enter");
        await page.Composer().Expect().ToHaveValueAsync("");
        await page.Waiting().Filter(new() { HasText = "Before any script" }).GetByText("Sending").Expect().ToBeVisibleAsync();
        Assert.Contains("Sending", await page.Locator("[data-pending]").AriaSnapshotAsync(), StringComparison.Ordinal);
        await page.Keyboard.TypeAsync("Across all ");

        // Scripts without a circuit, and what a conversion's Enter and a new line do.
        line.LetGo(HeldPage.Script);
        await line.ReachesAsync(HeldPage.Circuit);
        await page.Keyboard.TypeAsync("steps");
        await page.Composer().EvaluateAsync("""
            box => {
              window.drawnFirst = box;
              for (const how of [{ isComposing: true }, { keyCode: 229 }, { shiftKey: true }])
                box.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true, ...how }));
            }
            """);
        await page.Composer().Expect().ToHaveValueAsync("Across all steps");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send" }).HoverAsync();
        await page.Mouse.DownAsync();

        // The page is drawn anew under the finger.
        line.LetGo(HeldPage.Circuit);
        await line.ReachesAsync(HeldPage.RoomScript);
        await page.WaitForFunctionAsync("() => !window.drawnFirst.isConnected");
        await page.Composer().Expect().ToHaveValueAsync("Across all steps");
        await page.Composer().Expect().ToBeFocusedAsync();
        await page.Mouse.UpAsync();
        await page.Composer().Expect().ToHaveValueAsync("");
        await page.Waiting().Expect().ToHaveCountAsync(2);
        await page.Keyboard.TypeAsync("Half a thought");

        line.LetGo(HeldPage.RoomScript);
        await page.Ready().WaitForAsync();
        await page.Rows().Expect().ToHaveCountAsync(3);
        await page.Waiting().Expect().ToHaveCountAsync(0);
        await page.Composer().Expect().ToHaveValueAsync("Half a thought");
        await page.Composer().Expect().ToBeFocusedAsync();
        Assert.Equal(["Already there", "Before any script", "Across all steps"], await page.TextsAsync());
        Assert.Equal(3, (await house.Rei.GetAsync($"rooms/{room}/messages")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task PageThatDoesNotComeAlive_SaysSo_KeepsWhatWasWritten_AndComesAliveWhenItCan()
    {
        var (room, page) = await AwayFromRoomAsync("Never live", new() { ViewportSize = new() { Width = 390, Height = 844 }, HasTouch = true, IsMobile = true });
        var isShut = true;
        await page.Context.RouteAsync("**/_blazor/negotiate**", route => isShut ? route.AbortAsync() : route.FallbackAsync());
        await page.Clock.InstallAsync();

        // Not even its script comes: it is asked for again.
        var scripts = 0;
        await page.RouteAsync(new Regex(HeldPage.Script), route => scripts++ == 0 ? route.AbortAsync() : route.FallbackAsync());
        await page.GotoAsync($"/rooms/{room}");
        await page.RunAndWaitForResponseAsync(() => page.Clock.FastForwardAsync(5_000), new Regex(HeldPage.Script));
        await page.WaitForLoadStateAsync();
        await page.Composer().FillAsync("On a phone the button sends");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send" }).TapAsync();
        await page.Composer().FillAsync(new string('x', 4001));
        await page.GetByRole(AriaRole.Button, new() { Name = "Send" }).TapAsync();
        await page.Waiting().Expect().ToHaveCountAsync(1);

        var notice = page.Locator("#components-reconnect-modal");
        await notice.Expect().ToBeHiddenAsync();
        await page.Clock.FastForwardAsync(5_000);
        await notice.Expect().ToBeVisibleAsync();

        // Not even a reload loses it.
        await page.ReloadAsync();
        await page.Waiting().GetByText("On a phone the button sends").Expect().ToBeVisibleAsync();
        await page.Composer().Expect().ToHaveValueAsync(new string('x', 4001));
        await page.GetByRole(AriaRole.Button, new() { Name = "Send" }).TapAsync();
        await page.Clock.FastForwardAsync(5_000);
        await notice.Expect().ToBeVisibleAsync();

        isShut = false;
        await page.Clock.FastForwardAsync(1_000);
        await page.Ready().WaitForAsync();
        await notice.Expect().ToBeHiddenAsync();
        await page.Said("On a phone the button sends").Expect().ToHaveCountAsync(1);
        await page.Waiting().Expect().ToHaveCountAsync(0);

        // What could not be sent is told why, and is still there.
        await page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "too long" }).Expect().ToBeVisibleAsync();
        await page.Composer().Expect().ToHaveValueAsync(new string('x', 4001));
        Assert.Equal(["Already there", "On a phone the button sends"], await page.TextsAsync());
    }

    [Fact]
    public async Task SentInARoomThatIsLeftBeforeItIsLive_GoesOutFromTheNextOne_WhoseScriptIsAskedForAgain()
    {
        var (room, page) = await AwayFromRoomAsync("Left early", new());
        var next = await house.Rei.MakeRoomAsync("Next");
        await page.Clock.InstallAsync();
        var scripts = 0;
        await page.RouteAsync(new Regex(HeldPage.RoomScript), route => scripts++ == 0 ? route.AbortAsync() : route.FallbackAsync());
        var line = new HeldPage(page);
        await line.OpenAsync($"/rooms/{room}", HeldPage.Circuit);
        await line.ReachesAsync(HeldPage.Circuit);
        await page.Composer().FillAsync("Said on the way out");
        await page.Composer().PressAsync("Enter");
        await page.Waiting().GetByText("Said on the way out").Expect().ToBeVisibleAsync();

        await page.GotoAsync($"/rooms/{next}", new() { WaitUntil = WaitUntilState.Commit });
        line.LetGo(HeldPage.Circuit);
        await page.WaitForFunctionAsync("() => sessionStorage.getItem('mc-asked') === '1'");
        await page.RunAndWaitForResponseAsync(() => page.Clock.FastForwardAsync(5_000), new Regex(HeldPage.RoomScript));
        await page.Ready().WaitForAsync();

        await Eventually.TrueAsync(async () => (await house.Rei.GetAsync($"rooms/{room}/messages")).GetProperty("items").GetArrayLength() == 2);
        await page.WaitForFunctionAsync("() => !Object.keys(localStorage).some(key => key.startsWith('mc-out:'))");
        await page.Rows().Expect().ToHaveCountAsync(0);
    }

    private async Task<(int Room, IPage Page)> AwayFromRoomAsync(string name, BrowserNewContextOptions options)
    {
        var room = await house.Rei.MakeRoomAsync(name);
        await house.Rei.SayAsync(room, "Already there");
        return (room, await house.OpenAsync("rei", "/profile", options: options));
    }
}

using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using MqttChat.Domain.Rooms;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.EndToEnd;

/// <summary>What a person wrote and the house does not have yet, over a slow line or none.</summary>
public sealed partial class LostLinkTests
{
    [Fact]
    public async Task ArrowUp_RightAfterSending_EditsThatMessage_AndWhatIsTypedNextStays()
    {
        await using var way = new TcpFaultProxy(house.App.BaseAddress.Port) { Delay = TimeSpan.FromMilliseconds(200) };
        var room = await house.Rei.MakeRoomAsync("Slow edits");
        await house.Rei.SayAsync(room, "The one before");
        var page = await house.OpenRoomAsync("rei", room, way);

        await page.Composer().FillAsync("Secnd");
        await page.Composer().PressAsync("Enter");
        await page.Composer().PressAsync("ArrowUp");
        await page.Composer().Expect().ToHaveValueAsync("Secnd");
        await page.Composer().FillAsync("Second");
        await page.Composer().PressAsync("Enter");
        await page.Composer().PressSequentiallyAsync("Typed on");

        await page.Said("Second").Expect().ToHaveCountAsync(1, Patient);
        await Eventually.TrueAsync(async () => (await StoredAsync(room)) is ["The one before", "Second"]);
        await page.Composer().Expect().ToHaveValueAsync("Typed on");
        Assert.Equal(["The one before", "Second"], await page.ShownAsync());
    }

    [Fact]
    public async Task Edit_HalfDone_OutlivesAReload_AndNeverOverwritesAnotherDevicesUnasked()
    {
        var room = await house.Rei.MakeRoomAsync("Two devices");
        var message = await house.Rei.SayAsync(room, "As it was");
        var page = await house.OpenRoomAsync("rei", room);
        await page.Composer().PressAsync("ArrowUp");
        await page.Composer().FillAsync("Half a chan");
        await page.ReloadAsync();
        await page.Ready().WaitForAsync();
        await page.GetByText("Editing a message").Expect().ToBeVisibleAsync();
        await page.Composer().Expect().ToHaveValueAsync("Half a chan");

        HouseApi.Checked(await house.Rei.SendAsync(HttpMethod.Patch, $"messages/{message}", new { text = "By the phone" }));
        await page.Said("By the phone").WaitForAsync();
        await page.GetByText("changed elsewhere meanwhile").Expect().ToBeVisibleAsync();
        await page.Composer().FillAsync("By the desk");
        await page.Composer().PressAsync("Enter");

        var failed = page.Locator("[data-pending] .failed");
        await failed.GetByRole(AriaRole.Alert).Expect().ToContainTextAsync("changed elsewhere meanwhile");
        await failed.GetByText("By the desk").Expect().ToBeVisibleAsync();
        Assert.Equal(["By the phone"], await page.TextsAsync());
        Assert.Equal(["By the phone"], await StoredAsync(room));

        await failed.GetByRole(AriaRole.Button, new() { Name = "Save mine" }).ClickAsync();
        await Eventually.TrueAsync(async () => await StoredAsync(room) is ["By the desk"]);
        await failed.Expect().ToHaveCountAsync(0);
        await page.Said("By the desk").Expect().ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Edit_LeftByEscape_IsOfferedAgainWhereItWasLong()
    {
        var room = await house.Rei.MakeRoomAsync("Left edit");
        await house.Rei.SayAsync(room, "Short");
        var page = await house.OpenRoomAsync("rei", room);
        await page.Composer().PressAsync("ArrowUp");
        await page.Composer().FillAsync("Short, and then a long explanation that took a while to write");
        await page.Composer().PressAsync("Escape");
        await page.Composer().Expect().ToHaveValueAsync("");

        await page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        await page.Composer().Expect().ToHaveValueAsync("Short, and then a long explanation that took a while to write");
        await page.GetByText("Editing a message").Expect().ToBeVisibleAsync();
        await page.Composer().PressAsync("Enter");
        await Eventually.TrueAsync(async () => await StoredAsync(room) is ["Short, and then a long explanation that took a while to write"]);
        await page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).Expect().ToHaveCountAsync(0);
    }

    [Fact]
    public async Task TwoTabsWithoutALink_BothClosed_NothingWrittenIsLost()
    {
        await using var way = new TcpFaultProxy(house.App.BaseAddress.Port);
        var room = await house.Rei.MakeRoomAsync("Two tabs");
        var first = await house.OpenRoomAsync("rei", room, way);
        var second = await first.Context.NewPageAsync();
        await second.GotoAsync($"/rooms/{room}");
        await second.Ready().WaitForAsync();
        way.IsShut = true;
        way.CutAll();
        foreach (var (page, name) in ((IPage, string)[])[(first, "first"), (second, "second")])
        {
            await page.BringToFrontAsync();
            await page.Composer().FillAsync($"Sent in the {name}");
            await page.Composer().PressAsync("Enter");
            await page.Composer().FillAsync($"Begun in the {name}");
            // What a tab keeps must be kept before it is killed.
            await page.WaitForFunctionAsync("text => Object.values(localStorage).some(kept => kept.includes(text))", $"Begun in the {name}");
        }

        var context = first.Context;
        await first.CloseAsync();
        await second.CloseAsync();
        way.IsShut = false;
        var page3 = await context.NewPageAsync();
        await page3.GotoAsync($"/rooms/{room}");

        await Eventually.TrueAsync(async () => await StoredAsync(room) is ["Sent in the first", "Sent in the second"]);
        await page3.GetByRole(AriaRole.Button, new() { Name = "Continue" }).Expect().ToBeVisibleAsync();
        var shown = await page3.Composer().InputValueAsync();
        await page3.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        string[] both = [shown, await page3.Composer().InputValueAsync()];
        Assert.Equal(["Begun in the first", "Begun in the second"], both.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task SessionEnded_WhileTheLinkWasAway_LeadsToTheSignIn_AndWhatWasWrittenIsThereAfterwards()
    {
        await using var way = new TcpFaultProxy(house.App.BaseAddress.Port);
        var room = await house.Rei.MakeRoomAsync("Session");
        var page = await house.OpenRoomAsync("rei", room, way);
        way.IsShut = true;
        way.CutAll();
        await page.Composer().FillAsync("Sent while signed out");
        await page.Composer().PressAsync("Enter");
        await page.Composer().FillAsync("Begun while signed out");
        await page.Context.ClearCookiesAsync();
        way.IsShut = false;

        await page.GetByLabel("Email address").Expect().ToBeVisibleAsync(new() { Timeout = 45_000 });
        await page.GetByLabel("Email address").FillAsync(ChatApp.Email("rei"));
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(HousePages.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await page.Ready().WaitForAsync();
        Assert.EndsWith($"/rooms/{room}", page.Url, StringComparison.Ordinal);
        await page.Said("Sent while signed out").Expect().ToHaveCountAsync(1);
        await page.Composer().Expect().ToHaveValueAsync("Begun while signed out");

        // Who signs out leaves nothing to be read.
        await page.GetByLabel("Account menu").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await page.GetByLabel("Email address").WaitForAsync();
        Assert.DoesNotContain("Begun while", await page.EvaluateAsync<string>("() => JSON.stringify({ ...localStorage })"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatWaitedForDays_IsAskedAbout_AndWhatWaitedALittleGoesOutInOrder()
    {
        var room = await house.Rei.MakeRoomAsync("Old");
        var page = await house.OpenRoomAsync("rei", room);
        await page.EvaluateAsync("""
            () => {
              const key = document.getElementById('composer').dataset.outbox;
              const keep = (id, text, at) => localStorage.setItem(`mc-out:${key}:${id}`, JSON.stringify({ id, text, at, order: 0 }));
              keep('a'.repeat(32), 'Nine days old', Date.now() - 9 * 24 * 3600_000);
              keep('c'.repeat(32), 'Then this', Date.now() - 1000);
              keep('b'.repeat(32), 'First this', Date.now() - 2000);
            }
            """);
        await page.ReloadAsync();
        await page.Ready().WaitForAsync();

        await page.Said("Then this").WaitForAsync();
        var old = page.Locator("[data-pending] .failed");
        await old.GetByRole(AriaRole.Alert).Expect().ToContainTextAsync("Send it now?");
        Assert.Equal(["First this", "Then this"], await StoredAsync(room));
        await old.GetByRole(AriaRole.Button, new() { Name = "Send", Exact = true }).ClickAsync();
        await Eventually.TrueAsync(async () => await StoredAsync(room) is ["First this", "Then this", "Nine days old"]);
    }

    [Fact]
    public async Task ManyUnread_OpenAtTheLine_AndOnlyWhatWasOnTheScreenIsRead()
    {
        await using var way = new TcpFaultProxy(house.App.BaseAddress.Port) { Delay = TimeSpan.FromMilliseconds(75) };
        var room = await house.Rei.MakeRoomAsync("Unread");
        await house.Kenji.PostAsync($"rooms/{room}/join");
        await SayManyAsync(room, "Unread", 150);
        var page = await house.OpenRoomAsync("kenji", room, way);
        await page.Locator("[data-new-line]").Expect().ToBeInViewportAsync();
        await page.Locator("#m1").Expect().ToBeInViewportAsync();
        var jump = page.GetByRole(AriaRole.Button, new() { Name = "Newest message" });
        await jump.Expect().ToBeVisibleAsync();
        Assert.Equal(RoomSummary.MaxUnread, await UnreadAsync(room));
        await page.Locator("#m81").ScrollIntoViewIfNeededAsync();
        await Eventually.TrueAsync(
            async () => await UnreadAsync(room) is > 40 and < 75, TimeSpan.FromSeconds(20), "what stood on the screen is read, the rest is not");

        // The place outlives a reload.
        await page.Locator("[data-scroll]").EvaluateAsync("list => { list.scrollTop -= 700; }");
        var place = await page.EvaluateAsync<string>(Place);
        await page.ReloadAsync();
        await page.Ready().WaitForAsync();
        await Eventually.TrueAsync(
            async () => IsNear(place, await page.EvaluateAsync<string>(Place)), TimeSpan.FromSeconds(15), $"{place} is shown again");

        await jump.ClickAsync();
        await page.Rows().Last.Expect().ToBeInViewportAsync();
        await jump.Expect().ToBeHiddenAsync();
        await Eventually.TrueAsync(async () => await UnreadAsync(room) == 0, TimeSpan.FromSeconds(20), "at the end all is read");
        await page.Locator("[data-scroll]").EvaluateAsync("list => { list.scrollTop -= 700; }");
        await jump.Expect().ToBeVisibleAsync();
    }

    [Fact]
    public async Task Message_OfThousandsOfLines_TakesNoMoreThanItsPlace_AndArabicRunsFromTheRight()
    {
        var room = await house.Rei.MakeRoomAsync("Shapes");
        await house.Rei.SayAsync(room, $"Top{new string('\n', 3_990)}end");
        var page = await house.OpenRoomAsync("rei", room);
        var row = page.Rows().First;
        Assert.InRange((await row.BoundingBoxAsync())!.Height, 40, 600);
        await row.GetByRole(AriaRole.Button, new() { Name = "Show all" }).ClickAsync();
        await page.WaitForFunctionAsync("() => document.querySelector('[data-log] > article').offsetHeight > 10000");

        await page.Composer().FillAsync("مرحبا بالجميع");
        Assert.Equal("rtl", await page.Composer().EvaluateAsync<string>("box => getComputedStyle(box).direction"));
        await page.Composer().PressAsync("Enter");
        await page.Said("مرحبا بالجميع").WaitForAsync();
        Assert.Equal("rtl", await page.Said("مرحبا بالجميع").Locator(".text").EvaluateAsync<string>("text => getComputedStyle(text).direction"));

        // What cannot be stored is not sent as something else.
        await page.Composer().EvaluateAsync("box => { box.value = 'half \\ud83d of one'; }");
        await page.Composer().PressAsync("Enter");
        await page.GetByRole(AriaRole.Alert).Filter(new() { HasTextRegex = new Regex("can’t be stored") }).Expect().ToBeVisibleAsync();
        Assert.Equal(2, (await StoredAsync(room)).Length);
    }

    // The same row at the same height, but for parts of a pixel.
    private static bool IsNear(string place, string other)
    {
        var (one, two) = (place.Split(' '), other.Split(' '));
        return one[0] == two[0] && Math.Abs(int.Parse(one[1], CultureInfo.InvariantCulture) - int.Parse(two[1], CultureInfo.InvariantCulture)) <= 2;
    }

    private async Task SayManyAsync(int room, string what, int count)
    {
        for (var said = 0; said < count; said += 10)
        {
            await Task.WhenAll(Enumerable.Range(said, Math.Min(10, count - said)).Select(i => house.Rei.SayAsync(room, $"{what} {i}")));
        }
    }

    private async Task<string[]> StoredAsync(int room) =>
        [.. (await house.Rei.GetAsync($"rooms/{room}/messages")).GetProperty("items").EnumerateArray().Select(message => message.GetProperty("text").GetString()!)];

    private async Task<int> UnreadAsync(int room) =>
        (await house.Kenji.GetAsync("rooms")).GetProperty("items").EnumerateArray().Single(one => one.GetProperty("id").GetInt32() == room).GetProperty("unread").GetInt32();
}

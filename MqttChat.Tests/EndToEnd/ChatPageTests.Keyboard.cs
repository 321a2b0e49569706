using System.Text.RegularExpressions;
using Microsoft.Playwright;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.EndToEnd;

/// <summary>All of it by keyboard: no mouse, no finger, and no control is reached but by Tab and arrows.</summary>
public sealed partial class ChatPageTests(Chromium chromium, ChatApp house)
{
    /// <summary>The half that every change is held against: the door, a room, its messages and dialog, the account's menu.</summary>
    [Fact]
    public async Task Keyboard_FromTheDoorThroughARoomAndOutAgain_ReachesEverything()
    {
        var (page, keys) = await AtTheDoorAsync();
        var room = await MakeTalkAsync("Attic");

        await SignInAsync(page, keys);
        await OpenRoomAsync(page, keys, "Attic", room);
        await WriteAndEditAsync(page, keys);
        await MoveThroughMessagesAsync(page, keys);
        await SignOutAsync(page, keys);
    }

    [FaultFact]
    public async Task Keyboard_ThroughTheWholeHouse_ReachesEverything()
    {
        var room = await MakeTalkAsync("Cellar");
        await using var plug = await MqttTestClient.ConnectAsync(house.BrokerPort);
        await house.PlugInAsync(plug, "freezer");
        var (page, keys) = await AtTheDoorAsync();

        await SignInAsync(page, keys);
        await OpenRoomAsync(page, keys, "Cellar", room);
        await WriteAndEditAsync(page, keys);
        await MoveThroughMessagesAsync(page, keys);
        await WatchPowerAsync(page, keys, plug);
        await LookAtPlugAsync(page, keys);
        await InviteAsync(page, keys);
        await LookAtProfileAsync(page, keys);
        await AddRoomAsync(page, keys);
        await SignOutAsync(page, keys);
    }

    private async Task<(IPage Page, KeyboardPerson Keys)> AtTheDoorAsync()
    {
        var page = await chromium.OpenAsync(house.App.BaseAddress);
        await PageOpening.WatchAsync(page.Context);
        await page.GotoAsync("/account/login");
        return (page, new KeyboardPerson(page));
    }

    private async Task<int> MakeTalkAsync(string name)
    {
        var room = await house.Staff.MakeRoomAsync(name);
        HouseApi.Checked(await house.Kenji.PostAsync($"rooms/{room}/join"));
        await house.Kenji.SayAsync(room, "Is anybody up there?");
        return room;
    }

    private static async Task SignInAsync(IPage page, KeyboardPerson keys)
    {
        // A new page has its heading in focus; above that stands the way past the header.
        await keys.TabBackToAsync("Skip to content");
        await keys.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#content")).ToBeFocusedAsync();
        Assert.EndsWith("/account/login", page.Url, StringComparison.Ordinal);
        await keys.TabToAsync("Email address");
        await keys.TypeAsync(HouseApi.StaffEmail);
        await keys.TabToAsync("Password");
        await keys.TypeAsync(HouseApi.StaffPassword);
        await keys.TabToAsync("Show password");
        await keys.PressAsync("Space");
        Assert.Equal("text", await page.GetAttributeAsync("#password", "type"));
        await keys.TabToAsync("Stay signed in");
        await keys.EnterAsync("Sign in");
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("/rooms"), new() { Timeout = 45_000 });
        await ListIsLiveAsync(page);
    }

    // The list of the first rendering goes with the first live picture: who was at one of its rooms would be nowhere.
    private static async Task ListIsLiveAsync(IPage page)
    {
        await PageOpening.LiveAsync(page);
        await page.Locator(".room-list .item").First.WaitForAsync();
    }

    private static async Task OpenRoomAsync(IPage page, KeyboardPerson keys, string name, int room)
    {
        await keys.TabToAsync("New room");
        await keys.EnterAsync(name);
        await Assertions.Expect(page).ToHaveURLAsync(new Regex($"/rooms/{room}$"));
        await page.Ready().WaitForAsync();
        await keys.FocusesAsync($"Message {name}");
    }

    private static async Task WriteAndEditAsync(IPage page, KeyboardPerson keys)
    {
        await keys.TypeAsync("By key");
        await keys.PressAsync("Enter");
        await page.Said("By key").WaitForAsync();
        await keys.PressAsync("ArrowUp");
        await page.GetByText("Editing a message").WaitForAsync();
        await keys.TypeAsync("board");
        await keys.PressAsync("Enter");
        await page.Said("By keyboard").WaitForAsync();

        // And out of an edit without a change.
        await page.GetByText("Editing a message").WaitForAsync(new() { State = WaitForSelectorState.Hidden });
        await keys.PressAsync("ArrowUp");
        await page.GetByText("Editing a message").WaitForAsync();
        await keys.PressAsync("Escape");
        await page.GetByText("Editing a message").WaitForAsync(new() { State = WaitForSelectorState.Hidden });
        Assert.Contains("Message ", await keys.FocusAsync(), StringComparison.Ordinal);
    }

    private static async Task MoveThroughMessagesAsync(IPage page, KeyboardPerson keys)
    {
        // The list is one stop before the composer, however many messages there are.
        await keys.PressAsync("Shift+Tab");
        Assert.StartsWith("Messages in ", await keys.FocusAsync(), StringComparison.Ordinal);
        await keys.PressAsync("ArrowUp");
        Assert.StartsWith("Hanna, ", await keys.FocusAsync(), StringComparison.Ordinal);
        await keys.PressAsync("ArrowUp");
        Assert.StartsWith("Kenji, ", await keys.FocusAsync(), StringComparison.Ordinal);
        await keys.PressAsync("End");
        await keys.TabToAsync("Edit");
        await keys.EnterAsync("Delete");

        // The dialog: Escape gives the focus back to what opened it; nothing behind it is reached.
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.WaitForAsync();
        Assert.Equal("Cancel", await keys.FocusAsync());
        await keys.TabBackToAsync("Delete");
        await keys.PressAsync("Escape");
        await dialog.WaitForAsync(new() { State = WaitForSelectorState.Hidden });
        await keys.FocusesAsync("Delete");
        await keys.PressAsync("Enter");
        await dialog.WaitForAsync();
        await keys.TabBackToAsync("Delete");
        await keys.PressAsync("Enter");
        await page.Rows().GetByText("Message deleted").WaitForAsync();
        await keys.FocusesAsync("Message ");

        await keys.PressAsync("Shift+Tab");
        await keys.PressAsync("ArrowUp");
        await keys.PressAsync("Escape");
        Assert.StartsWith("Message ", await keys.FocusAsync(), StringComparison.Ordinal);
    }

    private static async Task WatchPowerAsync(IPage page, KeyboardPerson keys, MqttTestClient plug)
    {
        await keys.EnterAsync("Power");
        await page.Locator(".dashboard .power-chart-plot canvas").WaitForAsync();
        await keys.TabToAsync("Hour");
        await keys.TabToAsync("House power");
        await keys.PressAsync("End");
        await keys.PressAsync("ArrowLeft");
        await Assertions.Expect(page.Locator(".power-chart-host [role=status]").First).ToContainTextAsync(" W");
        await keys.PressAsync("Escape");
        await keys.TabToAsync("Switch freezer");
        await keys.PressAsync("Space");
        await Eventually.TrueAsync(() => plug.Heard.Any(message => message.Topic.StartsWith("cmnd/freezer/POWER", StringComparison.Ordinal)));
        await plug.PublishAsync("stat/freezer/RESULT", """{"POWER":"ON"}""");
        await Assertions.Expect(page.GetByRole(AriaRole.Switch, new() { Name = "Switch freezer" })).ToHaveAttributeAsync("aria-checked", "true", new() { Timeout = 45_000 });
        Assert.Equal("Switch freezer", await keys.FocusAsync());
        await keys.TabBackToAsync("freezer");
        await keys.PressAsync("Enter");
    }

    private static async Task LookAtPlugAsync(IPage page, KeyboardPerson keys)
    {
        await page.Locator(".plug-page .power-chart-plot canvas").WaitForAsync();
        await keys.TabToAsync("Power of freezer");
        await keys.PressAsync("Home");
        await keys.TabToAsync("Switch freezer");
        await keys.TabToAsync("Name");
        await keys.EnterAsync("Remove from house");
        await keys.FocusesAsync("Cancel");
        await keys.PressAsync("Escape");
        await keys.FocusesAsync("Remove from house");
    }

    private static async Task InviteAsync(IPage page, KeyboardPerson keys)
    {
        await keys.EnterAsync("People");
        await page.GetByRole(AriaRole.Button, new() { Name = "Actions for Kenji" }).WaitForAsync();
        await keys.TabToAsync("Invite");
        Assert.Contains("Actions for Kenji", await keys.StopsToTheEndAsync());
        await keys.EnterAsync("Invite");
        await page.Locator(".invitations-fields").WaitForAsync();
        await keys.TabToAsync("Number of people");
        await keys.EnterAsync("Create link");
        await page.GetByLabel("Invitation link").WaitForAsync();
        await keys.TabToAsync("Invitation link");
        await keys.TabToAsync("Copy");
    }

    private static async Task LookAtProfileAsync(IPage page, KeyboardPerson keys)
    {
        await OpenMenuAsync(page, keys);
        await keys.TabToAsync("Profile");
        await keys.PressAsync("Escape");
        Assert.Equal("Account menu", await keys.FocusAsync());
        await keys.PressAsync("Enter");
        await keys.EnterAsync("Profile");
        await page.Locator("#displayName").WaitForAsync();
        await keys.TabToAsync("Your name");
        Assert.Contains("Sign out everywhere", string.Join('|', await keys.StopsToTheEndAsync()), StringComparison.Ordinal);
    }

    private static async Task AddRoomAsync(IPage page, KeyboardPerson keys)
    {
        await page.EvaluateAsync("() => { opening.live = 0; }");
        await keys.EnterAsync("Rooms");
        await ListIsLiveAsync(page);
        await keys.EnterAsync("New room");
        await page.Locator("button[type=submit]:enabled", new() { HasText = "Create room" }).WaitForAsync();
        await keys.TabToAsync("Name");
        await keys.TypeAsync("Made by keyboard");
        await keys.TabToAsync("Open to everyone");
        await keys.PressAsync("Space");
        await keys.EnterAsync("Create room");
        await page.Ready().WaitForAsync();
        await keys.FocusesAsync("Message Made by keyboard");
    }

    private static async Task SignOutAsync(IPage page, KeyboardPerson keys)
    {
        await OpenMenuAsync(page, keys);
        await keys.TabToAsync("Profile");
        await keys.PressAsync("Escape");
        await page.Locator(".mc-menu-list").WaitForAsync(new() { State = WaitForSelectorState.Hidden });
        Assert.Equal("Account menu", await keys.FocusAsync());
        await keys.PressAsync("Enter");
        await keys.EnterAsync("Sign out");
        await page.Locator("#email").WaitForAsync();
        await page.Context.CloseAsync();
    }

    private static async Task OpenMenuAsync(IPage page, KeyboardPerson keys)
    {
        await keys.EnterAsync("Account menu");
        await page.Locator(".mc-menu-list").WaitForAsync();
    }
}

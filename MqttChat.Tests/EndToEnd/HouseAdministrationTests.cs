using System.Text.RegularExpressions;
using Microsoft.Playwright;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.EndToEnd;

/// <summary>Staff run a house: one walk through set-up, the first steps, people, the house and its rooms, on one house.</summary>
[Collection(BrowserTests.FirstSteps)]
public sealed class HouseAdministrationTests(Chromium chromium)
{
    private static readonly LocatorAssertionsToBeVisibleOptions Patient = new() { Timeout = 45_000 };

    [Fact]
    public async Task Staff_AreAskedBeforeHarm_AndToldWhatWasDone()
    {
        await using var app = await AppProcess.StartAsync("Mqtt:Embedded:Listen=127.0.0.1:0");
        var page = await chromium.OpenAsync(app.BaseAddress, new() { TimezoneId = "Asia/Tokyo", Locale = "en-GB" });
        await SetUpAsync(page, app);

        var phone = await chromium.OpenAsync(app.BaseAddress, new() { ViewportSize = new() { Width = 390, Height = 844 } });
        await JoinAsync(phone, await page.InviteAsync(), "Ben");
        await PeopleAsync(page);
        await HouseAsync(page, phone);
        await RoomsAsync(page);
    }

    private static async Task SetUpAsync(IPage page, AppProcess app)
    {
        await page.GotoAsync("/");
        await page.WaitForURLAsync("**/setup**");
        await Assertions.Expect(page.GetByLabel("Time zone")).ToHaveValueAsync("Asia/Tokyo");
        await Assertions.Expect(page.GetByLabel("Currency")).ToHaveValueAsync("GBP");
        await page.GetByLabel("One-time code").FillAsync(app.SetupCode);
        await page.GetByLabel("House name").FillAsync("Elm 12");
        await page.GetByLabel("Your name").FillAsync("Sam");
        await page.GetByLabel("Email address").FillAsync("sam@example.org");
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(HousePages.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Set up the house" }).ClickAsync();
        await page.WaitForURLAsync("**/rooms");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Get the house going" })).ToBeVisibleAsync(Patient);
        await Assertions.Expect(page).ToHaveTitleAsync(new Regex("· Elm 12$"));
    }

    private static async Task JoinAsync(IPage phone, string link, string name)
    {
        await phone.GotoAsync(link);
        await phone.GetByLabel("Your name").FillAsync(name);
        await phone.GetByRole(AriaRole.Button, new() { Name = "Join", Exact = true }).ClickAsync();
        await phone.WaitForURLAsync("**/rooms/**");
    }

    private static async Task PeopleAsync(IPage page)
    {
        await page.GotoAsync("/people");
        await ChooseAsync(page, "Actions for Ben", "Suspend account");
        await Assertions.Expect(page.GetByText("Suspend Ben?")).ToBeVisibleAsync(Patient);
        // What is half faded in has half its contrast.
        await page.WaitForFunctionAsync("() => document.getAnimations().every(one => one.playState !== 'running')");
        Assert.Empty(await Axe.SeriousAsync(page));
        await AnswerAsync(page, "Cancel");
        await Assertions.Expect(page.GetByText("Suspended")).ToHaveCountAsync(0);
        await ChooseAsync(page, "Actions for Ben", "Suspend account");
        await AnswerAsync(page, "Suspend");
        await Assertions.Expect(page.GetByText("Ben is suspended")).ToBeVisibleAsync(Patient);
        // Also from another page: what was left does not hold the way back.
        await page.EvaluateAsync("() => Blazor.navigateTo('/rooms/all')");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "All rooms" })).ToBeVisibleAsync(Patient);
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Ben can sign in again")).ToBeVisibleAsync(Patient);
        await page.GotoAsync("/people");

        // One's own role is asked about, and the last member of staff stays.
        await ChooseAsync(page, "Actions for Sam", "Make resident");
        await Assertions.Expect(page.GetByText("Give up your staff rights?")).ToBeVisibleAsync(Patient);
        await AnswerAsync(page, "Make resident");
        await Assertions.Expect(page.Locator(".mud-snackbar").Filter(new() { HasText = "staff" })).ToBeVisibleAsync(Patient);

        await ChooseAsync(page, "Actions for Ben", "New sign-in link");
        await Assertions.Expect(page.GetByRole(AriaRole.Textbox, new() { Name = "Sign-in link" })).ToHaveValueAsync(new Regex("/welcome/"));
        await Assertions.Expect(page.GetByRole(AriaRole.Img, new() { Name = "QR code of the link" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Done" }).ClickAsync();

        // What fails is said beside the button that was pressed.
        await page.GetByRole(AriaRole.Button, new() { Name = "Require it for staff" }).ClickAsync();
        await AnswerAsync(page, "Require it for staff");
        await Assertions.Expect(page.Locator("#two-step [role=alert]")).ToContainTextAsync("Set up two-step sign-in for yourself first");
    }

    private static async Task HouseAsync(IPage page, IPage phone)
    {
        await page.GotoAsync("/house");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Elm 14");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Saved")).ToBeVisibleAsync(Patient);
        await phone.GotoAsync("/account/login");
        await Assertions.Expect(phone.GetByText("Elm 14").First).ToBeVisibleAsync(Patient);
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Assertions.Expect(page.GetByLabel("Name", new() { Exact = true })).ToHaveValueAsync("Elm 12");
    }

    private static async Task RoomsAsync(IPage page)
    {
        await page.GotoAsync("/rooms/new");
        await page.Locator("#room-name:enabled").FillAsync("Cellar");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create room" }).ClickAsync();
        await page.Ready().WaitForAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Room settings" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Leave room" }).ClickAsync();
        await AnswerAsync(page, "Stay");
        await page.GetByRole(AriaRole.Button, new() { Name = "Archive room" }).ClickAsync();
        await AnswerAsync(page, "Archive");
        await Assertions.Expect(page.GetByText("“Cellar” is archived")).ToBeVisibleAsync(Patient);
        await page.GotoAsync("/rooms/all");
        await ChooseAsync(page, "Actions for Cellar", "Delete room");
        await AnswerAsync(page, "Delete for good");
        await Assertions.Expect(page.GetByText("“Cellar” is deleted")).ToBeVisibleAsync(Patient);
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Actions for Cellar" })).ToHaveCountAsync(0);
    }

    private static async Task ChooseAsync(IPage page, string menu, string item)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = menu }).ClickAsync();
        await page.Locator(".mud-popover-open").GetByText(item, new() { Exact = true }).ClickAsync();
    }

    private static Task AnswerAsync(IPage page, string answer) =>
        page.Locator(".mud-dialog").GetByRole(AriaRole.Button, new() { Name = answer, Exact = true }).ClickAsync();
}

using System.Text.RegularExpressions;
using Microsoft.Playwright;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.EndToEnd;

/// <summary>What people do in the browser, by the words they see.</summary>
internal static class HousePages
{
    public const string Password = "four green apples";

    /// <summary>Sets the house up by the code that the program printed; the person is staff then.</summary>
    public static async Task SetUpAsync(this IPage page, AppProcess app, string house, string person)
    {
        await page.GotoAsync("/");
        await page.WaitForURLAsync("**/setup**");
        await page.GetByLabel("One-time code").FillAsync(app.SetupCode);
        await page.GetByLabel("House name").FillAsync(house);
        await page.FillPersonAsync(person);
        await page.GetByRole(AriaRole.Button, new() { Name = "Set up the house" }).ClickAsync();
        await page.ArrivesInRoomsAsync();
    }

    /// <summary>Makes an invitation; its link.</summary>
    public static async Task<string> InviteAsync(this IPage page)
    {
        await page.GotoAsync("/invitations");
        await page.GetByLabel("Number of people").FillAsync("5");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create link" }).ClickAsync();
        return await page.GetByLabel("Invitation link").InputValueAsync();
    }

    /// <summary>Opens the invitation as somebody new.</summary>
    public static async Task JoinAsync(this IPage page, string link, string person)
    {
        await page.GotoAsync(link);
        await page.GetByText("Join with email and password instead").ClickAsync();
        await page.FillPersonAsync(person);
        await page.GetByRole(AriaRole.Button, new() { Name = "Join", Exact = true }).ClickAsync();
        await page.ArrivesInRoomsAsync();
    }

    public static async Task SignInAsync(this IPage page, string email, string password)
    {
        await page.GotoAsync("/account/login");
        await page.GetByLabel("Email address").FillAsync(email);
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await page.ArrivesInRoomsAsync();
    }

    /// <summary>Opens a room of that name from the list, and waits until it is live.</summary>
    public static async Task OpenRoomAsync(this IPage page, string room)
    {
        await page.GotoAsync("/rooms");
        await page.GetByRole(AriaRole.Link, new() { Name = room }).First.ClickAsync();
        await page.Ready().WaitForAsync();
    }

    public static ILocator Composer(this IPage page) => page.GetByRole(AriaRole.Textbox, new() { Name = "Message" });

    /// <summary>Writes and sends by Enter; returns when the message is stored.</summary>
    public static async Task SayAsync(this IPage page, string text)
    {
        // What is sent before that has tests of its own.
        await page.Ready().WaitForAsync();
        await page.Composer().FillAsync(text);
        await page.Composer().PressAsync("Enter");
        await page.Said(text).WaitForAsync();
    }

    /// <summary>A message in the log, whoever wrote it.</summary>
    public static ILocator Said(this IPage page, string text) =>
        page.GetByRole(AriaRole.Log).GetByRole(AriaRole.Article).Filter(new() { HasText = text });

    /// <summary>What the chart says of its newest point to a screen reader.</summary>
    public static async Task<string> NewestPointAsync(this IPage page)
    {
        var chart = page.Locator(".power-chart-plot");
        await chart.FocusAsync();
        await chart.PressAsync("End");
        return await page.Locator(".power-chart-host [role=status]").InnerTextAsync();
    }

    private static async Task ArrivesInRoomsAsync(this IPage page)
    {
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("/rooms"), new() { Timeout = 45_000 });
        // Asked of whatever document stands there by then: a page that Blazor took in place of the old one fires no event of its own.
        await page.WaitForFunctionAsync("() => document.readyState !== 'loading'");
    }

    private static async Task FillPersonAsync(this IPage page, string person)
    {
        await page.GetByLabel("Your name").FillAsync(person);
        await page.GetByLabel("Email address").FillAsync($"{person.ToLowerInvariant()}@house.test");
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(Password);
    }
}

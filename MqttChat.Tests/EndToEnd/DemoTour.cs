using System.Text.RegularExpressions;
using Microsoft.Playwright;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.EndToEnd;

/// <summary>What somebody does who has five minutes for the demo, by the words that the program printed and the pages show.</summary>
internal static partial class DemoTour
{
    private static readonly LocatorAssertionsToBeVisibleOptions Patient = new() { Timeout = 60_000 };

    /// <summary>Address and account of staff, from what the program printed; null as long as it has not.</summary>
    public static (Uri Address, string Email, string Password)? Printed(string output) =>
        Notice().Match(output) is { Success: true } found
            ? (new Uri(found.Groups["address"].Value), found.Groups["email"].Value, found.Groups["password"].Value) : null;

    /// <summary>From the sign-in to numbers that move; the dashboard stays open.</summary>
    public static async Task SeeItLiveAsync(this IPage page, string email, string password)
    {
        await page.SignInAsync(email, password);
        await page.GotoAsync("/dashboard");
        var watts = page.Locator(".plug-tile-watts");
        await Eventually.TrueAsync(
            async () => await watts.AllInnerTextsAsync() is { Count: 10 } all && all.Count(text => text.Contains('W', StringComparison.Ordinal)) >= 9,
            TimeSpan.FromSeconds(90), "ten plugs, one of which may be out of reach, tell their watts");
        var first = await watts.AllInnerTextsAsync();
        await Eventually.TrueAsync(
            async () => (await watts.AllInnerTextsAsync()).Zip(first, (now, then) => now != then).Count(differs => differs) >= 3,
            TimeSpan.FromSeconds(30), "numbers move");
        var point = "";
        await Eventually.TrueAsync(async () => (point = await page.NewestPointAsync()).Length > 0, TimeSpan.FromSeconds(30), "the chart has a point");
        await Eventually.TrueAsync(async () => await page.NewestPointAsync() != point, TimeSpan.FromSeconds(30), "the chart moves");
    }

    /// <summary>The first line names the heater; its page has a month of history; it is switched off, and the line is calm.</summary>
    public static async Task SwitchOffWhatWasLeftOnAsync(this IPage page)
    {
        var line = page.Locator(".unusual a").Filter(new() { HasText = "Heater, reading room has been on for" });
        await Assertions.Expect(line).ToBeVisibleAsync(Patient);
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Switch off Heater, reading room" })).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator(".summary .today-so-far dd").First).ToContainTextAsync("kWh", new() { Timeout = Patient.Timeout });
        Assert.Empty(await Axe.SeriousAsync(page));
        await line.ClickAsync();
        await page.Locator(".plug-figures").WaitForAsync();
        await page.Locator(".power-chart-plot canvas").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Month" }).ClickAsync();
        IReadOnlyList<string> rows = [];
        await Eventually.TrueAsync(
            async () => (rows = await page.Locator(".power-chart-host tbody tr").AllInnerTextsAsync()) is { Count: 30 }
                && rows.Count(row => row.Contains("kWh", StringComparison.Ordinal)) >= 28 && await HasMonthAsync(page),
            TimeSpan.FromSeconds(30), "the days of the month have their energy");
        await Assertions.Expect(page.Locator(".day-bars-day")).ToHaveCountAsync(30);
        await page.Locator(".day-bars-plot").PressAsync("End");
        await Assertions.Expect(page.Locator(".power-chart-host [role=status]")).ToContainTextAsync("so far");
        await Assertions.Expect(page.GetByText("Channel 1")).ToHaveCountAsync(0);
        Assert.Empty(await Axe.SeriousAsync(page));
        await page.GetByRole(AriaRole.Button, new() { Name = "Power", Exact = true }).ClickAsync();
        await Eventually.TrueAsync(
            async () => (rows = await page.Locator(".power-chart-host tbody tr").AllInnerTextsAsync()) is { Count: 12 }
                && rows.Count(row => row.Contains('W', StringComparison.Ordinal)) >= 11 && await HasMonthAsync(page),
            TimeSpan.FromSeconds(30), "the parts of the month have readings");

        // The alert is repeated where the plug is, with the way out beside it.
        await Assertions.Expect(page.Locator(".unusual")).ToContainTextAsync("has been on for");
        var toggle = page.GetByRole(AriaRole.Switch);
        await Assertions.Expect(toggle).ToHaveAttributeAsync("aria-checked", "true", new() { Timeout = 45_000 });
        await page.GetByRole(AriaRole.Button, new() { Name = "Switch off" }).ClickAsync();
        await Assertions.Expect(toggle).ToHaveAttributeAsync("aria-checked", "false", new() { Timeout = 45_000 });
        await Assertions.Expect(page.Locator(".plug-figures-main dd")).ToHaveTextAsync("0 W", new() { Timeout = 45_000 });
        await Assertions.Expect(page.Locator(".unusual li")).ToHaveCountAsync(0, new() { Timeout = 45_000 });
        await page.GotoAsync("/dashboard");
        await Assertions.Expect(page.GetByText("Nothing has been left on.")).ToBeVisibleAsync(Patient);
    }

    /// <summary>Days of talk in the kitchen, by its residents.</summary>
    public static async Task ReadTheKitchenAsync(this IPage page)
    {
        await page.OpenRoomAsync("Kitchen");
        await Assertions.Expect(page.Said("Rice is done, there's enough for four")).ToBeVisibleAsync(Patient);
        await Assertions.Expect(page.GetByRole(AriaRole.Log).GetByText("Priya Nair").First).ToBeVisibleAsync();
    }

    private static async Task<bool> HasMonthAsync(IPage page) =>
        (await page.Locator(".power-chart-host caption").InnerTextAsync()).EndsWith("Month", StringComparison.Ordinal);

    [GeneratedRegex(@"(?<address>http://\S+)[\s\S]*?staff\s+(?<email>\S+@\S+)\s+(?<password>\S+)", RegexOptions.CultureInvariant)]
    private static partial Regex Notice();
}

using System.Collections.Concurrent;
using Microsoft.Playwright;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.EndToEnd;

/// <summary>Photographs every page for <c>docs/screenshots</c>; a page that logs an error, misses a file or scrolls sideways fails it.</summary>
[Collection(BrowserTests.Name)]
public sealed class Screenshots(Chromium chromium)
{
    private readonly ConcurrentQueue<string> _complaints = [];

    [ScreenshotFact]
    public Task House_InEnglish_IsPhotographed() => PhotographAsync(PictureWords.English);

    [ScreenshotFact]
    public Task House_InJapanese_IsPhotographed() => PhotographAsync(PictureWords.Japanese);

    private async Task PhotographAsync(PictureWords words)
    {
        await NewHouseAsync(words);
        await using var broker = await MosquittoProcess.StartAsync();
        await using var app = await AppProcess.StartAsync([.. broker.AppSettings, .. PictureHouse.Settings(words)]);
        Camera[] strangers = await BothAsync(app, words);
        foreach (var camera in strangers)
        {
            await StrangerPagesAsync(camera);
        }

        Camera[] staff = await BothAsync(app, words);
        foreach (var camera in staff)
        {
            await camera.SignInAsync();
            await camera.TakeAsync("dashboard-empty", "/dashboard", ".mc-empty");
            await camera.TakeAsync("room-empty", "/rooms/1", "[data-ready]");
        }

        using var house = new PictureHouse(app, words);
        await house.MoveInAsync();
        await using (var plugs = await broker.ConnectAsync())
        {
            await house.PlugInAsync(plugs);
        }

        foreach (var camera in staff)
        {
            await RoomPagesAsync(camera, house, words);
            await PowerPagesAsync(camera, house);
            await PeoplePagesAsync(camera);
        }

        var join = await InvitationAsync(staff[0]);
        foreach (var camera in strangers)
        {
            await camera.TakeAsync("join", join);
        }

        await broker.KillAsync();
        foreach (var camera in staff)
        {
            await camera.TakeAsync("dashboard-broker-away", "/dashboard", ".broker-banner", ChartAsync);
        }

        Assert.True(_complaints.IsEmpty, string.Join('\n', _complaints));
    }

    private async Task NewHouseAsync(PictureWords words)
    {
        await using var app = await AppProcess.StartAsync($"Mqtt:Embedded:Listen=127.0.0.1:{FreePort.Next()}");
        foreach (var camera in await BothAsync(app, words))
        {
            await camera.TakeAsync("setup", $"/setup?code={app.SetupCode}");
        }
    }

    private async Task<Camera[]> BothAsync(AppProcess app, PictureWords words) =>
    [
        await Camera.OpenAsync(chromium, app.BaseAddress, words, phone: false, _complaints),
        await Camera.OpenAsync(chromium, app.BaseAddress, words, phone: true, _complaints),
    ];

    private static async Task StrangerPagesAsync(Camera camera)
    {
        await camera.TakeAsync("login", "/account/login");
        await camera.TakeAsync("login-wrong", "/account/login", act: async page =>
        {
            await page.FillAsync("#email", "oliver@house.test");
            await page.FillAsync("#password", "not the right one");
            await page.PressAsync("#password", "Enter");
            await page.Locator(".account-errors").WaitForAsync();
        });
        await camera.TakeAsync("register-closed", "/account/register");
        await camera.TakeAsync("forgot", "/account/forgot");
        await camera.TakeAsync("reset", "/account/reset?user=1&code=1");
        await camera.TakeAsync("not-found", "/nowhere");
    }

    private static async Task RoomPagesAsync(Camera camera, PictureHouse house, PictureWords words)
    {
        var own = $".row.own:has-text(\"{words.Edited}\")";
        await camera.TakeAsync("rooms", "/rooms", ".item");
        await camera.TakeAsync("room-unread", $"/rooms/{(camera.Device == "phone" ? house.Laundry : house.Kitchen)}", "[data-ready]");
        await ReadToTheEndAsync(camera.Page, house);
        await camera.TakeAsync("room", $"/rooms/{house.Kitchen}", "[data-ready]", PowerAsync);
        if (camera.Device == "phone")
        {
            await camera.TakeAsync("room-power", $"/rooms/{house.Kitchen}", "[data-ready]", page => page.Locator(".room-power-toggle").ClickAsync());
        }

        await camera.TakeAsync("room-members-only", $"/rooms/{house.Lounge}", "[data-ready]", PowerAsync);
        await camera.TakeAsync("room-edit", $"/rooms/{house.Kitchen}", "[data-ready]", page => ActAsync(page, own, "edit"));
        await camera.TakeAsync("room-delete", $"/rooms/{house.Kitchen}", "[data-ready]", page => ActAsync(page, own, "delete"));
        await camera.TakeAsync("room-members", $"/rooms/{house.Kitchen}/members", ".members li");
        await camera.TakeAsync("room-new", "/rooms/new", "#room-name");
        await camera.TakeAsync("rooms-all", "/rooms/all", ".mud-table-row");
    }

    private static async Task ReadToTheEndAsync(IPage page, PictureHouse house)
    {
        await page.GotoAsync($"/rooms/{house.Kitchen}");
        await page.Locator("[data-ready]").WaitForAsync();
        await page.EvaluateAsync("() => { const box = document.querySelector('[data-scroll]'); box.scrollTop = box.scrollHeight; }");
        await page.GotoAsync("/rooms");
        await page.WaitForFunctionAsync("path => document.querySelector(`a[href='${path}']`) && !document.querySelector(`a[href='${path}'] .mc-badge`)", $"/rooms/{house.Kitchen}");
    }

    private static Task PowerAsync(IPage page) => page.Locator(".room-power").WaitForAsync();

    // A finger picks a message first; a mouse only moves over it.
    private static async Task ActAsync(IPage page, string row, string act)
    {
        await page.Locator($"{row} .bubble").ClickAsync();
        await page.Locator($"{row} [data-act={act}]").ClickAsync();
    }

    private static async Task PowerPagesAsync(Camera camera, PictureHouse house)
    {
        await camera.TakeAsync("dashboard", "/dashboard", ".plug-tile", ChartAsync);
        await camera.TakeAsync("plugs-new", "/plugs/new", ".heard-plug");
        await camera.TakeAsync("plugs-connect", "/plugs/connect", "#connect-name:enabled");
        await camera.TakeAsync("plug", $"/plugs/{house.Fridge}", ".plug-figures", ChartAsync);
        await camera.TakeAsync("plug-channels", $"/plugs/{house.Strip}", ".plug-figures", ChartAsync);
        await camera.TakeAsync("plug-settings", $"/plugs/{house.Strip}", ".plug-figures", ChannelSettingsAsync);
    }

    private static async Task PeoplePagesAsync(Camera camera)
    {
        await camera.TakeAsync("people", "/people", ".mud-table-row strong");
        await camera.TakeAsync("people-created", "/people/created", ".mud-table-row strong");
        await camera.TakeAsync("invitations", "/invitations", act: MakeInvitationAsync);
        await camera.TakeAsync("house", "/house");
        await camera.TakeAsync("profile", "/profile");
        await camera.TakeAsync("two-step", "/profile/two-step");
        await camera.TakeAsync("leave", "/account/leave");
        await camera.TakeAsync("menu", "/profile", act: page => page.Locator(".mc-menu summary").ClickAsync());
    }

    // An hour shows what the appliances do.
    private static async Task ChartAsync(IPage page)
    {
        await page.Locator(".power-chart-plot canvas").WaitForAsync();
        await page.Locator(".power-chart-tabs button").Nth(1).ClickAsync();
        await page.Locator(".power-chart-tabs button[aria-pressed=true]").Nth(0).WaitForAsync();
        await page.WaitForFunctionAsync("() => document.querySelectorAll('.power-chart-tabs button')[1].ariaPressed === 'true'");
        // On a phone the chart stands below the plugs.
        await page.EvaluateAsync("() => document.querySelector('.mc-main').scrollTo(0, 0)");
    }

    private static async Task ChannelSettingsAsync(IPage page)
    {
        await page.Locator("details:has(#channel-limit-1) summary").ClickAsync();
        await page.Locator("#channel-limit-1").ScrollIntoViewIfNeededAsync();
    }

    private static async Task MakeInvitationAsync(IPage page)
    {
        await page.PressAsync("#uses", "Enter");
        await page.Locator("#invitation-link").WaitForAsync();
    }

    private static async Task<string> InvitationAsync(Camera staff)
    {
        await staff.Page.GotoAsync("/invitations");
        await MakeInvitationAsync(staff.Page);
        return new Uri(await staff.Page.Locator("#invitation-link").InputValueAsync()).PathAndQuery;
    }
}

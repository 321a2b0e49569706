using Microsoft.Playwright;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.EndToEnd.Bars;

/// <summary>A house that talks, with a plug, people whose script runs from right to left, and long names.</summary>
public sealed class TalkingHouse(Chromium chromium) : ChatApp(chromium)
{
    public const string Arabic = "ليلى حسن";
    public const string Hebrew = "נועה לוי 12";
    public const string ArabicText = "مرحبا، أين مفتاح الغسالة (B2)؟";

    private MqttTestClient? _plug;

    public int Room { get; private set; }

    public int Plug { get; private set; }

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        Room = await Staff.MakeRoomAsync("غرفة الغسيل 3");
        await Staff.MakeRoomAsync("Kitchen");
        using var layla = await JoinAsync("layla", Arabic);
        using var noa = await JoinAsync("noa", Hebrew);
        foreach (var person in (HouseApi[])[layla, noa])
        {
            HouseApi.Checked(await person.PostAsync($"rooms/{Room}/join"));
        }

        for (var line = 1; line <= 12; line++)
        {
            await noa.SayAsync(Room, $"Line {line} of what was said");
        }

        await layla.SayAsync(Room, ArabicText);
        _plug = await MqttTestClient.ConnectAsync(BrokerPort);
        Plug = await PlugInAsync(_plug, "toaster");
    }

    public override async Task DisposeAsync()
    {
        if (_plug is not null)
        {
            await _plug.DisposeAsync();
        }

        await base.DisposeAsync();
    }
}

/// <summary>What every page has to bear: narrow and low windows, the system's own colours, scripts from right to left.</summary>
[Collection(BrowserTests.Houses)]
public sealed class PageBarsTests(Chromium chromium, TalkingHouse house) : IClassFixture<TalkingHouse>, IAsyncLifetime
{
    private static readonly string[] Pages =
        ["/rooms", "/rooms/all", "/rooms/new", "/dashboard", "/people", "/house", "/invitations", "/plugs/new", "/plugs/connect", "/status", "/profile", "/nowhere"];

    // 1280 by 800 at 400 %, and a phone with its keyboard open.
    private static readonly BrowserNewContextOptions Zoomed = new() { ViewportSize = new() { Width = 320, Height = 200 }, DeviceScaleFactor = 4 };
    private static readonly BrowserNewContextOptions Typing = new() { ViewportSize = new() { Width = 390, Height = 508 }, IsMobile = true, HasTouch = true };
    private static readonly BrowserNewContextOptions Phone = new() { ViewportSize = new() { Width = 390, Height = 844 }, IsMobile = true, HasTouch = true };

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => house.CloseAllAsync();

    [Fact]
    public async Task FirstVisit_OnAPhone_AsksForANameAlone_InTheVisitorsFormat()
    {
        var code = HouseApi.Checked(await house.Staff.PostAsync("invitations")).GetProperty("code").GetString();
        var page = await chromium.OpenAsync(house.App.BaseAddress, Phone);
        await PageOpening.WatchAsync(page.Context);

        await page.GotoAsync("/");
        await Assertions.Expect(page.GetByText("Test house").First).ToBeVisibleAsync();
        await FitsAsync(page);
        await page.GotoAsync($"/join/{code}");
        await Assertions.Expect(page.Locator("html")).ToHaveAttributeAsync("data-format", "en-GB");
        await Assertions.Expect(page.Locator("main input:visible")).ToHaveCountAsync(1);
        await page.GetByLabel("Your name").FillAsync("دانا");
        await page.GetByRole(AriaRole.Button, new() { Name = "Join", Exact = true }).TapAsync();

        await page.Ready().WaitForAsync();
        await Assertions.Expect(page.Composer()).ToBeInViewportAsync(new() { Ratio = 1 });
        await FitsAsync(page);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Zoom_At400Percent_TheTalkIsSeen_AndNoPageScrollsSideways()
    {
        var page = await house.OpenRoomAsync("staff", house.Room, options: new(Zoomed));
        await TalkIsSeenAsync(page, share: 0.35);

        foreach (var path in Pages.Append($"/plugs/{house.Plug}").Append($"/rooms/{house.Room}/members"))
        {
            await page.GotoAsync(path);
            await page.Locator("main :is(h1, h2):visible").First.WaitForAsync();
            await FitsAsync(page);
        }
    }

    [Fact]
    public async Task Keyboard_OpenOnAPhone_MostOfTheWindowIsTheTalk()
    {
        var page = await house.OpenRoomAsync("staff", house.Room, options: new(Typing));
        await page.Composer().TapAsync();

        await TalkIsSeenAsync(page, share: 0.7);
    }

    [Fact]
    public async Task ForcedColours_WhatIsChosenOnAndWhere_IsToldBySystemColours()
    {
        var page = await house.OpenRoomAsync("staff", house.Room, options: new() { ForcedColors = ForcedColors.Active });
        await DiffersAsync(page, ".item[aria-current]", ".item:not([aria-current])", "outlineStyle");
        await DiffersAsync(page, ".mc-header .mc-nav.active", ".mc-header .mc-nav:not(.active)", "borderBottomColor");

        await page.GotoAsync("/dashboard");
        await page.Locator(".plug-tile .plug-switch-knob").First.WaitForAsync();
        await DiffersAsync(page, ".power-chart-tabs [aria-pressed=true]", ".power-chart-tabs [aria-pressed=false]", "backgroundColor");
        await DiffersAsync(page, ".plug-switch-knob", ".plug-switch-button", "backgroundColor");
        await page.Locator(".power-chart-plot canvas").WaitForAsync();
        Assert.Empty(await Axe.SeriousAsync(page));

        await page.GetByRole(AriaRole.Button, new() { Name = "Month" }).ClickAsync();
        await page.Locator(".day-bars-day.today i").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Hour" }).ClickAsync();
        await Assertions.Expect(page.Locator(".day-bars")).ToBeHiddenAsync();
        await Assertions.Expect(page.Locator(".power-chart-plot")).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RightToLeft_NamesAndMessages_ReadRight_AndMoveNothingElse(bool onPhone)
    {
        var page = await house.OpenRoomAsync("staff", house.Room, options: onPhone ? new(Phone) : null);

        var said = page.Said(TalkingHouse.ArabicText);
        Assert.Equal("rtl", await DirectionAsync(said.Locator(".text")));
        Assert.Equal("ltr", await DirectionAsync(page.Said("Line 12 ").Locator(".text")));
        // Others' messages stand at the start of the line, whatever they are written in.
        var (arabic, latin) = (await BoxAsync(said.Locator(".bubble")), await BoxAsync(page.Said("Line 12 ").Locator(".bubble")));
        Assert.Equal(arabic.X, latin.X, 1);
        await FitsAsync(page);

        foreach (var path in (string[])["/people", $"/rooms/{house.Room}/members", "/rooms"])
        {
            await page.GotoAsync(path);
            await page.GetByText(path == "/rooms" ? "غرفة الغسيل 3" : TalkingHouse.Hebrew).First.WaitForAsync();
            await FitsAsync(page);
        }

        await page.GotoAsync("/people");
        // "(you)" and what else follows a name stays behind it.
        var name = page.Locator("bdi", new() { HasText = TalkingHouse.Arabic }).First;
        Assert.Equal("rtl", await DirectionAsync(name));
    }

    private static async Task TalkIsSeenAsync(IPage page, double share)
    {
        // A room with unread messages opens at the first of them.
        await page.Said(TalkingHouse.ArabicText).ScrollIntoViewIfNeededAsync();
        await Assertions.Expect(page.Said(TalkingHouse.ArabicText).Locator(".text")).ToBeInViewportAsync(new() { Ratio = 1 });
        await Assertions.Expect(page.Composer()).ToBeInViewportAsync(new() { Ratio = 1 });
        var log = await BoxAsync(page.GetByRole(AriaRole.Log));
        var height = page.ViewportSize!.Height;
        Assert.True(log.Height >= share * height, $"the talk has {log.Height} of {height}");
    }

    private static async Task FitsAsync(IPage page) =>
        Assert.Equal((0, 0), await page.EvaluateAsync<int[]>("""
            () => [document.documentElement.scrollWidth - innerWidth, ...[document.querySelector('.mc-main')].map(main => main.scrollWidth - main.clientWidth)].map(over => Math.max(0, over))
            """) is [var window, var main] ? (window, main) : default);

    private static async Task DiffersAsync(IPage page, string one, string other, string property) => Assert.NotEqual(
        await page.Locator(one).First.EvaluateAsync<string>($"element => getComputedStyle(element).{property}"),
        await page.Locator(other).First.EvaluateAsync<string>($"element => getComputedStyle(element).{property}"));

    private static Task<string> DirectionAsync(ILocator element) => element.EvaluateAsync<string>("element => getComputedStyle(element).direction");

    private static async Task<LocatorBoundingBoxResult> BoxAsync(ILocator element) =>
        await element.BoundingBoxAsync() ?? throw new InvalidOperationException("It is not drawn");
}

using System.Text.RegularExpressions;
using Microsoft.Playwright;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.EndToEnd;

/// <summary>A house in which nobody has more than three pages open.</summary>
public sealed class ThreePagesApp(Chromium chromium) : ChatApp(chromium)
{
    protected override string[] Settings => ["Limits:CircuitsPerPerson=3"];
}

/// <summary>Rights hold in pages that are open, by address and behind the page's back.</summary>
[Collection(BrowserTests.Houses)]
public sealed class RightsTests(ThreePagesApp house) : IClassFixture<ThreePagesApp>, IAsyncLifetime
{
    private const int Absent = 987_654;

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => house.CloseAllAsync();

    [Fact]
    public async Task MemberRemoved_WithThePageOpen_IsToldWithinFiveSecondsAndSeesNothingNew()
    {
        var kenji = (await house.Kenji.GetAsync("me")).GetProperty("id").GetString();
        var room = await house.Rei.MakeRoomAsync("Board", isOpen: false);
        HouseApi.Checked(await house.Rei.SendAsync(HttpMethod.Put, $"rooms/{room}/members/{kenji}"));
        HouseApi.Checked(await house.Kenji.PostAsync($"rooms/{room}/join"));
        await house.Rei.SayAsync(room, "For members");
        var page = await house.OpenRoomAsync("kenji", room);
        var list = page.GetByRole(AriaRole.Navigation, new() { Name = "Rooms" });
        await page.Said("For members").WaitForAsync();
        await list.GetByText("Board").Expect().ToBeVisibleAsync();

        HouseApi.Checked(await house.Rei.SendAsync(HttpMethod.Delete, $"rooms/{room}/members/{kenji}"));
        await house.Rei.SayAsync(room, "Not for him");

        await Eventually.TrueAsync(() => page.GetByText("You’re no longer in this room").IsVisibleAsync(), TimeSpan.FromSeconds(5));
        await page.GetByRole(AriaRole.Article).Expect().ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Textbox).Expect().ToHaveCountAsync(0);
        await list.GetByText("Board").Expect().ToHaveCountAsync(0);
        Assert.DoesNotContain("Not for him", await page.ContentAsync(), StringComparison.Ordinal);

        // Asked in again, the same page shows all, also what was said meanwhile; whoever writes has accepted.
        HouseApi.Checked(await house.Rei.SendAsync(HttpMethod.Put, $"rooms/{room}/members/{kenji}"));
        await Eventually.TrueAsync(() => page.Said("Not for him").IsVisibleAsync(), TimeSpan.FromSeconds(6));
        await page.SayAsync("Thank you");
    }

    [Fact]
    public async Task RoomOfOthers_ByAddressOrInACircuit_LooksLikeNone()
    {
        var theirs = await house.Rei.MakeRoomAsync("Board two", isOpen: false);
        await house.Rei.SayAsync(theirs, "Their secret");
        var own = await house.Kenji.MakeRoomAsync("My own");
        var page = await house.OpenRoomAsync("kenji", own);
        foreach (var below in (string[])["", "/members"])
        {
            Assert.Equal(await ByAddressAsync(Absent, below), await ByAddressAsync(theirs, below));
            Assert.Equal(await InTheCircuitAsync(Absent, below), await InTheCircuitAsync(theirs, below));
        }

        async Task<string> ByAddressAsync(int room, string below)
        {
            var answer = await page.GotoAsync($"/rooms/{room}{below}");
            return $"{answer!.Status} {await AnswerAsync()}";
        }

        async Task<string> InTheCircuitAsync(int room, string below)
        {
            await page.GotoAsync($"/rooms/{own}");
            await page.Ready().WaitForAsync();
            await page.EvaluateAsync("to => Blazor.navigateTo(to)", $"/rooms/{room}{below}");
            return await AnswerAsync();
        }

        async Task<string> AnswerAsync()
        {
            // With the heading in it: between the first rendering and the live one the page may be loading once more.
            var answer = page.Locator(".content", new() { Has = page.GetByRole(AriaRole.Heading, new() { Name = "Room not found" }) });
            var text = await answer.InnerTextAsync();
            Assert.DoesNotContain("Board two", await page.ContentAsync(), StringComparison.Ordinal);
            Assert.DoesNotContain("Their secret", await page.ContentAsync(), StringComparison.Ordinal);
            return $"{await page.TitleAsync()} {text}";
        }
    }

    [Fact]
    public async Task MessageOfOthers_EditedOrDeletedBehindThePage_IsRefusedLikeNone()
    {
        var theirs = await house.Rei.MakeRoomAsync("Board three", isOpen: false);
        var secret = await house.Rei.SayAsync(theirs, "Untouched");
        var own = await house.Kenji.MakeRoomAsync("Forged");
        await house.Kenji.SayAsync(own, "Mine");
        var page = await house.OpenRoomAsync("kenji", own);
        var row = page.Said("Mine");
        var answers = new List<string>();
        foreach (var id in (long[])[secret, Absent])
        {
            await row.EvaluateAsync("(row, id) => { row.dataset.id = id; }", id);
            await row.HoverAsync();
            await row.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
            await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
            await page.Locator("[data-error]").Expect().ToHaveTextAsync("This message no longer exists.");
            await page.Composer().PressAsync("ArrowUp");
            await page.Composer().FillAsync("Forged text");
            await page.Composer().PressAsync("Enter");
            var refused = page.Locator("[data-pending] .failed");
            await refused.GetByRole(AriaRole.Alert).Expect().ToContainTextAsync("This message no longer exists.");
            answers.Add($"{await page.Locator(".foot").InnerTextAsync()} {await refused.InnerTextAsync()}");
            await refused.GetByRole(AriaRole.Button, new() { Name = "Discard" }).ClickAsync();
            await page.Composer().FillAsync("");
        }

        Assert.Equal(answers[0], answers[1]);
        var kept = (await house.Rei.GetAsync($"rooms/{theirs}/messages")).GetProperty("items")[0];
        Assert.Equal("Untouched", kept.GetProperty("text").GetString());
    }

    [Fact]
    public async Task Resident_OnPagesOfStaff_IsTurnedAway_AlsoInACircuit()
    {
        var own = await house.Kenji.MakeRoomAsync("Not staff");
        var page = await house.OpenRoomAsync("kenji", own);
        foreach (var path in (string[])["/dashboard", "/people", "/status", "/plugs/new", "/invitations"])
        {
            await page.EvaluateAsync("to => Blazor.navigateTo(to)", path);
            await page.GetByRole(AriaRole.Heading, new() { Name = "You don’t have access" }).Expect().ToBeVisibleAsync();
            var answer = await page.GotoAsync(path);
            Assert.Equal(403, answer!.Status);
            await page.GetByRole(AriaRole.Heading, new() { Name = "You don’t have access" }).Expect().ToBeVisibleAsync();
            await page.GotoAsync($"/rooms/{own}");
            await page.Ready().WaitForAsync();
        }

        Assert.Equal(404, (await page.GotoAsync("/nowhere"))!.Status);
        await page.GetByRole(AriaRole.Heading, new() { Name = "Page not found" }).Expect().ToBeVisibleAsync();
    }

    [Fact]
    public async Task PagesAboveTheLimit_CloseTheOldestAndSayWhy()
    {
        var room = await house.Rei.MakeRoomAsync("Many pages");
        var pages = new List<IPage>();
        for (var i = 0; i < 4; i++)
        {
            pages.Add(await house.OpenRoomAsync("rei", room));
        }

        await Assertions.Expect(pages[0]).ToHaveURLAsync(new Regex("/account/elsewhere$"));
        await pages[0].GetByRole(AriaRole.Heading, new() { Name = "This page was closed" }).Expect().ToBeVisibleAsync();
        await pages[3].SayAsync("The newest page lives");
        await pages[1].Said("The newest page lives").Expect().ToBeVisibleAsync();

        // Going on in the old one closes the next oldest.
        await pages[0].GetByRole(AriaRole.Link, new() { Name = "Continue here" }).ClickAsync();
        await Assertions.Expect(pages[0]).ToHaveURLAsync(new Regex("/rooms$"));
        await Assertions.Expect(pages[1]).ToHaveURLAsync(new Regex("/account/elsewhere$"));
    }

    [Fact]
    public async Task PagesLostWithoutAGoodbye_DoNotLockThePersonOut()
    {
        var room = await house.Kenji.MakeRoomAsync("Bad reception");
        await using var way = new TcpFaultProxy(house.App.BaseAddress.Port);
        for (var i = 0; i < 5; i++)
        {
            // As a phone that lost its link and was opened anew, again and again.
            await house.OpenRoomAsync("kenji", room, way);
            way.IsShut = true;
            way.CutAll();
            await house.CloseAllAsync();
            way.IsShut = false;
        }
    }
}

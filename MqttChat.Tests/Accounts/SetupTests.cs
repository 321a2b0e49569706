using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MqttChat.Domain;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Accounts.Settings;
using MqttChat.Domain.Persistence;

namespace MqttChat.Tests.Accounts;

public sealed class SetupTests
{
    private static readonly (string, string)[] Filled =
        [("houseName", "Elm 12"), ("displayName", "Sam"), ("email", "sam@example.org"), ("password", "correct horse")];

    [Theory]
    [InlineData("/")]
    [InlineData("/account/login")]
    [InlineData("/people")]
    [InlineData("/profile")]
    public async Task Page_EmptyDatabase_LeadsToSetup(string page)
    {
        await using var app = new HouseApp();

        var answer = await app.Browser().GetAsync(page);

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal("/setup", answer.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task Setup_RightCode_MakesHouseStaffAndEveryoneRoomAndSignsIn()
    {
        await using var app = new HouseApp();
        var browser = app.Browser();

        var answer = await browser.SubmitAsync("/setup", "setup", [("code", CodeOf(app)), .. Filled]);

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/people")).StatusCode);
        var (house, room, members) = await app.WithAsync<HouseDbContext, (string, string, int)>(async store => (
            (await store.Houses.SingleAsync()).Name, (await store.Rooms.SingleAsync(row => row.IsEveryone)).Name,
            await store.Memberships.CountAsync()));
        Assert.Equal(("Elm 12", "Everyone", 1), (house, room, members));
    }

    [Fact]
    public async Task Setup_AsksWhereTheHouseIs_AndEveryPageKnowsIt()
    {
        await using var app = new HouseApp(("House:Currency", "JPY"));
        var browser = app.Browser();
        browser.DefaultRequestHeaders.AcceptLanguage.ParseAdd("ja,en;q=0.5");
        browser.DefaultRequestHeaders.Add("Cookie", "mqttchat-zone=Asia%2FTokyo");

        var form = await browser.GetStringAsync("/setup");
        var answer = await browser.SubmitAsync("/setup", "setup",
            [("code", CodeOf(app)), .. Filled, ("timeZone", "Asia/Tokyo"), ("language", "ja"), ("price", "31")]);

        Assert.Contains("value=\"Asia/Tokyo\"", form, StringComparison.Ordinal);
        Assert.Contains("<option value=\"ja\" lang=\"ja\" selected", form, StringComparison.Ordinal);
        Assert.DoesNotContain("name=\"currency\"", form, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        var facts = app.Services.GetRequiredService<HouseSettings>().Current;
        Assert.Equal(("Elm 12", "Asia/Tokyo", "ja", "JPY", 31m), (facts.Name, facts.Zone.Id, facts.Language, facts.Currency, facts.PricePerKilowattHour));
        var login = await app.Browser().GetStringAsync("/account/login");
        Assert.Contains("<html lang=\"ja\"", login, StringComparison.Ordinal);
        Assert.Contains("· Elm 12</title>", login, StringComparison.Ordinal);
        Assert.Contains("<bdi>Elm 12</bdi>", login, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("timeZone", "Mars/Base")]
    [InlineData("price", "much")]
    [InlineData("currency", "Euros")]
    public async Task Setup_WrongField_IsToldThereAndKeepsWhatWasTyped(string field, string typed)
    {
        await using var app = new HouseApp();

        var answer = await app.Browser().SubmitAsync("/setup", "setup", [("code", CodeOf(app)), .. Filled, (field, typed)]);

        var html = await answer.Content.ReadAsStringAsync();
        Assert.Contains($"id=\"{field}-error\"", html, StringComparison.Ordinal);
        Assert.Contains($"value=\"{typed}\"", html, StringComparison.Ordinal);
        Assert.False(await app.WithAsync<HouseSetup, bool>(setup => setup.IsDoneAsync(default)));
    }

    [Fact]
    public async Task Setup_WrongCode_MakesNothingAndSaysSo()
    {
        await using var app = new HouseApp();

        var answer = await app.Browser().SubmitAsync("/setup", "setup", [("code", "guess"), .. Filled]);

        Assert.Contains("role=\"alert\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.False(await app.WithAsync<HouseSetup, bool>(setup => setup.IsDoneAsync(default)));
    }

    [Fact]
    public async Task Setup_ManyWrongCodes_AreLimited()
    {
        await using var app = new HouseApp();
        var wanted = new HouseToSetUp(new("Elm"), "Everyone", "a@example.org", "correct horse", "A");
        async Task<string> TryAsync(string code) => (await Assert.ThrowsAsync<RefusedException>(() =>
            app.WithAsync<HouseSetup, AppUser>(setup => setup.ByCodeAsync(wanted, code, "here", default)))).Code;

        var codes = new List<string>();
        for (var i = 0; i < 11; i++)
        {
            codes.Add(await TryAsync("guess"));
        }

        Assert.Equal("setup.codeWrong", codes[0]);
        Assert.Equal("account.tooManyAttempts", codes[^1]);
        Assert.Equal("account.tooManyAttempts", await TryAsync(CodeOf(app)));
    }

    [Fact]
    public async Task Setup_TwoAtOnce_OneWins()
    {
        await using var app = new HouseApp();
        // Of two that ask first, each would start a program of its own.
        app.Services.GetRequiredService<SetupCode>();
        async Task<bool> TryAsync(string email)
        {
            try
            {
                await app.WithAsync<HouseSetup, AppUser>(setup =>
                    setup.RunAsync(new HouseToSetUp(new("Elm"), "Everyone", email, "correct horse", "A"), default));
                return true;
            }
            catch (RefusedException refusal) when (refusal.Code == "setup.alreadyDone")
            {
                return false;
            }
        }

        var won = await Task.WhenAll(Task.Run(() => TryAsync("a@example.org")), Task.Run(() => TryAsync("b@example.org")));

        Assert.Single(won, true);
        Assert.Equal(1, await app.WithAsync<HouseDbContext, int>(store => store.Users.CountAsync()));
    }

    [Fact]
    public async Task Setup_AfterItIsDone_LeadsAway()
    {
        await using var app = new HouseApp();
        await app.SetUpAsync();

        var answer = await app.Browser().GetAsync("/setup");

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
    }

    [Fact]
    public async Task FirstStaff_InSettings_SetsUpAtStart()
    {
        await using var app = new HouseApp(
            ("Accounts:FirstStaff:Email", "boss@example.org"), ("Accounts:FirstStaff:Password", "correct horse"), ("House:Name", "Elm"));

        var browser = await app.SignedInAsync("boss@example.org");

        var page = await browser.GetAsync("/people");
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Contains("Elm</title>", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Setup_WithANameInTheSettings_ProposesIt()
    {
        await using var app = new HouseApp(("House:Name", "Elm & Sons"));

        Assert.Contains("value=\"Elm &amp; Sons\"", await app.Browser().GetStringAsync("/setup"), StringComparison.Ordinal);
    }

    private static string CodeOf(HouseApp app) => app.Services.GetRequiredService<SetupCode>().Value;
}

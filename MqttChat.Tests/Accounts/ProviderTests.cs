using System.Net;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Persistence;
using MqttChat.Tests.Support;
using MqttChat.Web.Accounts;

namespace MqttChat.Tests.Accounts;

/// <summary>One house with its provider for all tests of the class; each makes people of its own.</summary>
public sealed class ProviderHouse : IAsyncLifetime
{
    internal TestProvider Provider { get; private set; } = null!;

    internal HouseApp App { get; private set; } = null!;

    internal Viewer Staff { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Provider = await TestProvider.StartAsync();
        await Provider.AllowAsync(new Uri("http://localhost"));
        App = new HouseApp(Provider.Settings);
        Staff = await App.SetUpAsync();
    }

    public async Task DisposeAsync()
    {
        await App.DisposeAsync();
        await Provider.DisposeAsync();
    }
}

public sealed class ProviderTests(ProviderHouse house) : IClassFixture<ProviderHouse>, IDisposable
{
    private readonly HouseApp _app = house.App;
    private readonly HttpClient _provider = new(new HttpClientHandler { AllowAutoRedirect = false });

    public void Dispose() => _provider.Dispose();

    [Fact]
    public async Task FirstSignIn_MakesTheAccount_AndTheNextFindsIt()
    {
        var browser = _app.Browser();

        Assert.Equal("/rooms/7", PathOf(await SignInAsync(browser, new("ann", " Ann\u0007 Lee ", "ann@example.org"), "/rooms/7")));
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/profile")).StatusCode);
        await SignInAsync(_app.Browser(), new("ann", "Ann Married", "new@example.org"));

        // The same subject, whatever else the provider says by now; another by case is another person.
        var ann = await OnlyAsync("Ann Lee");
        Assert.Equal(("ann@example.org", true), (ann.Email, ann.EmailConfirmed));
        await SignInAsync(_app.Browser(), new("ANN", "Second Ann"));
        Assert.NotEqual(ann.Id, (await OnlyAsync("Second Ann")).Id);
    }

    [Fact]
    public async Task Email_OfAnAccountThatIsThere_OpensItNever()
    {
        await _app.JoinAsync(house.Staff, "local@example.org");
        var browser = _app.Browser();

        var verified = await SignInAsync(browser, new("attacker", "Attacker", "local@example.org"));
        Assert.Equal("/account/provider/failed", PathOf(verified));
        Assert.Contains("already", await browser.GetStringAsync(verified.Headers.Location), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync("/profile")).StatusCode);

        // Not verified: it is nobody's address, so it is left out.
        Assert.Equal("/", PathOf(await SignInAsync(_app.Browser(), new("unverified", "Una", "local@example.org", false))));
        Assert.Null((await OnlyAsync("Una")).Email);
    }

    [Fact]
    public async Task StaffClaim_GainedAndLost_ChangesTheRoleAtTheNextSignIn()
    {
        var browser = _app.Browser();
        await SignInAsync(browser, new("gus", "Gus"));
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync("/people")).StatusCode);

        var asStaff = _app.Browser();
        await SignInAsync(asStaff, new("gus", "Gus", null, true, "others", "house-staff"));
        Assert.Equal(HttpStatusCode.OK, (await asStaff.GetAsync("/people")).StatusCode);

        var again = _app.Browser();
        await SignInAsync(again, new("gus", "Gus", null, true, "house-staff-not"));
        Assert.Equal(HttpStatusCode.Forbidden, (await again.GetAsync("/people")).StatusCode);
        _app.Clock.Push(TimeSpan.FromSeconds(61));
        Assert.Equal("/account/login", PathOf(await asStaff.GetAsync("/people")));
    }

    [Fact]
    public async Task StaffClaim_LostByTheLastStaff_LeavesThemStaff()
    {
        await SignInAsync(_app.Browser(), new("last", "Last", null, true, "house-staff"));
        var last = new Viewer((await OnlyAsync("Last")).Id, true);
        await AllowAsync(last, house.Staff.UserId, false);
        try
        {
            var browser = _app.Browser();
            Assert.Equal("/", PathOf(await SignInAsync(browser, new("last", "Last"))));
            Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/people")).StatusCode);
        }
        finally
        {
            await AllowAsync(last, house.Staff.UserId, true);
        }

        var after = _app.Browser();
        await SignInAsync(after, new("last", "Last"));
        Assert.Equal(HttpStatusCode.Forbidden, (await after.GetAsync("/people")).StatusCode);
    }

    [Fact]
    public async Task Profile_ConnectsAnAccount_AndOnlyByItsOwnPage()
    {
        await _app.JoinAsync(house.Staff, "linker@example.org");
        var browser = await _app.SignedInAsync("linker@example.org");
        house.Provider.User = new("linked", "Somebody");

        Assert.Equal("/account/provider/failed", PathOf(await browser.GetAsync("/account/provider/link?token=forged")));
        var link = (await browser.GetStringAsync("/profile")).Split("href=\"/account/provider/link")[1].Split('"')[0];
        _app.Clock.Push(FreshProof.Lifetime);
        Assert.Equal("/account/confirm", PathOf(await browser.GetAsync("/account/provider/link" + link)));
        await browser.SubmitAsync(ConfirmPage.PathTo("/profile"), "confirm", ("currentPassword", HouseApp.Password));
        var done = await ReturnAsync(browser, await AllowAsync(await browser.GetAsync("/account/provider/link" + link)));
        Assert.Equal("/profile", PathOf(done));

        var other = _app.Browser();
        Assert.Equal("/", PathOf(await SignInAsync(other, new("linked", "Somebody"))));
        Assert.Contains("linker@example.org", await other.GetStringAsync("/profile"), StringComparison.Ordinal);

        // The provider may have asked for nothing, and the account has a password to show.
        Assert.Contains("account/confirm", await (await other.SubmitAsync("/profile", "provider")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await other.SubmitAsync(ConfirmPage.PathTo("/profile"), "confirm", ("currentPassword", HouseApp.Password));
        Assert.Equal(HttpStatusCode.Redirect, (await other.SubmitAsync("/profile", "provider")).StatusCode);
        await SignInAsync(_app.Browser(), new("linked", "Somebody Else Now"));
        Assert.NotNull(await OnlyAsync("Somebody Else Now"));
    }

    [Fact]
    public async Task Profile_OfAnOldSignIn_ConnectsOnlyAfterAProof_WhichTheProviderGivesToo()
    {
        var browser = _app.Browser();
        await SignInAsync(browser, new("prover", "Prue"));
        var prue = new Viewer((await OnlyAsync("Prue")).Id, false);
        Assert.Equal("account.proofNeeded", (await Assert.ThrowsAsync<Domain.RefusedException>(() =>
            _app.WithAsync<ProviderAccounts, int>(async accounts =>
            {
                await accounts.UnlinkAsync(prue, default);
                return 0;
            }))).Code);
        _app.Clock.Push(FreshProof.Lifetime);
        Assert.DoesNotContain("passkey-add", await browser.GetStringAsync("/profile"), StringComparison.Ordinal);

        // Somebody else at the provider is no proof.
        house.Provider.User = new("stranger", "Stranger");
        var other = await ReturnAsync(browser, await AllowAsync(await ConfirmAsync(browser)));
        Assert.Contains("providerNotConfirmed", other.Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("passkey-add", await browser.GetStringAsync("/profile"), StringComparison.Ordinal);

        house.Provider.User = new("prover", "Prue");
        var away = await ConfirmAsync(browser);
        Assert.Contains("max_age=0", away.Headers.Location!.Query, StringComparison.Ordinal);
        Assert.Equal("/profile", PathOf(await ReturnAsync(browser, await AllowAsync(away))));
        Assert.Contains("passkey-add", await browser.GetStringAsync("/profile"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Confirm_ByASignInAtTheProviderOfLongAgo_IsRefused()
    {
        var person = new ProviderPerson("https://id.example", "slow", null, ["Slow"], true, null);
        var viewer = new Viewer((await _app.WithAsync<ProviderAccounts, AppUser>(accounts => accounts.SignInAsync(person, default))).Id, false);
        Task<AppUser> ConfirmAsync(DateTimeOffset? at) => _app.WithAsync<ProviderAccounts, AppUser>(accounts => accounts.ConfirmAsync(viewer, person, at, default));

        var refused = await Assert.ThrowsAsync<Domain.RefusedException>(() => ConfirmAsync(_app.Clock.GetUtcNow() - FreshProof.Lifetime));

        Assert.Equal("account.providerNotConfirmed", refused.Code);
        Assert.Equal(viewer.UserId, (await ConfirmAsync(_app.Clock.GetUtcNow())).Id);
        Assert.Equal(viewer.UserId, (await ConfirmAsync(null)).Id);

        // Once there is something better, it no longer counts.
        await _app.WithAsync<Profile, AppUser>(profile => profile.AddPasswordAsync(
            viewer with { ProvenAt = _app.Clock.GetUtcNow() }, "slow@example.org", HouseApp.Password, default));
        await Assert.ThrowsAsync<Domain.RefusedException>(() => ConfirmAsync(_app.Clock.GetUtcNow()));
    }

    [Fact]
    public async Task SignIn_AtAProviderThatDoesNotTellThatItAskedJustThen_IsNoProof()
    {
        async Task<HttpClient> ComeAsync(TimeSpan? ago)
        {
            var browser = _app.Browser();
            house.Provider.AskedAt = _app.Clock.GetUtcNow() - ago;
            await SignInAsync(browser, new("silent", "Sil"));
            return browser;
        }

        async Task<bool> IsProvenAsync(HttpClient browser) => (await browser.GetStringAsync("/profile")).Contains("passkey-add", StringComparison.Ordinal);
        try
        {
            // Signed out here, then let in again by a provider that remembers the browser.
            Assert.False(await IsProvenAsync(await ComeAsync(ago: null)));
            Assert.True(await IsProvenAsync(await ComeAsync(TimeSpan.Zero)));
            var open = await ComeAsync(FreshProof.Lifetime);
            Assert.False(await IsProvenAsync(open));

            // Told to ask anew, it did not.
            var refused = await ReturnAsync(open, await AllowAsync(await ConfirmAsync(open)));
            Assert.Contains("providerNotConfirmed", refused.Headers.Location!.ToString(), StringComparison.Ordinal);
            Assert.False(await IsProvenAsync(open));
            house.Provider.AskedAt = _app.Clock.GetUtcNow();
            Assert.Equal("/profile", PathOf(await ReturnAsync(open, await AllowAsync(await ConfirmAsync(open)))));
            Assert.True(await IsProvenAsync(open));
        }
        finally
        {
            house.Provider.AskedAt = null;
        }
    }

    [Fact]
    public async Task SignIn_OfWhoIsSignedIn_GoesNowhere()
    {
        await _app.JoinAsync(house.Staff, "stays@example.org");
        var browser = await _app.SignedInAsync("stays@example.org");

        Assert.Equal("/rooms/7", PathOf(await browser.GetAsync("/account/provider?returnUrl=/rooms/7")));
        Assert.Equal("/", PathOf(await browser.GetAsync("/account/provider?returnUrl=//elsewhere.example")));
    }

    [Fact]
    public async Task LastTwoWaysIn_TakenAwayAtOnce_LeaveOne()
    {
        for (byte round = 1; round <= 10; round++)
        {
            var provided = new ProviderPerson("https://id.example", $"ways {round}", null, ["Wada"], true, null);
            var person = new Viewer((await _app.WithAsync<ProviderAccounts, AppUser>(accounts => accounts.SignInAsync(provided, default))).Id, false)
            {
                ProvenAt = _app.Clock.GetUtcNow(),
            };
            byte[] id = [200, round];
            await TryAsync<Passkeys>(passkeys => passkeys.AddAsync(
                person, new UserPasskeyInfo(id, [1], _app.Clock.GetUtcNow(), 0, [], true, false, false, [1], [1]), "Key", default));

            var done = await Task.WhenAll(
                Task.Run(() => TryAsync<ProviderAccounts>(accounts => accounts.UnlinkAsync(person, default))),
                Task.Run(() => TryAsync<Passkeys>(passkeys => passkeys.RemoveAsync(person, System.Buffers.Text.Base64Url.EncodeToString(id), default))));

            Assert.Single(done, taken => taken);
        }
    }

    [Fact]
    public async Task Stopped_ByStaff_IsStoppedHereToo()
    {
        await SignInAsync(_app.Browser(), new("stopped", "Stan"));
        await AllowAsync(house.Staff, (await OnlyAsync("Stan")).Id, false);

        var answer = await SignInAsync(_app.Browser(), new("stopped", "Stan"));

        Assert.Contains("providerStopped", answer.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WayBack_DeniedForgedOrInAnotherBrowser_GetsAPageThatSaysSo()
    {
        house.Provider.User = new("denied", "Dee");
        var browser = _app.Browser();
        var away = await browser.GetAsync("/account/provider");
        var denied = await _provider.GetAsync(away.Headers.Location + "&decision=deny");
        Assert.Contains("failed?why=denied", (await browser.GetAsync(denied.Headers.Location!.PathAndQuery)).Headers.Location!.ToString(), StringComparison.Ordinal);

        foreach (var path in (string[])["/account/provider/back?code=x&state=forged", "/account/provider/back", "/account/provider/back?state=", "/account/provider/done"])
        {
            var answer = await _app.Browser().GetAsync(path);
            Assert.Equal("/account/provider/failed", PathOf(answer));
        }

        var back = await AllowAsync(await browser.GetAsync("/account/provider"));
        var elsewhere = await _app.Browser().GetAsync(back);
        Assert.Contains("why=lost", elsewhere.Headers.Location!.ToString(), StringComparison.Ordinal);
        var page = await _app.Browser().GetStringAsync(elsewhere.Headers.Location);
        Assert.Contains("Something got lost on the way back from Elm Street ID", page, StringComparison.Ordinal);
        Assert.Equal(0, await _app.WithAsync<HouseDbContext, int>(store => store.Users.CountAsync(user => user.DisplayName == "Dee")));
    }

    [Fact]
    public async Task Cookies_OverPlainHttp_ComeBackWithALink()
    {
        var cookies = (await _app.Browser().GetAsync("/account/provider")).Headers.GetValues("Set-Cookie").ToList();

        Assert.Equal(2, cookies.Count);
        Assert.All(cookies, cookie => Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase));
        Assert.All(cookies, cookie => Assert.DoesNotContain("secure", cookie, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task SignOut_SaysThatItIsOnlyHere()
    {
        var browser = _app.Browser();
        await SignInAsync(browser, new("leaver", "Lea"));
        var token = (await browser.GetStringAsync("/profile")).Split("__RequestVerificationToken\" value=\"")[1].Split('"')[0];

        var answer = await browser.PostAsync("/account/logout", new FormUrlEncodedContent([KeyValuePair.Create("__RequestVerificationToken", token)]));

        Assert.Contains("you may still be signed in to Elm Street ID", await browser.GetStringAsync(answer.Headers.Location), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ProviderAway_GetsAPageThatSaysSo_AndOnlyAdmittedPeopleComeIn()
    {
        await using var app = new HouseApp(
            ("Accounts:OpenIdConnect:Authority", $"http://127.0.0.1:{FreePort.Next()}"), ("Accounts:OpenIdConnect:ClientId", "x"));
        await app.SetUpAsync();
        var browser = app.Browser();

        var answer = await browser.GetAsync("/account/provider");
        var stranger = new ProviderPerson("https://id.example", "1", null, ["Stranger"], IsAdmitted: false, IsStaff: true);
        var refused = await Assert.ThrowsAsync<Domain.RefusedException>(() =>
            app.WithAsync<ProviderAccounts, AppUser>(accounts => accounts.SignInAsync(stranger, default)));

        Assert.Contains("why=away", answer.Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.Contains("can’t be reached", await browser.GetStringAsync(answer.Headers.Location), StringComparison.Ordinal);
        Assert.Equal("account.providerNotAdmitted", refused.Code);
    }

    [Fact]
    public async Task TwoTabsAtOnce_MakeOneAccount()
    {
        var person = new ProviderPerson("https://id.example", "twice", "twice@example.org", ["Twice"], true, null);

        var users = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
            _app.WithAsync<ProviderAccounts, AppUser>(accounts => accounts.SignInAsync(person, default)))));

        Assert.Single(users.Select(user => user.Id).Distinct());
    }

    [Fact]
    public void Settings_AreCheckedAllAtOnce_EachWithItsKey()
    {
        var wrong = new ProviderOptions { Authority = "http://id.example.org", StaffClaim = "groups", AdmitValue = "x", Scopes = "profile" };
        string[] failures = [.. ProviderValidation.FailuresOf(wrong).Select(failure => failure.Split(": ")[0].Split(':')[^1])];

        Assert.Equal(["Authority", "ClientId", "Scopes", "StaffValue", "AdmitClaim"], failures);
        Assert.Contains("Authority", Assert.Single(ProviderValidation.FailuresOf(new() { ClientId = "x" })), StringComparison.Ordinal);
        Assert.Empty(ProviderValidation.FailuresOf(new()));
        Assert.Empty(ProviderValidation.FailuresOf(new() { Authority = "https://id.example.org/realms/house", ClientId = "x" }));
        Assert.Empty(ProviderValidation.FailuresOf(new() { Authority = "http://[::1]:8080", ClientId = "x" }));
    }

    [Theory]
    [InlineData("  ", "b", "b")]
    [InlineData("\u0000\t", null, null)]
    [InlineData("a\r\nb", null, "ab")]
    public void NameOf_WhatProvidersSay_IsANameByTheRules(string first, string? second, string? expected) =>
        Assert.Equal(expected, AccountRules.NameOf([first, second]));

    [Fact]
    public void NameOf_ALongOne_IsCutBetweenCharacters() =>
        Assert.Equal(new string('a', 63), AccountRules.NameOf([new string('a', 63) + "😀"]));

    private async Task<HttpResponseMessage> SignInAsync(HttpClient browser, ProviderUser user, string returnUrl = "/")
    {
        house.Provider.User = user;
        return await ReturnAsync(browser, await AllowAsync(await browser.GetAsync($"/account/provider?returnUrl={Uri.EscapeDataString(returnUrl)}")));
    }

    // False where it was refused.
    private Task<bool> TryAsync<TService>(Func<TService, Task> use)
        where TService : notnull => _app.WithAsync<TService, bool>(async service =>
    {
        try
        {
            await use(service);
            return true;
        }
        catch (Domain.RefusedException)
        {
            return false;
        }
    });

    private static async Task<HttpResponseMessage> ConfirmAsync(HttpClient browser)
    {
        var html = await browser.GetStringAsync(ConfirmPage.PathTo("/profile"));
        return await browser.GetAsync(WebUtility.HtmlDecode("/account/provider/confirm" + html.Split("href=\"/account/provider/confirm")[1].Split('"')[0]));
    }

    // What the provider's page does on "go on"; where it sends the browser.
    private async Task<string> AllowAsync(HttpResponseMessage away)
    {
        Assert.Equal(HttpStatusCode.Redirect, away.StatusCode);
        Assert.StartsWith(house.Provider.Authority.ToString(), away.Headers.Location!.ToString(), StringComparison.Ordinal);
        using var answer = await _provider.GetAsync(away.Headers.Location + "&decision=allow");
        Assert.True(answer.StatusCode == HttpStatusCode.Redirect, await answer.Content.ReadAsStringAsync());
        return answer.Headers.Location!.PathAndQuery;
    }

    private static async Task<HttpResponseMessage> ReturnAsync(HttpClient browser, string back)
    {
        var done = await browser.GetAsync(back);
        Assert.True(done.Headers.Location?.OriginalString.EndsWith("/account/provider/done", StringComparison.Ordinal), $"{done.StatusCode} {done.Headers.Location}");
        return await browser.GetAsync(done.Headers.Location);
    }

    private Task<AppUser> OnlyAsync(string name) =>
        _app.WithAsync<HouseDbContext, AppUser>(store => store.Users.SingleAsync(user => user.DisplayName == name));

    private Task<bool> AllowAsync(Viewer by, string userId, bool allowed) => _app.WithAsync<People, bool>(async people =>
    {
        await people.AllowSignInAsync(by with { ProvenAt = _app.Clock.GetUtcNow() }, userId, allowed, default);
        return allowed;
    });

    private static string PathOf(HttpResponseMessage answer)
    {
        Assert.True(answer.StatusCode == HttpStatusCode.Redirect, $"{answer.StatusCode}");
        return new Uri(new Uri("http://localhost"), answer.Headers.Location!).AbsolutePath;
    }
}

using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MqttChat.Domain;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Persistence;
using MqttChat.Web.Accounts;

namespace MqttChat.Tests.Accounts;

/// <summary>One house for all tests of the class; each makes people of its own.</summary>
public sealed class SecondFactorHouse : IAsyncLifetime
{
    internal HouseApp App { get; } = new();

    internal Viewer Staff { get; private set; } = null!;

    public async Task InitializeAsync() => Staff = await App.SetUpAsync();

    public async Task DisposeAsync() => await App.DisposeAsync();
}

public sealed partial class SecondFactorTests(SecondFactorHouse house) : IClassFixture<SecondFactorHouse>
{
    private readonly HouseApp _app = house.App;
    private readonly Viewer _staff = house.Staff;

    [Fact]
    public void Code_OfRfc6238_IsThatOfTheTestVectors()
    {
        // Appendix B: the key is "12345678901234567890"; of its eight digits apps show the last six.
        const string Key = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

        Assert.Equal("287082", AuthenticatorCode.At(Key, 59 / 30));
        Assert.Equal("081804", AuthenticatorCode.At(Key, 1111111109 / 30));
        Assert.Equal("005924", AuthenticatorCode.At(Key, 1234567890 / 30));
        Assert.Equal("353130", AuthenticatorCode.At(Key, 20000000000 / 30));
        Assert.Equal(1234567890 / 30, AuthenticatorCode.StepOf(Key, " 005 924", DateTimeOffset.FromUnixTimeSeconds(1234567890 - 60)));
        Assert.Null(AuthenticatorCode.StepOf(Key, "005924", DateTimeOffset.FromUnixTimeSeconds(1234567890 + 120)));
    }

    [Fact]
    public async Task Profile_TurnsItOn_AndTheNextSignInAsksForACode()
    {
        await _app.JoinAsync(_staff, "setup@example.org");
        var browser = await _app.SignedInAsync("setup@example.org");
        var html = await browser.GetStringAsync(TwoStepPage.Path);
        var key = KeyPattern().Match(html).Groups[1].Value;
        Assert.Contains(string.Join(' ', key.Chunk(4).Select(four => new string(four))), html, StringComparison.Ordinal);
        Assert.Contains($"secret={key}", html, StringComparison.Ordinal);

        var wrong = await SubmitKeyAsync(browser, key, Wrong(Code(key)));
        var right = await browser.FollowAsync(SubmitKeyAsync(browser, key, Code(key)));

        Assert.Contains($"value=\"{key}\"", await wrong.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(RecoveryCodes.Count, WebUtility.HtmlDecode(CodesPattern().Match(right).Groups[1].Value).Split('\n').Length);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/profile")).StatusCode);

        var next = _app.Browser();
        Assert.Equal("/account/second-step", PathOf(await PasswordAsync(next, "setup@example.org", "/rooms/7")));
        Assert.Equal(HttpStatusCode.Redirect, (await next.GetAsync("/profile")).StatusCode);
        Assert.Equal("/rooms/7", PathOf(await CodeAsync(next, NextCode(key), "/rooms/7")));
        Assert.Equal(HttpStatusCode.OK, (await next.GetAsync("/profile")).StatusCode);
    }

    [Fact]
    public async Task SecondStep_WrongAndReplayedCodes_AreRefused()
    {
        var (_, key, _) = await WithSecondFactorAsync("replay@example.org");
        var code = NextCode(key);

        var wrong = await HalfWayAsync("replay@example.org", Wrong(code));
        var right = await HalfWayAsync("replay@example.org", code);
        var replayed = await HalfWayAsync("replay@example.org", code);

        Assert.Contains("id=\"code-error\"", await wrong.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, right.StatusCode);
        Assert.Contains("id=\"code-error\"", await replayed.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SecondStep_SameCodeAtOnce_LetsOneIn()
    {
        var (viewer, key, _) = await WithSecondFactorAsync("twice@example.org");
        var code = NextCode(key);

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => CheckAsync(viewer, code))));

        Assert.Single(answers, right => right);
    }

    [Fact]
    public async Task SecondStep_FiveWrongCodes_LockTheAccountAlthoughThePasswordIsGivenBetween()
    {
        var (viewer, key, _) = await WithSecondFactorAsync("guess@example.org");
        for (var i = 0; i < 5; i++)
        {
            Assert.NotNull(await PasswordAsync("guess@example.org"));
            Assert.False(await CheckAsync(viewer, Wrong(NextCode(key))));
        }

        Assert.False(await CheckAsync(viewer, NextCode(key)));
        Assert.Null(await PasswordAsync("guess@example.org"));
        _app.Clock.Push(TimeSpan.FromMinutes(5.1));
        Assert.True(await CheckAsync(viewer, NextCode(key)));
    }

    [Fact]
    public async Task RecoveryCode_WorksOnceHoweverItIsTyped_AndIsNotStoredAsItIs()
    {
        var (viewer, _, codes) = await WithSecondFactorAsync("recover@example.org");

        Assert.True(await CheckAsync(viewer, codes[0].ToUpperInvariant().Replace("-", " ", StringComparison.Ordinal)));
        Assert.False(await CheckAsync(viewer, codes[0]));
        Assert.Equal("/", PathOf(await HalfWayAsync("recover@example.org", codes[1], "&way=recovery")));
        var left = await _app.WithAsync<SecondFactorSettings, SecondFactorView>(settings => settings.ReadAsync(viewer));
        var stored = await _app.WithAsync<HouseDbContext, string>(async store =>
            string.Join('|', await store.UserTokens.Where(token => token.UserId == viewer.UserId).Select(token => token.Value).ToListAsync()));
        Assert.Equal(RecoveryCodes.Count - 2, left.CodesLeft);
        Assert.DoesNotContain(codes[2], stored, StringComparison.Ordinal);
        Assert.DoesNotContain(codes[2].Replace("-", "", StringComparison.Ordinal), stored, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RememberedDevice_NeedsNoCodeForThirtyDays_UnlessThePersonSignsOutEverywhere()
    {
        var (viewer, key, _) = await WithSecondFactorAsync("device@example.org");
        var browser = _app.Browser();
        await PasswordAsync(browser, "device@example.org", "/");
        await CodeAsync(browser, NextCode(key), "/", ("device", "true"));
        async Task<string> AgainAsync()
        {
            await LogoutAsync(browser);
            return PathOf(await PasswordAsync(browser, "device@example.org", "/"));
        }

        Assert.Equal("/", await AgainAsync());
        await _app.WithAsync<Profile, bool>(async profile =>
        {
            await profile.SignOutEverywhereAsync(viewer, default);
            return true;
        });
        _app.Clock.Push(TimeSpan.FromSeconds(61));
        Assert.Equal("/account/second-step", PathOf(await PasswordAsync(browser, "device@example.org", "/")));

        await CodeAsync(browser, NextCode(key), "/", ("device", "true"));
        _app.Clock.Push(TimeSpan.FromDays(29));
        Assert.Equal("/", await AgainAsync());
        _app.Clock.Push(TimeSpan.FromDays(1.1));
        Assert.Equal("/account/second-step", await AgainAsync());
    }

    [Fact]
    public async Task Profile_NewCodesAndTurningOff_NeedAFreshProof()
    {
        var (viewer, _, codes) = await WithSecondFactorAsync("off@example.org");
        var proven = viewer with { ProvenAt = _app.Clock.GetUtcNow() };

        Assert.Equal("account.proofNeeded", await Refused<SecondFactorSettings>(settings => settings.TurnOffAsync(viewer, default)));
        Assert.Equal("account.proofNeeded", await Refused<SecondFactorSettings>(settings => settings.NewCodesAsync(viewer, default)));
        var renewed = await _app.WithAsync<SecondFactorSettings, (AppUser, IReadOnlyList<string> Codes)>(settings =>
            settings.NewCodesAsync(proven, default));
        Assert.False(await CheckAsync(viewer, codes[0]));
        Assert.True(await CheckAsync(viewer, renewed.Codes[0]));
        await _app.WithAsync<SecondFactorSettings, AppUser>(settings => settings.TurnOffAsync(proven, default));
        Assert.Equal("account.secondFactorOff", await Refused<SecondFactorSettings>(settings => settings.NewCodesAsync(proven, default)));
        await _app.SignedInAsync("off@example.org");
    }

    [Fact]
    public async Task Proof_ByPassword_NeedsANewCodeToo_AndWrongOnesLockTheAccount()
    {
        var (viewer, key, codes) = await WithSecondFactorAsync("proof@example.org");
        var code = NextCode(key);
        Task<string> WrongAsync(string password, string? given) =>
            Refused<FreshProof>(proof => proof.ByPasswordAsync(viewer, password, given, "test", default));
        Task<AppUser> RightAsync(string given) =>
            _app.WithAsync<FreshProof, AppUser>(proof => proof.ByPasswordAsync(viewer, HouseApp.Password, given, "test", default));

        Assert.Equal(viewer.UserId, (await RightAsync(code)).Id);
        Assert.Equal("account.secondFactorWrong", await WrongAsync(HouseApp.Password, code));
        Assert.Equal("account.secondFactorWrong", await WrongAsync(HouseApp.Password, null));
        Assert.Equal("account.proofWrong", await WrongAsync("wrong horse", NextCode(key)));
        await RightAsync(codes[0]);

        for (var i = 0; i < 5; i++)
        {
            Assert.Equal("account.proofWrong", await WrongAsync("wrong horse", null));
        }

        Assert.Equal("account.proofWrong", await WrongAsync(HouseApp.Password, NextCode(key)));
        Assert.Null(await PasswordAsync("proof@example.org"));
    }

    [Fact]
    public async Task Proof_OfARememberedDevice_IsNoneUntilTheCodeWasGiven()
    {
        var (_, key, _) = await WithSecondFactorAsync("known@example.org");
        var browser = _app.Browser();
        await PasswordAsync(browser, "known@example.org", "/");
        await CodeAsync(browser, NextCode(key), "/", ("device", "true"));
        Assert.Contains("value=\"off\"", await browser.GetStringAsync(TwoStepPage.Path), StringComparison.Ordinal);

        // The password alone, as the device is remembered: enough to come in, not to change ways in.
        await LogoutAsync(browser);
        Assert.Equal("/", PathOf(await PasswordAsync(browser, "known@example.org", "/")));
        Assert.DoesNotContain("value=\"off\"", await browser.GetStringAsync(TwoStepPage.Path), StringComparison.Ordinal);
        var answer = await browser.SubmitAsync(
            ConfirmPage.PathTo(TwoStepPage.Path), "confirm", ("currentPassword", HouseApp.Password), ("code", NextCode(key)));

        Assert.Equal(TwoStepPage.Path, PathOf(answer));
        Assert.Contains("value=\"off\"", await browser.GetStringAsync(TwoStepPage.Path), StringComparison.Ordinal);
    }

    [Fact]
    public async Task StaffRule_PutInForceWhileAnAccountIsChanged_EndsItsSessionsAllTheSame()
    {
        var (first, _, _) = await WithSecondFactorAsync("ruler@example.org", Roles.Staff);
        var open = await _app.JoinAsync(_staff, "open@example.org", Roles.Staff);
        var before = (await StoredAsync(open)).SecurityStamp;
        try
        {
            var written = await _app.WithAsync<UserManager<AppUser>, IdentityResult>(async users =>
            {
                var read = (await users.FindByIdAsync(open.UserId))!;
                await RequireAsync(first, true);
                return await users.UpdateAsync(read);
            });

            Assert.False(written.Succeeded);
            Assert.NotEqual(before, (await StoredAsync(open)).SecurityStamp);
        }
        finally
        {
            await RequireAsync(first, false);
        }
    }

    [Fact]
    public async Task PasswordReset_LeavesTheSecondFactor()
    {
        var (viewer, _, _) = await WithSecondFactorAsync("forgot@example.org");
        var ticket = await _app.WithAsync<PasswordReset, ResetTicket>(reset => reset.ByStaffAsync(_staff, viewer.UserId, default));

        await _app.Browser().SubmitAsync("/" + ticket.Path, "reset", ("password", "another horse"));
        var answer = await _app.Browser().SubmitAsync("/account/login", "login", ("email", "forgot@example.org"), ("password", "another horse"));

        Assert.Equal("/account/second-step", PathOf(answer));
    }

    [Fact]
    public async Task ResetStaff_OnTheCommandLine_LeavesTheSecondFactorUnlessToldOtherwise()
    {
        await WithSecondFactorAsync("operator@example.org", Roles.Staff);
        var (kept, gone) = (new StringWriter(), new StringWriter());

        await ResetStaffCommand.RunAsync(_app.Services, ["--reset-staff", "operator@example.org"], kept);
        await ResetStaffCommand.RunAsync(_app.Services, ["--reset-staff", "operator@example.org", "--without-second-factor"], gone);
        var path = "/account/reset" + gone.ToString().Split("/account/reset")[1].Trim();
        await _app.Browser().SubmitAsync(path, "reset", ("password", "another horse"));

        Assert.Contains("needs a code of the app", kept.ToString(), StringComparison.Ordinal);
        await _app.SignedInAsync("operator@example.org", "another horse");
    }

    [Fact]
    public async Task People_StaffTakeItAway_FromOthersOnly()
    {
        var (lost, _, _) = await WithSecondFactorAsync("lost@example.org");

        await _app.RefusedAsync<SecondFactorSettings>(settings => settings.TakeAwayAsync(_staff, lost.UserId, default));
        await _app.SignedInAsync("lost@example.org");

        Assert.Equal("account.secondFactorOwn", await Refused<SecondFactorSettings>(settings => settings.TakeAwayAsync(_staff, _staff.UserId, default)));
        Assert.Equal("account.staffOnly", await Refused<SecondFactorSettings>(settings => settings.TakeAwayAsync(lost, _staff.UserId, default)));
    }

    [Fact]
    public async Task Api_PasswordAlone_GivesNoToken()
    {
        var (_, key, codes) = await WithSecondFactorAsync("api@example.org");
        using var api = _app.CreateClient();
        async Task<(HttpStatusCode, string?)> LoginAsync(string? code)
        {
            var answer = await api.PostAsJsonAsync("/api/v1/login", new { email = "api@example.org", password = HouseApp.Password, twoFactorCode = code });
            var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
            return (answer.StatusCode, body.TryGetProperty("code", out var why) ? why.GetString() : body.GetProperty("accessToken").ValueKind.ToString());
        }

        var used = NextCode(key);
        Assert.Equal((HttpStatusCode.Unauthorized, "account.secondFactorNeeded"), await LoginAsync(null));
        Assert.Equal((HttpStatusCode.Unauthorized, "account.secondFactorWrong"), await LoginAsync(Wrong(used)));
        Assert.Equal((HttpStatusCode.OK, "String"), await LoginAsync(used));
        Assert.Equal((HttpStatusCode.Unauthorized, "account.secondFactorWrong"), await LoginAsync(used));
        Assert.Equal((HttpStatusCode.OK, "String"), await LoginAsync(codes[0]));
        Assert.Contains("twoFactorCode", await api.GetStringAsync("/openapi/v1.json"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task StaffRule_LeavesStaffWithoutASecondFactorWithoutRights_OnPagesCircuitsAndTokens()
    {
        var (first, _, _) = await WithSecondFactorAsync("first@example.org", Roles.Staff);
        await _app.JoinAsync(_staff, "later@example.org", Roles.Staff);
        var (theirs, (program, tokens)) = (await _app.SignedInAsync("later@example.org"), await _app.ApiAsync("later@example.org"));
        Assert.Equal("account.secondFactorFirst", await Refused<SecondFactorRule>(rule => rule.ChangeAsync(_staff, true, default)));
        Assert.Equal("account.staffOnly", await Refused<SecondFactorRule>(rule => rule.ChangeAsync(first with { IsStaff = false }, true, default)));
        await RequireAsync(first, true);
        try
        {
            // What was open before: the cookie within a minute, the token at once.
            _app.Clock.Push(TimeSpan.FromSeconds(61));
            Assert.Equal("/account/login", PathOf(await theirs.GetAsync("/people")));
            Assert.Equal(HttpStatusCode.Unauthorized, (await program.PostAsJsonAsync("/api/v1/invitations", new { })).StatusCode);
            var renewed = await program.PostAsJsonAsync("/api/v1/refresh", new { refreshToken = tokens.GetProperty("refreshToken").GetString() });
            Assert.Equal(HttpStatusCode.Unauthorized, renewed.StatusCode);

            // Signed in anew: led to the set-up from everywhere, no circuit, no token.
            theirs = await _app.SignedInAsync("later@example.org");
            foreach (var page in (string[])["/people", "/rooms", "/profile", "/status"])
            {
                Assert.Equal(TwoStepPage.Path, PathOf(await theirs.GetAsync(page)));
            }

            Assert.Equal(HttpStatusCode.Forbidden, (await theirs.PostAsync("/_blazor/negotiate?negotiateVersion=1", null)).StatusCode);
            var login = await program.PostAsJsonAsync("/api/v1/login", new { email = "later@example.org", password = HouseApp.Password });
            Assert.Equal(HttpStatusCode.Forbidden, login.StatusCode);
            Assert.Contains("account.secondFactorDue", await login.Content.ReadAsStringAsync(), StringComparison.Ordinal);

            // Set up: staff again, in the same browser.
            var key = KeyPattern().Match(await theirs.GetStringAsync(TwoStepPage.Path)).Groups[1].Value;
            await SubmitKeyAsync(theirs, key, Code(key));
            Assert.Equal(HttpStatusCode.OK, (await theirs.GetAsync("/people")).StatusCode);
        }
        finally
        {
            await RequireAsync(first, false);
        }
    }

    internal static string Code(string key, DateTimeOffset now) => AuthenticatorCode.At(key, now.ToUnixTimeSeconds() / 30);

    private string Code(string key) => Code(key, _app.Clock.GetUtcNow());

    // As if the person waited for the app's next one.
    private string NextCode(string key)
    {
        _app.Clock.Push(TimeSpan.FromSeconds(30));
        return Code(key);
    }

    private static string Wrong(string code) => $"{(code[0] == '9' ? '0' : (char)(code[0] + 1))}{code[1..]}";

    private async Task<(Viewer Viewer, string Key, IReadOnlyList<string> Codes)> WithSecondFactorAsync(string email, string role = Roles.Resident)
    {
        var viewer = await _app.JoinAsync(_staff, email, role);
        var key = AuthenticatorCode.NewKey();
        var on = await _app.WithAsync<SecondFactorSettings, (AppUser, IReadOnlyList<string> Codes)>(settings =>
            settings.TurnOnAsync(viewer, key, HouseApp.Password, Code(key), default));
        return (viewer, key, on.Codes);
    }

    private Task<bool> CheckAsync(Viewer viewer, string code) => _app.WithAsync<IServiceProvider, bool>(async services =>
        await services.GetRequiredService<SecondFactor>().CheckAsync(
            (await services.GetRequiredService<UserManager<AppUser>>().FindByIdAsync(viewer.UserId))!, code, "test", default));

    private Task<AppUser> StoredAsync(Viewer viewer) =>
        _app.WithAsync<HouseDbContext, AppUser>(store => store.Users.SingleAsync(user => user.Id == viewer.UserId));

    private Task<bool> RequireAsync(Viewer viewer, bool inForce) => _app.WithAsync<SecondFactorRule, bool>(async rule =>
    {
        await rule.ChangeAsync(viewer with { ProvenAt = _app.Clock.GetUtcNow() }, inForce, default);
        return inForce;
    });

    private async Task<string> Refused<TService>(Func<TService, Task> use)
        where TService : notnull =>
        (await Assert.ThrowsAsync<RefusedException>(() => _app.WithAsync<TService, bool>(async service =>
        {
            await use(service);
            return true;
        }))).Code;

    private Task<AppUser?> PasswordAsync(string email) =>
        _app.WithAsync<Credentials, AppUser?>(credentials => credentials.CheckAsync(email, HouseApp.Password, "test", default));

    private static Task<HttpResponseMessage> PasswordAsync(HttpClient browser, string email, string returnUrl) => browser.SubmitAsync(
        $"/account/login?returnUrl={Uri.EscapeDataString(returnUrl)}", "login", ("email", email), ("password", HouseApp.Password));

    private static Task<HttpResponseMessage> CodeAsync(HttpClient browser, string code, string returnUrl, params (string, string)[] more) =>
        browser.SubmitAsync($"/account/second-step?returnUrl={Uri.EscapeDataString(returnUrl)}", "second", [("code", code), .. more]);

    private async Task<HttpResponseMessage> HalfWayAsync(string email, string code, string way = "")
    {
        var browser = _app.Browser();
        await PasswordAsync(browser, email, "/");
        return await browser.SubmitAsync($"/account/second-step?returnUrl=%2F{way}", "second", ("code", code));
    }

    private static Task<HttpResponseMessage> SubmitKeyAsync(HttpClient browser, string key, string code) => browser.SubmitAsync(
        TwoStepPage.Path, "turn-on", ("key", key), ("currentPassword", HouseApp.Password), ("code", code));

    private static async Task LogoutAsync(HttpClient browser)
    {
        var token = (await browser.GetStringAsync("/profile")).Split("__RequestVerificationToken\" value=\"")[1].Split('"')[0];
        await browser.PostAsync("/account/logout", new FormUrlEncodedContent([KeyValuePair.Create("__RequestVerificationToken", token)]));
    }

    private static string PathOf(HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return new Uri(new Uri("http://localhost"), answer.Headers.Location!).AbsolutePath;
    }

    [GeneratedRegex("name=\"key\" value=\"([A-Z2-7]+)\"")]
    private static partial Regex KeyPattern();

    [GeneratedRegex("<textarea[^>]*>([^<]*)</textarea>")]
    private static partial Regex CodesPattern();
}

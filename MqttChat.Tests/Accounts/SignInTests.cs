using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Identity;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MqttChat.Domain;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Persistence;
using MqttChat.Web.Accounts;

namespace MqttChat.Tests.Accounts;

public sealed class SignInTests : IAsyncLifetime
{
    private readonly HouseApp _app = new();
    private Viewer _staff = null!;

    public async Task InitializeAsync() => _staff = await _app.SetUpAsync();

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task Login_UnknownWrongLockedDisabled_GetTheSamePage()
    {
        var locked = await _app.JoinAsync(_staff, "locked@example.org");
        var disabled = await _app.JoinAsync(_staff, "disabled@example.org");
        await SetAsync(locked, _app.Clock.GetUtcNow().AddMinutes(5));
        await SetAsync(disabled, People.Disabled);

        var answers = new HashSet<string>();
        foreach (var (email, password) in new[]
        {
            (HouseApp.StaffEmail, "wrong horse"), ("nobody@example.org", "wrong horse"),
            ("locked@example.org", HouseApp.Password), ("disabled@example.org", HouseApp.Password),
        })
        {
            var answer = await _app.Browser().SubmitAsync("/account/login", "login", ("email", email), ("password", password));
            var html = await answer.Content.ReadAsStringAsync();
            answers.Add(html.Split("role=\"alert\"")[1].Split("</div>")[0]);
        }

        Assert.Single(answers);
    }

    [Fact]
    public async Task Login_UnknownAccount_TakesAsLongAsAKnownOne()
    {
        await TimeAsync(HouseApp.StaffEmail);
        var (known, unknown) = (new List<double>(), new List<double>());

        // One step of the grid apart at most, at best; on a busy machine the best comes late. Without the stand-in the unknown one takes none.
        for (var i = 0; i < 40 && (i < 4 || Math.Abs(known.Min() - unknown.Min()) > 300); i++)
        {
            known.Add(await TimeAsync(HouseApp.StaffEmail));
            unknown.Add(await TimeAsync($"nobody{i}@example.org"));
        }

        Assert.True(unknown.Min() >= 240, $"{unknown.Min()} ms");
        Assert.InRange(Math.Abs(known.Min() - unknown.Min()), 0, 300);
    }

    [Fact]
    public async Task Login_FiveFailuresAtOnce_LockTheAccountForFiveMinutes()
    {
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Task.Run(() => CheckAsync("wrong horse"))));

        Assert.Null(await CheckAsync(HouseApp.Password));
        _app.Clock.Push(TimeSpan.FromMinutes(5.1));
        Assert.NotNull(await CheckAsync(HouseApp.Password));
    }

    [Fact]
    public async Task Login_MoreThanTheAddressMay_IsRefusedWithATimeToWait()
    {
        await using var app = new HouseApp(("Limits:LoginsPerAddressPerMinute", "2"));
        await app.SetUpAsync();
        Task<AppUser?> TryAsync(string address) => app.WithAsync<Credentials, AppUser?>(credentials =>
            credentials.CheckAsync(HouseApp.StaffEmail, HouseApp.Password, address, default));

        Assert.NotNull(await TryAsync("here"));
        Assert.NotNull(await TryAsync("here"));
        var refusal = await Assert.ThrowsAsync<RefusedException>(() => TryAsync("here"));

        Assert.Equal(RefusalKind.TooMany, refusal.Kind);
        Assert.InRange(refusal.RetryAfter!.Value.TotalSeconds, 1, 60);
        Assert.NotNull(await TryAsync("elsewhere"));
        app.Clock.Push(TimeSpan.FromMinutes(1));
        Assert.NotNull(await TryAsync("here"));
    }

    [Theory]
    [InlineData("/rooms/5", "/rooms/5")]
    [InlineData("//evil.example", "/")]
    [InlineData("/\\evil.example", "/")]
    [InlineData("https://evil.example", "/")]
    public async Task Login_ReturnUrl_LeadsOnlyToOurOwnPages(string returnUrl, string target)
    {
        var answer = await _app.Browser().SubmitAsync(
            $"/account/login?returnUrl={Uri.EscapeDataString(returnUrl)}", "login", ("email", HouseApp.StaffEmail), ("password", HouseApp.Password));

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal(target, new Uri(new Uri("http://localhost"), answer.Headers.Location!).PathAndQuery);
        Assert.DoesNotContain("evil", answer.Headers.Location!.OriginalString, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/account/login", "email=a%40example.org&password=b&_handler=login")]
    [InlineData("/account/logout", "returnUrl=%2F")]
    [InlineData("/profile", "displayName=a&_handler=details")]
    [InlineData("/invitations", "uses=1&_handler=invite")]
    public async Task Form_WithoutAntiforgeryToken_IsRefused(string page, string body)
    {
        var browser = await _app.SignedInAsync(HouseApp.StaffEmail);

        var answer = await browser.PostAsync(page, new StringContent(body, null, "application/x-www-form-urlencoded"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Logout_EndsTheSession()
    {
        var browser = await _app.SignedInAsync(HouseApp.StaffEmail);
        var html = await browser.GetStringAsync("/profile");
        var token = html.Split("__RequestVerificationToken\" value=\"")[1].Split('"')[0];

        await browser.PostAsync("/account/logout", new FormUrlEncodedContent([KeyValuePair.Create("__RequestVerificationToken", token)]));

        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync("/profile")).StatusCode);
    }

    [Fact]
    public async Task SignOutEverywhere_EndsTheOtherSessionWithinAMinute()
    {
        var (here, there) = (await _app.SignedInAsync(HouseApp.StaffEmail), await _app.SignedInAsync(HouseApp.StaffEmail));

        await here.SubmitAsync("/profile", "everywhere");
        _app.Clock.Push(TimeSpan.FromSeconds(61));

        Assert.Equal(HttpStatusCode.Redirect, (await there.GetAsync("/profile")).StatusCode);
    }

    [Fact]
    public async Task Clock_SetBackByYears_SignsNobodyOut()
    {
        var browser = _app.Browser();
        await browser.SubmitAsync(
            "/account/login", "login", ("email", HouseApp.StaffEmail), ("password", HouseApp.Password), ("remember", "true"));

        // Browsers drop a cookie whose end lies in the past by their own clock.
        _app.Clock.Push(TimeSpan.FromDays(-3653));

        for (var look = 0; look < 3; look++)
        {
            var answer = await browser.GetAsync("/profile");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.DoesNotContain(answer.Headers.TryGetValues("Set-Cookie", out var set) ? set : [], cookie => cookie.StartsWith("mqttchat=", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task SignOutEverywhere_ClockSetBack_StillEndsTheOtherSession()
    {
        var (here, there) = (await _app.SignedInAsync(HouseApp.StaffEmail), await _app.SignedInAsync(HouseApp.StaffEmail));
        await here.SubmitAsync("/profile", "everywhere");

        _app.Clock.Push(TimeSpan.FromHours(-3));

        Assert.Equal(HttpStatusCode.Redirect, (await there.GetAsync("/profile")).StatusCode);
    }

    [Fact]
    public async Task ResetLink_WorksOnceAndEndsALockout()
    {
        var resident = await _app.JoinAsync(_staff, "rei@example.org");
        await SetAsync(resident, _app.Clock.GetUtcNow().AddMinutes(5));
        var ticket = await _app.WithAsync<PasswordReset, ResetTicket>(reset => reset.ByStaffAsync(_staff, resident.UserId, default));

        var first = await _app.Browser().SubmitAsync("/" + ticket.Path, "reset", ("password", "another horse"));
        var second = await _app.Browser().SubmitAsync("/" + ticket.Path, "reset", ("password", "third horse"));

        Assert.Equal(HttpStatusCode.Redirect, first.StatusCode);
        Assert.Contains("role=\"alert\"", await second.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await _app.SignedInAsync("rei@example.org", "another horse");
    }

    [Fact]
    public async Task ResetStaff_OnTheCommandLine_PrintsALinkForStaffOnly()
    {
        await _app.JoinAsync(_staff, "rei@example.org");
        var (forStaff, forResident) = (new StringWriter(), new StringWriter());

        Assert.Null(await ResetStaffCommand.RunAsync(_app.Services, ["--demo"], TextWriter.Null));
        Assert.Equal(0, await ResetStaffCommand.RunAsync(_app.Services, ["--reset-staff", HouseApp.StaffEmail], forStaff));
        Assert.Equal(1, await ResetStaffCommand.RunAsync(_app.Services, ["--reset-staff", "rei@example.org"], forResident));

        var path = "/account/reset" + forStaff.ToString().Split("/account/reset")[1].Trim();
        var answer = await _app.Browser().SubmitAsync(path, "reset", ("password", "another horse"));
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.DoesNotContain("/account/reset", forResident.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Forgot_WithoutMail_SendsToStaff()
    {
        var html = await _app.Browser().GetStringAsync("/account/forgot");

        Assert.Contains("Ask a member of staff", html, StringComparison.Ordinal);
        Assert.DoesNotContain("name=\"email\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Form_DatabaseLocked_SaysSoAndKeepsWhatWasTyped()
    {
        var browser = await _app.SignedInAsync(HouseApp.StaffEmail);
        await using var other = new SqliteConnection(_app.Services.GetRequiredService<DatabaseOptions>().House);
        await other.OpenAsync();
        await using var locked = other.BeginTransaction();

        var answer = await browser.SubmitAsync("/profile", "details", ("displayName", "Samantha"), ("language", "en"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var page = await answer.Content.ReadAsStringAsync();
        Assert.Contains("couldn’t be saved just now", page, StringComparison.Ordinal);
        Assert.Contains("Samantha", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Password_IsHashedWithEnoughIterations()
    {
        await using var app = new HouseApp { HashesFully = true };
        await app.SetUpAsync();
        var hash = await app.WithAsync<HouseDbContext, string>(async store => (await store.Users.SingleAsync()).PasswordHash!);

        // Format 3: marker, PRF (2 is HMAC-SHA512), iteration count, each big-endian.
        var bytes = Convert.FromBase64String(hash);
        Assert.Equal(2u, System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(1)));
        Assert.InRange(System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(5)), 210_000u, 10_000_000u);
    }

    [Fact]
    public async Task Stamps_AreCheckedEveryMinuteAndKeysKeptInTheDatabase()
    {
        await _app.SignedInAsync(HouseApp.StaffEmail);

        Assert.Equal(TimeSpan.FromMinutes(1), _app.Services.GetRequiredService<IOptions<SecurityStampValidatorOptions>>().Value.ValidationInterval);
        Assert.True(await _app.WithAsync<HouseDbContext, bool>(store => store.DataProtectionKeys.AnyAsync()));
    }

    private async Task<double> TimeAsync(string email)
    {
        var watch = Stopwatch.StartNew();
        Assert.Null(await _app.WithAsync<Credentials, AppUser?>(credentials => credentials.CheckAsync(email, "wrong horse", "x", default)));
        return watch.Elapsed.TotalMilliseconds;
    }

    private Task<AppUser?> CheckAsync(string password) => _app.WithAsync<Credentials, AppUser?>(credentials =>
        credentials.CheckAsync(HouseApp.StaffEmail, password, "x", default));

    private Task<int> SetAsync(Viewer person, DateTimeOffset until) => _app.WithAsync<HouseDbContext, int>(store =>
        store.Users.Where(user => user.Id == person.UserId).ExecuteUpdateAsync(set => set.SetProperty(user => user.LockoutEnd, until)));
}

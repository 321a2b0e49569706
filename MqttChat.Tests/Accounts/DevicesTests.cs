using System.Net;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Signals;

namespace MqttChat.Tests.Accounts;

/// <summary>Where a person is signed in: seen, and signed out one by one.</summary>
public sealed class DevicesTests(FirstMinuteHouse house) : IClassFixture<FirstMinuteHouse>
{
    private HouseApp App => house.App;

    [Theory]
    [InlineData("Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1", "Safari", "iPhone")]
    [InlineData("Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36", "Chrome", "Android")]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0", "Edge", "Windows")]
    [InlineData("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:132.0) Gecko/20100101 Firefox/132.0", "Firefox", "Mac")]
    [InlineData("something", null, null)]
    [InlineData(null, null, null)]
    public void Device_OfAUserAgent_IsInPlainWords(string? userAgent, string? browser, string? system) =>
        Assert.Equal(new SignInDevice(false, browser, system), SignInDevice.OfBrowser(userAgent));

    [Fact]
    public async Task SignOut_OfAnotherDevice_EndsItsCookieAtOnceAndLeavesThisOne()
    {
        var person = await App.JoinAsync(house.Staff, "two@example.org");
        var (here, there) = (await App.SignedInAsync("two@example.org"), await App.SignedInAsync("two@example.org"));
        var before = await ListAsync(person);
        Assert.Equal(2, before.Count);

        // The page offers those that are not this one.
        var page = await here.GetStringAsync("/profile");
        var other = Assert.Single(before, device => page.Contains($"value=\"{device.Id}\"", StringComparison.Ordinal));
        await here.SubmitAsync("/profile", "devices", ("device", other.Id.ToString()));

        Assert.Equal(HttpStatusCode.Redirect, (await there.GetAsync("/profile")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await here.GetAsync("/profile")).StatusCode);
        Assert.DoesNotContain(await ListAsync(person), device => device.Id == other.Id);
    }

    [Fact]
    public async Task SignOut_OfSomebodyElsesDevice_LeavesIt()
    {
        var victim = await App.JoinAsync(house.Staff, "victim@example.org");
        var browser = await App.SignedInAsync("victim@example.org");
        var device = Assert.Single(await ListAsync(victim));

        await App.WithAsync<SignIns, bool>(async signIns =>
        {
            await signIns.SignOutAsync(house.Staff, device.Id, default);
            return true;
        });

        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/profile")).StatusCode);
    }

    [Fact]
    public async Task SignOut_OfAProgram_EndsItsTokenAndItsRenewal()
    {
        var person = await App.JoinAsync(house.Staff, "program@example.org");
        var (client, tokens) = await App.ApiAsync("program@example.org");
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/v1/me")).StatusCode);
        var program = Assert.Single(await ListAsync(person));
        Assert.True(program.IsProgram);

        await App.WithAsync<SignIns, bool>(async signIns =>
        {
            await signIns.SignOutAsync(person, program.Id, default);
            return true;
        });

        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/api/v1/me")).StatusCode);
        var renewed = await System.Net.Http.Json.HttpClientJsonExtensions.PostAsJsonAsync(
            client, "/api/v1/refresh", new { refreshToken = tokens.GetProperty("refreshToken").GetString() });
        Assert.Equal(HttpStatusCode.Unauthorized, renewed.StatusCode);
    }

    [Fact]
    public async Task SignedOutDevice_ThatStillPosts_DoesNotComeBack()
    {
        var person = await App.JoinAsync(house.Staff, "lost@example.org");
        var thief = await App.SignedInAsync("lost@example.org");
        var device = Assert.Single(await ListAsync(person));
        var html = await thief.GetStringAsync("/profile");
        await App.WithAsync<SignIns, bool>(async signIns =>
        {
            await signIns.SignOutAsync(person, device.Id, default);
            return true;
        });

        var answer = await thief.PostAsync("/profile", new FormUrlEncodedContent([]));

        Assert.NotEqual(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("everywhere", html, StringComparison.Ordinal);
        Assert.Empty(await ListAsync(person));
    }

    [Fact]
    public async Task NewPassword_WhileAnotherTabAsksWithTheOldCookie_LeavesTheNewCookieAlone()
    {
        var person = await App.JoinAsync(house.Staff, "tabs@example.org");
        var browser = App.Browser();
        var signedIn = await browser.SubmitAsync("/account/login", "login", ("email", "tabs@example.org"), ("password", HouseApp.Password));
        var old = CookieOf(signedIn);
        var changed = await browser.SubmitAsync("/profile", "password", ("currentPassword", HouseApp.Password), ("newPassword", "another horse"));
        var renewed = CookieOf(changed);

        // Refused, and no more: the browser has one jar for both tabs.
        var tab = await AskAsync(old);
        Assert.Equal(HttpStatusCode.Redirect, tab.StatusCode);
        Assert.DoesNotContain(tab.Headers.Where(header => header.Key == "Set-Cookie").SelectMany(header => header.Value), IsOurs);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(renewed)).StatusCode);

        // A sign-in that has ended takes its cookie with it.
        await App.WithAsync<SignIns, bool>(async signIns =>
        {
            await signIns.SignOutAsync(person, (await signIns.ListAsync(person, default)).Single().Id, default);
            return true;
        });
        Assert.Contains((await AskAsync(renewed)).Headers.GetValues("Set-Cookie"), IsOurs);
    }

    [Fact]
    public async Task NewPassword_EndsTheOtherDevices_AndAtNoMomentTheOwn()
    {
        var person = await App.JoinAsync(house.Staff, "stays@example.org");
        var (own, other) = (await BeginAsync(person), await BeginAsync(person));
        await App.ConnectedAsync();
        var open = new List<IReadOnlySet<Guid>>();
        using var signal = App.Services.GetRequiredService<SignalHub>().Subscribe(ReloadSignal.People, () =>
        {
            // What the pages of this instance would find at the signal itself.
            using var scope = App.Services.CreateScope();
            var store = scope.ServiceProvider.GetRequiredService<HouseDbContext>();
            open.Add(store.SignIns.Where(known => store.Users.Any(user => user.Id == known.UserId && user.SecurityStamp == known.SecurityStamp))
                .Select(known => known.Id).ToHashSet());
        });

        await App.WithAsync<Profile, AppUser>(profile =>
            profile.ChangePasswordAsync(person with { SignInId = own }, HouseApp.Password, "another horse", default));

        var found = Assert.Single(open);
        Assert.Contains(own, found);
        Assert.DoesNotContain(other, found);
    }

    [Fact]
    public async Task Logout_AndANewStamp_ForgetTheDevice()
    {
        var person = await App.JoinAsync(house.Staff, "leaving@example.org");
        var browser = await App.SignedInAsync("leaving@example.org");
        await browser.SubmitAsync("/profile", "details", ("displayName", "Leaving"), ("language", "en"));
        Assert.Single(await ListAsync(person));

        await App.SignedInAsync("leaving@example.org");
        await browser.SubmitAsync("/profile", "everywhere");
        Assert.Empty(await ListAsync(person));

        var again = await App.SignedInAsync("leaving@example.org");
        Assert.Single(await ListAsync(person));
        var page = await again.GetStringAsync("/profile");
        var token = page.Split("name=\"__RequestVerificationToken\" value=\"")[1].Split('"')[0];
        await again.PostAsync("/account/logout", new FormUrlEncodedContent([new("__RequestVerificationToken", token)]));
        Assert.Empty(await ListAsync(person));
    }

    [Fact]
    public async Task Devices_AreBoundedAndTheLongestUnusedGoes()
    {
        var person = await App.JoinAsync(house.Staff, "many@example.org");
        var first = await App.SignedInAsync("many@example.org");
        var user = await App.WithAsync<Microsoft.AspNetCore.Identity.UserManager<AppUser>, AppUser>(async users => (await users.FindByIdAsync(person.UserId))!);
        await App.ConnectedAsync();
        var told = 0;
        using var signal = App.Services.GetRequiredService<SignalHub>().Subscribe(ReloadSignal.People, () => Interlocked.Increment(ref told));
        await App.WithAsync<SignIns, bool>(async signIns =>
        {
            for (var i = 0; i < SignIns.MaxPerPerson; i++)
            {
                App.Clock.Push(TimeSpan.FromMilliseconds(10));
                await signIns.BeginAsync(user, SignInDevice.OfBrowser(null), default);
            }

            await signIns.BeginAsync(user, SignInDevice.OfProgram("curl/8.5"), default);
            return true;
        });

        var list = await ListAsync(person);
        Assert.Equal(SignIns.MaxPerPerson, list.Count(device => !device.IsProgram));
        Assert.Equal("curl", list.Single(device => device.IsProgram).Browser);

        // Only the one too many is told, and is out at once.
        Assert.Equal(1, told);
        Assert.Equal(HttpStatusCode.Redirect, (await first.GetAsync("/profile")).StatusCode);
    }

    [Fact]
    public async Task LastSeen_IsNotedCoarsely()
    {
        var person = await App.JoinAsync(house.Staff, "seen@example.org");
        var browser = await App.SignedInAsync("seen@example.org");
        var begun = Assert.Single(await ListAsync(person)).LastSeenAt;

        App.Clock.Push(TimeSpan.FromMinutes(5));
        await browser.GetAsync("/profile");
        Assert.Equal(begun, Assert.Single(await ListAsync(person)).LastSeenAt);
        App.Clock.Push(TimeSpan.FromMinutes(6));
        await browser.GetAsync("/profile");
        Assert.InRange(Assert.Single(await ListAsync(person)).LastSeenAt - begun, TimeSpan.FromMinutes(11), TimeSpan.FromMinutes(13));
    }

    private static bool IsOurs(string cookie) => cookie.StartsWith("mqttchat=", StringComparison.Ordinal);

    private static string CookieOf(HttpResponseMessage answer) => answer.Headers.GetValues("Set-Cookie").Single(IsOurs).Split(';')[0];

    // As a tab that sends this cookie, whatever the jar holds by now.
    private async Task<HttpResponseMessage> AskAsync(string cookie)
    {
        using var client = App.CreateClient(new() { HandleCookies = false, AllowAutoRedirect = false });
        client.DefaultRequestHeaders.Add("Cookie", cookie);
        return await client.GetAsync("/profile");
    }

    private Task<Guid> BeginAsync(Viewer person) => App.WithAsync<IServiceProvider, Guid>(async services =>
        await services.GetRequiredService<SignIns>().BeginAsync(
            (await services.GetRequiredService<UserManager<AppUser>>().FindByIdAsync(person.UserId))!, SignInDevice.OfBrowser(null), default));

    private Task<IReadOnlyList<SignInRow>> ListAsync(Viewer person) =>
        App.WithAsync<SignIns, IReadOnlyList<SignInRow>>(signIns => signIns.ListAsync(person, default));
}

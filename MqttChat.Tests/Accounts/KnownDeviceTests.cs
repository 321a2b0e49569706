using System.Net;
using Microsoft.EntityFrameworkCore;
using MqttChat.Domain;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Persistence;

namespace MqttChat.Tests.Accounts;

/// <summary>Strangers who guess lock themselves out, and not who signed in on a device of their own before.</summary>
public sealed class KnownDeviceTests(Forms.FormHouse house) : IClassFixture<Forms.FormHouse>
{
    private HouseApp App => house.App;

    [Fact]
    public async Task Login_LockedByStrangers_OpensOnAKnownDeviceOnly()
    {
        var (_, own) = await KnownAsync("known@example.org");
        await GuessAsync(App.Browser(), "known@example.org", 6);

        var stranger = await LoginAsync(App.Browser(), "known@example.org", HouseApp.Password);
        var owner = await LoginAsync(own, "known@example.org", HouseApp.Password);

        Assert.Equal(HttpStatusCode.OK, stranger.StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, owner.StatusCode);

        // That the owner came in does not open the door to the strangers.
        Assert.Equal(HttpStatusCode.OK, (await LoginAsync(App.Browser(), "known@example.org", HouseApp.Password)).StatusCode);
    }

    [Fact]
    public async Task Login_WrongOnAKnownDevice_IsBoundedThereAndLocksNobodyElseOut()
    {
        var (_, own) = await KnownAsync("child@example.org");

        await GuessAsync(own, "child@example.org", 5);

        // Five, then the device is a stranger's; the account itself is open.
        Assert.Equal(0, await FailuresAsync("child@example.org"));
        await GuessAsync(own, "child@example.org", 5);
        Assert.Equal(HttpStatusCode.OK, (await LoginAsync(own, "child@example.org", HouseApp.Password)).StatusCode);
        App.Clock.Push(TimeSpan.FromMinutes(5.1));
        Assert.Equal(HttpStatusCode.Redirect, (await LoginAsync(own, "child@example.org", HouseApp.Password)).StatusCode);
    }

    [Fact]
    public async Task Login_DeviceOfSomebodyElse_IsAStrangers()
    {
        await KnownAsync("victim@example.org");
        var (_, attacker) = await KnownAsync("attacker@example.org");

        await GuessAsync(attacker, "victim@example.org", 6);

        Assert.Equal(HttpStatusCode.OK, (await LoginAsync(attacker, "victim@example.org", HouseApp.Password)).StatusCode);
    }

    [Fact]
    public async Task Login_AfterANewPassword_TheDeviceIsForgotten()
    {
        var (person, own) = await KnownAsync("changed@example.org");
        await App.WithAsync<Profile, bool>(async profiles =>
        {
            await profiles.ChangePasswordAsync(person, HouseApp.Password, "another horse", default);
            return true;
        });
        await GuessAsync(App.Browser(), "changed@example.org", 6);

        Assert.Equal(HttpStatusCode.OK, (await LoginAsync(own, "changed@example.org", "another horse")).StatusCode);
    }

    [Fact]
    public async Task Login_SuspendedByStaff_StaysOutOnAKnownDevice()
    {
        var (person, own) = await KnownAsync("suspended@example.org");
        await App.WithAsync<HouseDbContext, int>(store => store.Users.Where(user => user.Id == person.UserId)
            .ExecuteUpdateAsync(set => set.SetProperty(user => user.LockoutEnd, People.Disabled)));

        Assert.Equal(HttpStatusCode.OK, (await LoginAsync(own, "suspended@example.org", HouseApp.Password)).StatusCode);
    }

    [Fact]
    public async Task Login_ForgedCookie_IsAStrangers()
    {
        await KnownAsync("forged@example.org");
        await GuessAsync(App.Browser(), "forged@example.org", 6);
        var forger = App.Browser();
        forger.DefaultRequestHeaders.Add("Cookie", "mqttchat-device=CfDJ8Forged");

        Assert.Equal(HttpStatusCode.OK, (await LoginAsync(forger, "forged@example.org", HouseApp.Password)).StatusCode);
    }

    [Fact]
    public async Task Login_AddressUsedUpByStrangers_OpensOnAKnownDevice()
    {
        await using var app = new HouseApp(("Limits:LoginsPerAddressPerMinute", "3"));
        await app.SetUpAsync();
        var own = await app.SignedInAsync(HouseApp.StaffEmail);
        await own.PostAsync("/account/logout", FilledForms.Filled(await own.GetStringAsync("/profile"), "/account/logout"));
        await GuessAsync(app.Browser(), "nobody@example.org", 4);

        Assert.Equal(HttpStatusCode.OK, (await LoginAsync(app.Browser(), HouseApp.StaffEmail, HouseApp.Password)).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await LoginAsync(own, HouseApp.StaffEmail, HouseApp.Password)).StatusCode);
    }

    private static Task<HttpResponseMessage> LoginAsync(HttpClient browser, string email, string password) =>
        browser.SubmitAsync("/account/login", "login", ("email", email), ("password", password));

    private static async Task GuessAsync(HttpClient browser, string email, int times)
    {
        for (var i = 0; i < times; i++)
        {
            await LoginAsync(browser, email, $"wrong horse {i}");
        }
    }

    /// <summary>Somebody with a browser in which they were signed in, and are not any more.</summary>
    private async Task<(Viewer Person, HttpClient Browser)> KnownAsync(string email)
    {
        var person = await App.JoinAsync(house.Staff, email);
        var browser = await App.SignedInAsync(email);
        await browser.PostAsync("/account/logout", FilledForms.Filled(await browser.GetStringAsync("/profile"), "/account/logout"));
        return (person, browser);
    }

    private Task<int> FailuresAsync(string email) =>
        App.WithAsync<HouseDbContext, int>(store => store.Users.Where(user => user.Email == email).Select(user => user.AccessFailedCount).SingleAsync());
}

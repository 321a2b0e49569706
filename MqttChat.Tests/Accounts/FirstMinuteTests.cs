using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using MqttChat.Domain;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Persistence;
using MqttChat.Web.Accounts;

namespace MqttChat.Tests.Accounts;

/// <summary>One house for the tests of a resident's first minute; each makes people of its own.</summary>
public sealed class FirstMinuteHouse : IAsyncLifetime
{
    internal HouseApp App { get; } = new();

    internal Viewer Staff { get; private set; } = null!;

    public async Task InitializeAsync() => Staff = await App.SetUpAsync();

    public async Task DisposeAsync() => await App.DisposeAsync();

    internal Task<MadeInvitation> InviteAsync(string role = Roles.Resident) =>
        App.WithAsync<Invitations, MadeInvitation>(invitations => invitations.MakeAsync(Staff with { ProvenAt = App.Clock.GetUtcNow() }, new(role), default));

    /// <summary>Somebody who gave a name only, and the phone on which they did.</summary>
    internal async Task<(Viewer Person, HttpClient Phone)> JoinByNameAsync(string name)
    {
        var phone = App.Browser();
        var answer = await phone.SubmitAsync($"/join/{(await InviteAsync()).Code}", "register", ("displayName", name));
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        var id = await App.WithAsync<HouseDbContext, string>(store => store.Users.Where(user => user.DisplayName == name).Select(user => user.Id).SingleAsync());
        return (new(id, false) { ProvenAt = App.Clock.GetUtcNow() }, phone);
    }

    internal Task<MadeSignInLink> LinkAsync(Viewer person) =>
        App.WithAsync<SignInLinks, MadeSignInLink>(links => links.MakeAsync(Staff, person.UserId, default));
}

public sealed partial class FirstMinuteTests(FirstMinuteHouse house) : IClassFixture<FirstMinuteHouse>
{
    private HouseApp App => house.App;

    [Fact]
    public async Task Join_ByNameAlone_LandsInTheEveryoneRoomAndIsRememberedForLong()
    {
        var phone = App.Browser();
        var answer = await phone.SubmitAsync($"/join/{(await house.InviteAsync()).Code}", "register", ("displayName", "  Mio  "));

        var room = await App.WithAsync<HouseDbContext, int>(store => store.Rooms.Where(one => one.IsEveryone).Select(one => one.Id).SingleAsync());
        Assert.EndsWith($"/rooms/{room}", answer.Headers.Location!.ToString(), StringComparison.Ordinal);
        var cookie = answer.Headers.GetValues("Set-Cookie").Single(one => one.StartsWith("mqttchat=", StringComparison.Ordinal));
        var expires = DateTimeOffset.Parse(ExpiresPattern().Match(cookie).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(expires - App.Clock.GetUtcNow(), TimeSpan.FromDays(399), TimeSpan.FromDays(401));
        var page = await phone.GetStringAsync($"/rooms/{room}");
        Assert.Contains("Mio", page, StringComparison.Ordinal);
        Assert.Contains("class=\"only-device\"", ScopePattern().Replace(page, ""), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Join_ByNameWithABadName_KeepsTheInvitationsUse()
    {
        var made = await house.InviteAsync();
        var answer = await App.Browser().SubmitAsync($"/join/{made.Code}", "register", ("displayName", "   "));

        Assert.Contains("id=\"displayName-error\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.True(await App.WithAsync<Invitations, bool>(invitations => invitations.WorksAsync(made.Code, default)));
    }

    [Fact]
    public async Task Join_ByNameTwoAtOnceWithOneUse_OneJoins()
    {
        var made = await house.InviteAsync();
        var results = await Task.WhenAll(Enumerable.Range(0, 2).Select(i => Task.Run(() => App.RefusedAsync<Registration>(registration =>
            registration.JoinByNameAsync($"Twin {i}", made.Code, "test", default)))));

        Assert.Single(results, code => code is null);
        Assert.Single(results, "invitation.invalid");
    }

    [Fact]
    public async Task Join_AsStaff_NeedsMoreThanAName()
    {
        var made = await house.InviteAsync(Roles.Staff);

        Assert.Equal("invitation.staffNeedPassword", await App.RefusedAsync<Registration>(registration =>
            registration.JoinByNameAsync("Sly", made.Code, "test", default)));
        Assert.DoesNotContain("<details", (await App.Browser().GetStringAsync($"/join/{made.Code}")).Split("name=\"displayName\"")[1], StringComparison.Ordinal);
        Assert.True(await App.WithAsync<Invitations, bool>(invitations => invitations.WorksAsync(made.Code, default)));
    }

    [Fact]
    public async Task MakeStaff_OfSomebodyWithoutAWayIn_IsRefused()
    {
        var (person, _) = await house.JoinByNameAsync("Ito");

        Assert.Equal("account.staffNeedWayIn", await App.RefusedAsync<People>(people =>
            people.ChangeRoleAsync(house.Staff with { ProvenAt = App.Clock.GetUtcNow() }, person.UserId, Roles.Staff, default)));
    }

    [Fact]
    public async Task Link_SignsInOnceAndByATapOnly()
    {
        var (person, _) = await house.JoinByNameAsync("Aoi");
        var path = "/" + (await house.LinkAsync(person)).Path;
        var (phone, preview) = (App.Browser(), App.Browser());

        await preview.GetStringAsync(path);
        Assert.Contains("Aoi", await preview.GetStringAsync(path), StringComparison.Ordinal);
        var first = await phone.SubmitAsync(path, "welcome");

        Assert.Equal(HttpStatusCode.Redirect, first.StatusCode);
        Assert.Contains("Aoi", await phone.GetStringAsync("/profile"), StringComparison.Ordinal);
        Assert.DoesNotContain("Aoi", await preview.GetStringAsync(path), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await preview.GetAsync("/profile")).StatusCode);
    }

    [Fact]
    public async Task Link_OnADeviceThatIsAnothersOnlyKey_WarnsFirst()
    {
        var (other, phone) = await house.JoinByNameAsync("Hana");
        var path = "/" + (await house.LinkAsync((await house.JoinByNameAsync("Ren")).Person)).Path;

        Assert.Contains("Sign out Hana and continue", await phone.GetStringAsync(path), StringComparison.Ordinal);
        var asked = await phone.SubmitAsync(path, "welcome");
        Assert.Contains("will need a new link from staff to get back in", await asked.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("Hana", await phone.GetStringAsync("/profile"), StringComparison.Ordinal);
        var sure = await phone.SubmitAsync(path, "welcome", ("sure", other.UserId));

        Assert.Equal(HttpStatusCode.Redirect, sure.StatusCode);
        Assert.Contains("Ren", await phone.GetStringAsync("/profile"), StringComparison.Ordinal);

        // One's own link, and one on a device of somebody who can come back, ask nothing.
        var own = "/" + (await house.LinkAsync(other)).Path;
        Assert.Equal(HttpStatusCode.Redirect, (await (await App.SignedInAsync(HouseApp.StaffEmail)).SubmitAsync(own, "welcome")).StatusCode);
    }

    [Fact]
    public async Task SignOut_OfANameOnly_WarnsFirst()
    {
        var (_, phone) = await house.JoinByNameAsync("Emi");
        var token = (await phone.GetStringAsync("/profile")).Split("__RequestVerificationToken\" value=\"")[1].Split('"')[0];

        var asked = await phone.PostAsync("/account/logout", new FormUrlEncodedContent([new("__RequestVerificationToken", token)]));
        var everywhere = await phone.SubmitAsync("/profile", "everywhere");
        Assert.Equal(LeavePage.Path, asked.Headers.Location!.ToString());
        Assert.EndsWith(LeavePage.EverywherePath, everywhere.Headers.Location!.ToString(), StringComparison.Ordinal);
        var page = await phone.GetStringAsync(LeavePage.EverywherePath);
        Assert.Contains("you’ll need a new link from staff", page, StringComparison.Ordinal);
        Assert.Contains("href=\"/profile#ways\"", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await phone.GetAsync("/profile")).StatusCode);

        Assert.Equal(HttpStatusCode.Redirect, (await phone.SubmitAsync(LeavePage.EverywherePath, "leave")).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await phone.GetAsync("/profile")).StatusCode);
    }

    [Fact]
    public async Task Link_UsedReplacedExpiredStoppedOrUnknown_GetsOneAnswer()
    {
        var (used, replaced, stopped, expired) =
            ((await house.JoinByNameAsync("Used")).Person, (await house.JoinByNameAsync("Replaced")).Person,
            (await house.JoinByNameAsync("Stopped")).Person, (await house.JoinByNameAsync("Expired")).Person);
        List<string> codes = [(await house.LinkAsync(used)).Code, (await house.LinkAsync(replaced)).Code, (await house.LinkAsync(stopped)).Code, SecretCode.New(), "", "x"];
        Assert.Null(await UseAsync(codes[0]));
        Assert.Null(await UseAsync((await house.LinkAsync(replaced)).Code));
        await App.WithAsync<People, bool>(async people =>
        {
            await people.AllowSignInAsync(house.Staff, stopped.UserId, false, default);
            return true;
        });
        codes.Add((await house.LinkAsync(expired)).Code);
        App.Clock.Push(TimeSpan.FromHours(24.1));

        foreach (var code in codes)
        {
            Assert.Equal("account.linkInvalid", await UseAsync(code));
        }
    }

    [Fact]
    public async Task Link_TwoTapsAtOnce_OneSignsIn()
    {
        var code = (await house.LinkAsync((await house.JoinByNameAsync("Tap")).Person)).Code;

        Assert.Single(await Task.WhenAll(Task.Run(() => UseAsync(code)), Task.Run(() => UseAsync(code))), result => result is null);
    }

    [Fact]
    public async Task Link_ByAResidentOrForWhoHasAnAddressOrForNobody_IsRefused()
    {
        var (person, _) = await house.JoinByNameAsync("Nao");

        Assert.Equal("account.staffOnly", await App.RefusedAsync<SignInLinks>(links => links.MakeAsync(person, person.UserId, default)));
        Assert.Equal("account.staffOnly", await App.RefusedAsync<SignInLinks>(links => links.MakeAsync(person, "nobody", default)));
        Assert.Equal("account.notFound", await App.RefusedAsync<SignInLinks>(links => links.MakeAsync(house.Staff, "nobody", default)));
        Assert.Equal("account.linkNotNeeded", await App.RefusedAsync<SignInLinks>(links => links.MakeAsync(house.Staff, house.Staff.UserId, default)));
    }

    [Fact]
    public async Task AddPassword_OnTheProfile_EndsTheHintTheLinkAndTheOtherDevice()
    {
        var (person, phone) = await house.JoinByNameAsync("Sora");
        var other = App.Browser();
        await other.SubmitAsync("/" + (await house.LinkAsync(person)).Path, "welcome");
        var open = await house.LinkAsync(person);

        var taken = await phone.SubmitAsync("/profile", "password-add", ("email", HouseApp.StaffEmail.ToUpperInvariant()), ("password", "correct horse"));
        var added = await phone.SubmitAsync("/profile", "password-add", ("email", "sora@example.org"), ("password", "correct horse"));

        Assert.Contains("id=\"email-error\"", await taken.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, added.StatusCode);
        Assert.DoesNotContain("only-device", await phone.GetStringAsync("/rooms"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await other.GetAsync("/profile")).StatusCode);
        Assert.Equal("account.linkInvalid", await UseAsync(open.Code));
        Assert.Equal("account.passwordThere", await App.RefusedAsync<Profile>(profile => profile.AddPasswordAsync(person, "x@example.org", "correct horse", default)));
        await App.SignedInAsync("sora@example.org");
    }

    [Fact]
    public async Task AddPassword_TriedAgainAndAgain_IsRefusedForAWhile()
    {
        var (person, _) = await house.JoinByNameAsync("Yui");
        Task<string?> AskAsync() => App.RefusedAsync<Profile>(profile => profile.AddPasswordAsync(person, HouseApp.StaffEmail, "short", default));

        var answers = new List<string?>();
        for (var i = 0; i < 11; i++)
        {
            answers.Add(await AskAsync());
        }

        Assert.Equal("account.passwordTooShort", answers[0]);
        Assert.Equal("account.tooManyAttempts", answers[^1]);
    }

    [Fact]
    public async Task Passkeys_TheLastWayIn_CannotBeRemoved()
    {
        var (person, _) = await house.JoinByNameAsync("Kai");
        Task AddAsync(byte id) => App.WithAsync<Passkeys, bool>(async passkeys =>
        {
            await passkeys.AddAsync(person, new UserPasskeyInfo([id], [1], App.Clock.GetUtcNow(), 0, [], true, false, false, [1], [1]), $"Key {id}", default);
            return true;
        });
        Task<string?> RemoveAsync(byte id, Viewer? by = null) => App.RefusedAsync<Passkeys>(passkeys =>
            passkeys.RemoveAsync(by ?? person, System.Buffers.Text.Base64Url.EncodeToString([id]), default));

        await AddAsync(1);
        Assert.Equal("account.lastWayIn", await RemoveAsync(1));
        await AddAsync(2);
        Assert.Equal("account.passkeyNotFound", await RemoveAsync(3));
        Assert.Equal("account.passkeyNotFound", await RemoveAsync(2, house.Staff));

        // Two at once: each sees what the other left.
        var removed = await Task.WhenAll(Task.Run(() => RemoveAsync(1)), Task.Run(() => RemoveAsync(2)));
        Assert.Single(removed, code => code is null);
        Assert.Single(removed, "account.lastWayIn");
        Assert.Single(await App.WithAsync<Passkeys, IReadOnlyList<PasskeyRow>>(passkeys => passkeys.ListAsync(person)));
    }

    [Fact]
    public async Task Passkey_ForgedOrWithoutAChallenge_IsRefused()
    {
        var browser = App.Browser();
        var answer = await browser.SubmitAsync("/account/login", "passkey", ("credential", "{\"id\":\"AQ\"}"));

        Assert.Contains("The passkey didn’t work", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.PostAsync(PasskeyEndpoints.RequestPath, new FormUrlEncodedContent([]))).StatusCode);
        Assert.NotEqual(HttpStatusCode.OK, (await browser.PostAsync(PasskeyEndpoints.CreationPath, new FormUrlEncodedContent([]))).StatusCode);
    }

    [Fact]
    public async Task Invitation_OnThePage_IsAQrCodeOfItsLinkInDarkOnWhite()
    {
        var staff = await App.SignedInAsync(HouseApp.StaffEmail);
        var html = await staff.FollowAsync(staff.SubmitAsync("/invitations", "invite", ("role", "resident"), ("uses", "1"), ("days", "7")));

        var link = "http://localhost/join/" + html.Split("/join/")[1][..22];
        Assert.Contains($"d=\"{QrCode.Of(link).Path}\" fill=\"#000\"", html, StringComparison.Ordinal);
        Assert.Contains("fill=\"#fff\"", html, StringComparison.Ordinal);

        // Four modules of quiet zone on each side: nothing is drawn there.
        var code = QrCode.Of(link);
        Assert.All(RunPattern().Matches(code.Path), run =>
        {
            var (x, y, width) = (int.Parse(run.Groups[1].Value), int.Parse(run.Groups[2].Value), int.Parse(run.Groups[3].Value));
            Assert.True(x >= 4 && x + width <= code.Size - 4 && y >= 4 && y < code.Size - 4);
        });
    }

    [Fact]
    public async Task Me_WithoutAnAddress_SaysNull()
    {
        var (person, _) = await house.JoinByNameAsync("Api");
        var profile = await App.WithAsync<Profile, ProfileView>(profiles => profiles.ReadAsync(person, default));

        Assert.Equal(("", false), (profile.Email, profile.Ways.Any));
        var (client, _) = await App.ApiAsync(HouseApp.StaffEmail);
        Assert.Equal(HouseApp.StaffEmail, (await client.GetFromJsonAsync<JsonElement>("/api/v1/me")).GetProperty("email").GetString());
    }

    private Task<string?> UseAsync(string code) => App.RefusedAsync<SignInLinks>(links => links.UseAsync(code, "test", default));

    [GeneratedRegex("expires=([^;]+)")]
    private static partial Regex ExpiresPattern();

    [GeneratedRegex(" b-[a-z0-9]{10}")]
    private static partial Regex ScopePattern();

    [GeneratedRegex(@"M(\d+) (\d+)h(\d+)")]
    private static partial Regex RunPattern();
}

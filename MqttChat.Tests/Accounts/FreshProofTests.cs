using System.Buffers.Text;
using System.Net;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MqttChat.Domain;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Persistence;
using MqttChat.Web.Accounts;

namespace MqttChat.Tests.Accounts;

/// <summary>Who finds an open page cannot give themselves a lasting way in: ways in change only after a fresh proof.</summary>
public sealed partial class FreshProofTests(FirstMinuteHouse house) : IClassFixture<FirstMinuteHouse>
{
    private static readonly TimeSpan TooLong = FreshProof.Lifetime + TimeSpan.FromSeconds(1);

    private HouseApp App => house.App;

    private AccountLimits Limits => App.Services.GetRequiredService<IOptions<AccountLimits>>().Value;

    [Fact]
    public async Task WaysIn_WithoutAFreshProof_AreLeftAsTheyAre()
    {
        var person = await App.JoinAsync(house.Staff, "guarded@example.org");
        var now = App.Clock.GetUtcNow();

        foreach (var at in (DateTimeOffset?[])[null, now - FreshProof.Lifetime, now.AddMinutes(5)])
        {
            var asks = person with { ProvenAt = at };
            Assert.Equal("account.proofNeeded", await App.RefusedAsync<Passkeys>(passkeys => AddAsync(passkeys, asks, 10)));
            Assert.Equal("account.proofNeeded", await App.RefusedAsync<FreshProof>(proof => proof.EnsureAsync(asks, default)));
        }

        var proven = person with { ProvenAt = App.Clock.GetUtcNow() };
        Assert.Null(await App.RefusedAsync<Passkeys>(passkeys => AddAsync(passkeys, proven, 10)));
        Assert.Equal("account.proofNeeded", await App.RefusedAsync<Passkeys>(passkeys => passkeys.RemoveAsync(person, KeyOf(10), default)));
        Assert.Null(await App.RefusedAsync<Passkeys>(passkeys => passkeys.RenameAsync(person, KeyOf(10), "Phone", default)));
        Assert.Null(await App.RefusedAsync<Passkeys>(passkeys => passkeys.RemoveAsync(proven, KeyOf(10), default)));
    }

    [Fact]
    public async Task NameOnlyAccount_HasNothingToShow_UntilItsFirstWayIn()
    {
        var person = (await house.JoinByNameAsync("Asa")).Person with { ProvenAt = null };

        Assert.Null(await App.RefusedAsync<Passkeys>(passkeys => AddAsync(passkeys, person, 20)));
        Assert.Equal("account.proofNeeded", await App.RefusedAsync<Passkeys>(passkeys => AddAsync(passkeys, person, 21)));
        Assert.Equal("account.proofNeeded", await App.RefusedAsync<Profile>(profile => profile.AddPasswordAsync(person, "asa@example.org", HouseApp.Password, default)));
    }

    [Fact]
    public async Task OpenPage_AfterTenMinutes_AsksFirst_AndThePasswordGrantsItToThisSignInOnly()
    {
        await App.JoinAsync(house.Staff, "open@example.org");
        var (here, there) = (await App.SignedInAsync("open@example.org"), await App.SignedInAsync("open@example.org"));
        Assert.True(await MayAddAsync(here));

        App.Clock.Push(TooLong);
        Assert.False(await MayAddAsync(here));
        await here.SubmitAsync("/profile", "details", ("displayName", "Renewed"), ("language", "en"));
        Assert.False(await MayAddAsync(here));
        Assert.Equal(HttpStatusCode.Forbidden, await ChallengeAsync(here));

        var confirm = ConfirmPage.PathTo("/profile#ways");
        var wrong = await here.SubmitAsync(confirm, "confirm", ("currentPassword", "wrong horse"));
        Assert.Contains("id=\"currentPassword-error\"", await wrong.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.False(await MayAddAsync(here));
        var right = await here.SubmitAsync(confirm, "confirm", ("currentPassword", HouseApp.Password));
        Assert.EndsWith("/profile#ways", right.Headers.Location!.ToString(), StringComparison.Ordinal);

        Assert.True(await MayAddAsync(here));
        Assert.Equal(HttpStatusCode.OK, await ChallengeAsync(here));
        Assert.False(await MayAddAsync(there));
        await here.SubmitAsync("/profile", "details", ("displayName", "Renewed again"), ("language", "en"));
        Assert.True(await MayAddAsync(here));
        App.Clock.Push(TooLong);
        Assert.False(await MayAddAsync(here));

        var elsewhere = await here.SubmitAsync(ConfirmPage.PathTo("//elsewhere.example"), "confirm", ("currentPassword", HouseApp.Password));
        Assert.EndsWith("localhost/profile", elsewhere.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Confirm_TooManyFromOneAddress_AreRefused()
    {
        var person = await App.JoinAsync(house.Staff, "fast@example.org");
        Limits.LoginsPerAddressPerMinute = 3;
        try
        {
            List<string?> answers = [];
            for (var i = 0; i < 4; i++)
            {
                answers.Add(await App.RefusedAsync<FreshProof>(proof => proof.ByPasswordAsync(person, "wrong horse", null, "one address", default)));
            }

            Assert.Equal(["account.proofWrong", "account.proofWrong", "account.proofWrong", "account.tooManyAttempts"], answers);
        }
        finally
        {
            Limits.LoginsPerAddressPerMinute = 0;
        }
    }

    [Fact]
    public async Task AddPassword_WhenTheProofRanOutMeanwhile_KeepsWhatWasTyped()
    {
        var (person, phone) = await house.JoinByNameAsync("Typ");
        await App.RefusedAsync<Passkeys>(passkeys => AddAsync(passkeys, person, 30));
        var page = await phone.GetStringAsync("/profile");
        App.Clock.Push(TooLong);

        var token = page.Split("__RequestVerificationToken\" value=\"")[1].Split('"')[0];
        var late = await phone.PostAsync("/profile", new FormUrlEncodedContent(
            [new("_handler", "password-add"), new("__RequestVerificationToken", token), new("email", "typ@example.org"), new("password", HouseApp.Password)]));
        var html = await late.Content.ReadAsStringAsync();

        Assert.Contains("value=\"typ@example.org\"", html, StringComparison.Ordinal);
        Assert.Contains("href=\"/account/confirm?returnUrl=%2Fprofile%23ways\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LastWayIn_BesideAProviderThatTheHouseNoLongerHas_CannotBeRemoved()
    {
        var (person, _) = await house.JoinByNameAsync("Left behind");
        await App.WithAsync<HouseDbContext, int>(store =>
        {
            store.UserLogins.Add(new IdentityUserLogin<string> { LoginProvider = "OpenIdConnect", ProviderKey = "old", UserId = person.UserId });
            return store.SaveChangesAsync();
        });
        Assert.Equal("account.staffNeedWayIn", await App.RefusedAsync<People>(people => people.ChangeRoleAsync(Proven(house.Staff), person.UserId, Roles.Staff, default)));
        Assert.Null(await App.RefusedAsync<Passkeys>(passkeys => AddAsync(passkeys, person with { ProvenAt = null }, 40)));

        var answer = await App.RefusedAsync<Passkeys>(passkeys => passkeys.RemoveAsync(person, KeyOf(40), default));
        var listed = await App.WithAsync<People, PeopleList>(people => people.ListAsync(house.Staff, new("Left behind"), default));

        Assert.Equal("account.lastWayIn", answer);
        Assert.True(Assert.Single(listed.Items).HasWayIn);
        Assert.Equal(1, await App.WithAsync<HouseDbContext, int>(store => store.UserPasskeys.CountAsync(key => key.UserId == person.UserId)));
    }

    private static async Task<bool> MayAddAsync(HttpClient browser) =>
        (await browser.GetStringAsync("/profile")).Contains("value=\"passkey-add\"", StringComparison.Ordinal);

    private static async Task<HttpStatusCode> ChallengeAsync(HttpClient browser)
    {
        var token = (await browser.GetStringAsync("/profile")).Split("__RequestVerificationToken\" value=\"")[1].Split('"')[0];
        return (await browser.PostAsync(PasskeyEndpoints.CreationPath, new FormUrlEncodedContent([new("__RequestVerificationToken", token)]))).StatusCode;
    }

    private static Task AddAsync(Passkeys passkeys, Viewer person, byte id) =>
        passkeys.AddAsync(person, new UserPasskeyInfo([90, id], [1], DateTimeOffset.UnixEpoch, 0, [], true, false, false, [1], [1]), "Key", default);

    private Viewer Proven(Viewer person) => person with { ProvenAt = App.Clock.GetUtcNow() };

    private static string KeyOf(byte id) => Base64Url.EncodeToString([90, id]);
}

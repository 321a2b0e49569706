using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using MqttChat.Domain.Accounts;
using MqttChat.Web.Accounts;

namespace MqttChat.Tests.Accounts;

/// <summary>An open page of staff's makes nobody staff, and opens no other staff's account.</summary>
public sealed partial class FreshProofTests
{
    [Fact]
    public async Task Staff_MakingThemselvesALink_ProveItFirst()
    {
        var proven = Proven(house.Staff);

        Assert.Equal("account.proofNeeded", await App.RefusedAsync<PasswordReset>(reset => reset.ByStaffAsync(house.Staff, house.Staff.UserId, default)));
        Assert.Null(await App.RefusedAsync<PasswordReset>(reset => reset.ByStaffAsync(proven, house.Staff.UserId, default)));

        // Staff by a passkey alone have no address for that, and get the other link.
        var (other, _) = await house.JoinByNameAsync("Key staff");
        await App.RefusedAsync<Passkeys>(passkeys => AddAsync(passkeys, other, 50));
        var keyed = other with { IsStaff = true };
        Assert.Equal("account.proofNeeded", await App.RefusedAsync<SignInLinks>(links => links.MakeAsync(keyed with { ProvenAt = null }, keyed.UserId, default)));
        Assert.Null(await App.RefusedAsync<SignInLinks>(links => links.MakeAsync(keyed, keyed.UserId, default)));
    }

    [Fact]
    public async Task Staff_OpeningAnotherStaffsAccount_ProveItFirst_AndAResidentsAccountWithoutOne()
    {
        var (other, resident) = (await App.JoinAsync(house.Staff, "peer@example.org", Roles.Staff), await App.JoinAsync(house.Staff, "tenant@example.org"));
        var (key, _) = await house.JoinByNameAsync("Key peer");
        await App.RefusedAsync<Passkeys>(passkeys => AddAsync(passkeys, key, 60));
        Task<string?> RoleAsync(Viewer by, Viewer whose, string role) => App.RefusedAsync<People>(people => people.ChangeRoleAsync(by, whose.UserId, role, default));
        Task<string?> LinkAsync(Viewer by, Viewer whose) => App.RefusedAsync<SignInLinks>(links => links.MakeAsync(by, whose.UserId, default));
        Task<string?> ResetAsync(Viewer by, Viewer whose) => App.RefusedAsync<PasswordReset>(reset => reset.ByStaffAsync(by, whose.UserId, default));
        Task<string?> TakeAsync(Viewer by, Viewer whose) => App.RefusedAsync<SecondFactorSettings>(settings => settings.TakeAwayAsync(by, whose.UserId, default));

        // A link of before does not outlive the new role.
        var link = await house.LinkAsync(key);
        Assert.Equal("account.proofNeeded", await RoleAsync(house.Staff, key, Roles.Staff));
        Assert.NotNull(await App.WithAsync<SignInLinks, SignInLinkOwner?>(links => links.OwnerAsync(link.Code, default)));
        Assert.Null(await RoleAsync(Proven(house.Staff), key, Roles.Staff));
        Assert.Null(await App.WithAsync<SignInLinks, SignInLinkOwner?>(links => links.OwnerAsync(link.Code, default)));

        foreach (var (by, expected) in (IEnumerable<(Viewer, string?)>)[(house.Staff, "account.proofNeeded"), (Proven(house.Staff), null)])
        {
            Assert.Equal(expected, await ResetAsync(by, other));
            Assert.Equal(expected, await TakeAsync(by, other));
            Assert.Equal(expected, await LinkAsync(by, key));
            Assert.Equal(expected, await App.RefusedAsync<Invitations>(invitations => invitations.MakeAsync(by, new(Roles.Staff), default)));
            Assert.Null(await ResetAsync(by, resident));
            Assert.Null(await TakeAsync(by, resident));
            Assert.Null(await App.RefusedAsync<Invitations>(invitations => invitations.MakeAsync(by, new(), default)));
        }

        // Who was stopped may have been so for a reason; the rule for staff's second factor may be all that keeps a thief out.
        Task<string?> AllowAsync(Viewer by, Viewer whose, bool allowed) => App.RefusedAsync<People>(people => people.AllowSignInAsync(by, whose.UserId, allowed, default));
        Assert.Null(await AllowAsync(house.Staff, other, false));
        Assert.Null(await AllowAsync(house.Staff, resident, false));
        Assert.Null(await AllowAsync(house.Staff, resident, true));
        Assert.Equal("account.proofNeeded", await AllowAsync(house.Staff, other, true));
        Assert.Null(await AllowAsync(Proven(house.Staff), other, true));
        Assert.Equal("account.proofNeeded", await App.RefusedAsync<SecondFactorRule>(rule => rule.ChangeAsync(house.Staff, false, default)));
        Assert.Null(await App.RefusedAsync<SecondFactorRule>(rule => rule.ChangeAsync(Proven(house.Staff), false, default)));

        Assert.Null(await RoleAsync(house.Staff, key, Roles.Resident));
        Assert.Null(await LinkAsync(house.Staff, key));
    }

    [Fact]
    public async Task StaffPages_LongOpen_LeadToTheConfirmationAndBack()
    {
        var staff = await App.SignedInAsync(HouseApp.StaffEmail);
        App.Clock.Push(TooLong);
        Task<string> InviteAsync(string role) => staff.FollowAsync(staff.SubmitAsync("/invitations", "invite", ("role", role), ("uses", "3"), ("days", "30")));

        Assert.Contains("/join/", await InviteAsync(Roles.Resident), StringComparison.Ordinal);
        var asked = await InviteAsync(Roles.Staff);
        Assert.DoesNotContain("/join/", asked, StringComparison.Ordinal);

        var confirm = WebUtility.HtmlDecode("/account/confirm" + asked.Split("href=\"/account/confirm")[1].Split('"')[0]);
        var back = (await staff.SubmitAsync(confirm, "confirm", ("currentPassword", HouseApp.Password))).Headers.Location!;
        var page = await staff.GetStringAsync(back);
        Assert.Matches("<option value=\"staff\" selected", page);
        Assert.Matches("name=\"uses\"[^>]*value=\"3\"|value=\"3\"[^>]*name=\"uses\"", page);
        Assert.Matches("<option value=\"30\" selected", page);
        Assert.Contains("/join/", await InviteAsync(Roles.Staff), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Api_StaffInvitation_TakesASignInOfTheLastTenMinutes()
    {
        var (program, tokens) = await App.ApiAsync(HouseApp.StaffEmail);
        async Task<string> InviteAsync(string role)
        {
            var answer = await program.PostAsJsonAsync("/api/v1/invitations", new { role });
            return $"{(int)answer.StatusCode} {((await answer.Content.ReadFromJsonAsync<JsonElement>()).TryGetProperty("code", out var code) && !answer.IsSuccessStatusCode ? code : "")}".Trim();
        }

        async Task RenewAsync(TimeSpan after)
        {
            App.Clock.Push(after);
            var renewed = await program.PostAsJsonAsync("/api/v1/refresh", new { refreshToken = tokens.GetProperty("refreshToken").GetString() });
            var pair = await renewed.Content.ReadFromJsonAsync<JsonElement>();
            program.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", pair.GetProperty("accessToken").GetString());
        }

        Assert.Equal("201", await InviteAsync(Roles.Staff));
        await RenewAsync(FreshProof.Lifetime / 2);
        Assert.Equal("201", await InviteAsync(Roles.Staff));
        await RenewAsync(FreshProof.Lifetime / 2);
        Assert.Equal("403 account.proofNeeded", await InviteAsync(Roles.Staff));
        Assert.Equal("201", await InviteAsync(Roles.Resident));
    }

    private static Task<string> TextAsync(HttpResponseMessage answer) => answer.Content.ReadAsStringAsync();
}

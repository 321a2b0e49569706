using System.Net;
using Microsoft.EntityFrameworkCore;
using MqttChat.Domain;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Persistence;

namespace MqttChat.Tests.Accounts;

public sealed class InvitationTests : IAsyncLifetime
{
    private readonly HouseApp _app = new();
    private Viewer _staff = null!;

    public async Task InitializeAsync() => _staff = await _app.SetUpAsync();

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task Join_ByLink_MakesAMemberOfTheEveryoneRoomAndSignsIn()
    {
        var made = await MakeAsync(new());
        var browser = _app.Browser();

        var answer = await browser.SubmitAsync(
            $"/join/{made.Code}", "register", ("displayName", "Rei"), ("email", "rei@example.org"), ("password", "correct horse"));

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/profile")).StatusCode);
        Assert.Equal(2, await _app.WithAsync<HouseDbContext, int>(store => store.Memberships.CountAsync()));
    }

    [Fact]
    public async Task Page_Link_SaysForWhom_AndARevokedOneComesBack()
    {
        var browser = await _app.SignedInAsync(HouseApp.StaffEmail);
        async Task<string> TextAsync(HttpResponseMessage answer) => await answer.Content.ReadAsStringAsync();

        var made = await browser.FollowAsync(browser.SubmitAsync("/invitations", "invite", ("label", "Flat <203>"), ("role", Roles.Resident), ("uses", "1"), ("days", "7")));
        var code = made.Split("/join/")[1][..22];
        var id = (await _app.WithAsync<Invitations, IReadOnlyList<StandingInvitation>>(invitations => invitations.ListAsync(_staff, default))).Single(one => one.Label == "Flat <203>").Id;
        var revoked = (await browser.SubmitAsync("/invitations", "revoke", ("invitation", $"{id}"))).Headers.Location!.OriginalString;
        var works = await _app.WithAsync<Invitations, bool>(invitations => invitations.WorksAsync(code, default));
        var restored = (await browser.SubmitAsync(revoked, "restore", ("restored", $"{id}"))).Headers.Location!.OriginalString;

        Assert.Contains("Flat &lt;203&gt;", made, StringComparison.Ordinal);
        Assert.Contains("role=\"img\"", made, StringComparison.Ordinal);
        Assert.False(works);
        Assert.EndsWith("?restored=true", restored, StringComparison.Ordinal);
        Assert.True(await _app.WithAsync<Invitations, bool>(invitations => invitations.WorksAsync(code, default)));
        var tooLong = await TextAsync(await browser.SubmitAsync("/invitations", "invite", ("label", new string('x', 65)), ("uses", "1"), ("days", "7")));
        Assert.Contains("id=\"label-error\"", tooLong, StringComparison.Ordinal);
        var staffs = await _app.WithAsync<Invitations, MadeInvitation>(invitations => invitations.MakeAsync(_staff with { ProvenAt = _app.Clock.GetUtcNow() }, new(Roles.Staff), default));
        Assert.Equal("account.proofNeeded", await _app.RefusedAsync<Invitations>(invitations => invitations.RestoreAsync(_staff with { ProvenAt = null }, staffs.Id, default)));
    }

    [Fact]
    public async Task Join_UsedUpExpiredRevokedOrUnknown_GetsOneAnswer()
    {
        var usedUp = await MakeAsync(new());
        await JoinAsync(usedUp.Code, "one@example.org");
        var revoked = await MakeAsync(new());
        await _app.WithAsync<Invitations, bool>(async invitations =>
        {
            await invitations.RevokeAsync(_staff, revoked.Id, default);
            return true;
        });
        var expired = await MakeAsync(new(ExpiresAt: _app.Clock.GetUtcNow().AddMinutes(5)));
        _app.Clock.Push(TimeSpan.FromMinutes(6));

        foreach (var code in new[] { usedUp.Code, revoked.Code, expired.Code, SecretCode.New(), "", "x" })
        {
            var refusal = await Assert.ThrowsAsync<RefusedException>(() => JoinAsync(code, "two@example.org"));
            Assert.Equal((RefusalKind.Invalid, "invitation.invalid", "invitation"), (refusal.Kind, refusal.Code, refusal.Field));
        }
    }

    [Fact]
    public async Task Limits_OfAPersonAndOfTheHouse_HoldForMakingAndForTakingBack()
    {
        await using var app = new HouseApp(("Limits:InvitationsPerPerson", "3"));
        var (staff, other) = (await app.SetUpAsync(), default(Viewer)!);
        other = await app.JoinAsync(staff, "other@example.org", Roles.Staff);
        Task<MadeInvitation> OneAsync(Viewer by) => app.WithAsync<Invitations, MadeInvitation>(invitations => invitations.MakeAsync(by, new(), default));
        Task<string?> RestoreAsync(int id) => app.RefusedAsync<Invitations>(invitations => invitations.RestoreAsync(staff, id, default));

        // Presses at the same time: not one more than allowed.
        var presses = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => app.RefusedAsync<Invitations>(invitations => invitations.MakeAsync(staff, new(), default)))));
        Assert.Equal(3, presses.Count(refused => refused is null));
        Assert.Equal(5, presses.Count(refused => refused == "invitation.tooManyOfOne"));

        var mine = (await app.WithAsync<Invitations, IReadOnlyList<StandingInvitation>>(invitations => invitations.ListAsync(staff, default)))[0].Id;
        Assert.Null(await app.RefusedAsync<Invitations>(invitations => invitations.RevokeAsync(staff, mine, default)));
        Assert.Null(await RestoreAsync(mine));
        Assert.Null(await app.RefusedAsync<Invitations>(invitations => invitations.RevokeAsync(staff, mine, default)));
        await OneAsync(staff);
        Assert.Equal("invitation.tooManyOfOne", await RestoreAsync(mine));

        await app.WithAsync<HouseDbContext, int>(store =>
        {
            store.Invitations.AddRange(Enumerable.Range(0, Invitations.MaxStanding).Select(number => new Invitation
            {
                CodeHash = $"{number:x64}", Role = Roles.Resident, UsesLeft = 1, CreatedById = "gone", CreatedAt = app.Clock.GetUtcNow(), ExpiresAt = app.Clock.GetUtcNow().AddDays(1),
            }));
            return store.SaveChangesAsync();
        });
        Assert.Equal("invitation.tooMany", (await Assert.ThrowsAsync<RefusedException>(() => OneAsync(other))).Code);
        Assert.Equal("invitation.tooMany", await RestoreAsync(mine));
    }

    [Fact]
    public async Task Join_TwoAtOnceWithOneUse_OneJoins()
    {
        var made = await MakeAsync(new());
        async Task<bool> TryAsync(string email)
        {
            try
            {
                await JoinAsync(made.Code, email);
                return true;
            }
            catch (RefusedException)
            {
                return false;
            }
        }

        var joined = await Task.WhenAll(Task.Run(() => TryAsync("a@example.org")), Task.Run(() => TryAsync("b@example.org")));

        Assert.Single(joined, true);
    }

    [Fact]
    public async Task Join_AddressTaken_KeepsTheInvitationsUse()
    {
        var made = await MakeAsync(new());

        var refusal = await Assert.ThrowsAsync<RefusedException>(() => JoinAsync(made.Code, HouseApp.StaffEmail.ToUpperInvariant()));

        Assert.Equal("account.emailTaken", refusal.Code);
        Assert.True(await _app.WithAsync<Invitations, bool>(invitations => invitations.WorksAsync(made.Code, default)));
    }

    [Theory]
    [InlineData(0, 7, "invitation.usesOutOfRange")]
    [InlineData(1001, 7, "invitation.usesOutOfRange")]
    [InlineData(1, 367, "invitation.expiryOutOfRange")]
    [InlineData(1, -1, "invitation.expiryOutOfRange")]
    public async Task Make_OutOfRange_IsRefused(int uses, int days, string code)
    {
        var wanted = new InvitationRequest(Uses: uses, ExpiresAt: _app.Clock.GetUtcNow().AddDays(days));

        Assert.Equal(code, (await Assert.ThrowsAsync<RefusedException>(() => MakeAsync(wanted))).Code);
    }

    [Fact]
    public async Task Make_ByAResident_IsForbidden()
    {
        var resident = await _app.JoinAsync(_staff, "rei@example.org");

        var refusal = await Assert.ThrowsAsync<RefusedException>(() =>
            _app.WithAsync<Invitations, MadeInvitation>(invitations => invitations.MakeAsync(resident, new(), default)));

        Assert.Equal(RefusalKind.Forbidden, refusal.Kind);
    }

    [Fact]
    public async Task Make_OnThePage_ShowsALinkThatWorksOnceAndKeepsNoCode()
    {
        var browser = await _app.SignedInAsync(HouseApp.StaffEmail);

        var html = await browser.FollowAsync(browser.SubmitAsync("/invitations", "invite", ("role", "resident"), ("uses", "1"), ("days", "7")));

        var code = html.Split("/join/")[1].Split('"')[0];
        Assert.Equal(22, code.Length);
        var hashes = await _app.WithAsync<HouseDbContext, List<string>>(store => store.Invitations.Select(row => row.CodeHash).ToListAsync());
        Assert.Equal([SecretCode.HashOf(code)], hashes);
        Assert.Contains("name=\"displayName\"", await _app.Browser().GetStringAsync($"/join/{code}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Register_Open_NeedsNoInvitation()
    {
        await using var app = new HouseApp(("Accounts:Registration", "Open"));
        await app.SetUpAsync();

        var answer = await app.Browser().SubmitAsync(
            "/account/register", "register", ("displayName", "Rei"), ("email", "rei@example.org"), ("password", "correct horse"));

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
    }

    private Task<MadeInvitation> MakeAsync(InvitationRequest wanted) =>
        _app.WithAsync<Invitations, MadeInvitation>(invitations => invitations.MakeAsync(_staff, wanted, default));

    private Task<AppUser> JoinAsync(string code, string email) => _app.WithAsync<Registration, AppUser>(registration =>
        registration.JoinAsync(new NewPerson(email, "correct horse", "Somebody", code), "test", default));
}

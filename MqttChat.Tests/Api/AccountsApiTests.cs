using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Persistence;
using MqttChat.Tests.Accounts;

namespace MqttChat.Tests.Api;

public sealed class AccountsApiTests : IAsyncLifetime
{
    private readonly HouseApp _app = new();
    private Viewer _staff = null!;

    public async Task InitializeAsync() => _staff = await _app.SetUpAsync();

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task Login_RightPassword_AnswersExactlyTheContract()
    {
        var (_, tokens) = await _app.ApiAsync(HouseApp.StaffEmail);

        Assert.Equal(["accessToken", "refreshToken", "expiresIn"], tokens.EnumerateObject().Select(member => member.Name));
        Assert.Equal(600, tokens.GetProperty("expiresIn").GetInt64());
    }

    [Fact]
    public async Task Login_UnknownAndWrong_GetTheSameProblem()
    {
        var client = _app.Browser();
        var wrong = await client.PostAsJsonAsync("/api/v1/login", new { email = HouseApp.StaffEmail, password = "wrong horse" });
        var unknown = await client.PostAsJsonAsync("/api/v1/login", new { email = "nobody@example.org", password = "wrong horse" });

        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        Assert.Equal(await wrong.Content.ReadAsStringAsync(), await unknown.Content.ReadAsStringAsync());
        Assert.Equal("account.signInFailed", (await wrong.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString());
    }

    [Fact]
    public async Task InviteRegisterMe_WholePath_Works()
    {
        var (staff, _) = await _app.ApiAsync(HouseApp.StaffEmail);
        var expires = _app.Clock.GetUtcNow().AddDays(3);

        var made = await staff.PostAsJsonAsync("/api/v1/invitations", new { role = "resident", uses = 1, expiresAt = expires });
        var invitation = await made.Content.ReadFromJsonAsync<JsonElement>();
        var registered = await _app.Browser().PostAsJsonAsync("/api/v1/register", new
        {
            email = "rei@example.org", password = "correct horse", displayName = "Rei", invitation = invitation.GetProperty("code").GetString(),
        });
        var (rei, _) = await _app.ApiAsync("rei@example.org");
        var me = await rei.GetFromJsonAsync<JsonElement>("/api/v1/me");

        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        Assert.Equal(["code", "url", "expiresAt"], invitation.EnumerateObject().Select(member => member.Name));
        Assert.EndsWith($"/join/{invitation.GetProperty("code").GetString()}", invitation.GetProperty("url").GetString(), StringComparison.Ordinal);
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", invitation.GetProperty("expiresAt").GetString());
        Assert.Equal(HttpStatusCode.Created, registered.StatusCode);
        var id = (await registered.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString();
        Assert.Equal($$"""{"id":"{{id}}","email":"rei@example.org","displayName":"Rei","role":"resident","tags":{},"language":null}""", me.GetRawText());
    }

    [Fact]
    public async Task Invitations_EmptyBody_GetsDefaults()
    {
        var (staff, _) = await _app.ApiAsync(HouseApp.StaffEmail);

        var made = await (await staff.PostAsJsonAsync("/api/v1/invitations", new { })).Content.ReadFromJsonAsync<JsonElement>();

        Assert.InRange((made.GetProperty("expiresAt").GetDateTimeOffset() - _app.Clock.GetUtcNow()).TotalDays, 6.9, 7);
    }

    [Fact]
    public async Task Token_AfterTenMinutes_IsRefusedAndRefreshed()
    {
        var (client, tokens) = await _app.ApiAsync(HouseApp.StaffEmail);

        _app.Clock.Push(TimeSpan.FromMinutes(10.1));
        var late = await client.GetAsync("/api/v1/me");
        var renewed = await client.PostAsJsonAsync("/api/v1/refresh", new { refreshToken = tokens.GetProperty("refreshToken").GetString() });
        var pair = await renewed.Content.ReadFromJsonAsync<JsonElement>();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", pair.GetProperty("accessToken").GetString());

        Assert.Equal(HttpStatusCode.Unauthorized, late.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/v1/me")).StatusCode);
    }

    [Fact]
    public async Task SignOutEverywhere_EndsTokensAndRefreshTokens()
    {
        var (client, tokens) = await _app.ApiAsync(HouseApp.StaffEmail);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/v1/me")).StatusCode);

        await _app.WithAsync<Profile, bool>(async profile =>
        {
            await profile.SignOutEverywhereAsync(_staff, default);
            return true;
        });
        var refreshed = await client.PostAsJsonAsync("/api/v1/refresh", new { refreshToken = tokens.GetProperty("refreshToken").GetString() });

        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/api/v1/me")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, refreshed.StatusCode);
    }

    [Fact]
    public async Task Stamp_ChangedByAnotherInstance_IsNoticedWithinAMinute()
    {
        var (client, _) = await _app.ApiAsync(HouseApp.StaffEmail);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/v1/me")).StatusCode);

        await _app.WithAsync<HouseDbContext, int>(store =>
            store.Users.ExecuteUpdateAsync(set => set.SetProperty(user => user.SecurityStamp, "changed")));
        _app.Clock.Push(TimeSpan.FromSeconds(59));

        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/api/v1/me")).StatusCode);
    }

    [Fact]
    public async Task Stamp_OfSeveralCalls_IsReadOnce()
    {
        await _app.ConnectedAsync();
        var (client, _) = await _app.ApiAsync(HouseApp.StaffEmail);
        await client.GetAsync("/api/v1/me");
        await _app.WithAsync<HouseDbContext, int>(store =>
            store.Users.ExecuteUpdateAsync(set => set.SetProperty(user => user.SecurityStamp, "changed")));

        // Without a signal the change is not known yet: had the call asked the database, it would be refused.
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/v1/me")).StatusCode);
    }

    [Fact]
    public async Task Register_DatabaseFull_IsNoTakenAddress()
    {
        var (staff, _) = await _app.ApiAsync(HouseApp.StaffEmail);
        var made = await (await staff.PostAsJsonAsync("/api/v1/invitations", new { })).Content.ReadFromJsonAsync<JsonElement>();
        await _app.WithAsync<HouseDbContext, int>(store => store.Database.ExecuteSqlRawAsync(
            "CREATE TRIGGER full BEFORE INSERT ON AspNetUsers BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END"));

        var answer = await _app.Browser().PostAsJsonAsync("/api/v1/register", new
        {
            email = "rei@example.org", password = "correct horse", displayName = "Rei", invitation = made.GetProperty("code").GetString(),
        });

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("server.databaseAway", (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("")]
    [InlineData(null)]
    public async Task Refresh_NoToken_IsUnauthorized(string? token)
    {
        var answer = await _app.Browser().PostAsJsonAsync("/api/v1/refresh", new { refreshToken = token });

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task AccessToken_AsRefreshToken_IsRefused()
    {
        var (client, tokens) = await _app.ApiAsync(HouseApp.StaffEmail);

        var answer = await client.PostAsJsonAsync("/api/v1/refresh", new { refreshToken = tokens.GetProperty("accessToken").GetString() });

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task Cookie_OnTheApi_SignsNobodyIn()
    {
        var browser = await _app.SignedInAsync(HouseApp.StaffEmail);

        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync("/api/v1/me")).StatusCode);
    }
}

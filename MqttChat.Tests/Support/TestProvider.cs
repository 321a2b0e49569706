using System.Security.Claims;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace MqttChat.Tests.Support;

/// <summary>Who is signed in at the provider.</summary>
internal sealed record ProviderUser(string Subject, string? Name, string? Email = null, bool IsVerified = true, params string[] Groups);

/// <summary>
/// A real OpenID Connect provider (OpenIddict's server with its store) on loopback: code flow with PKCE, signed tokens, user info. Its
/// page asks whether to go on; <c>decision=allow</c> in the address answers that.
/// </summary>
internal sealed class TestProvider : IAsyncDisposable
{
    public const string ClientId = "house";
    public const string ClientSecret = "a secret between two programs";

    private const string Scheme = OpenIddictServerAspNetCoreDefaults.AuthenticationScheme;

    private readonly SqliteConnection _store = new("Data Source=:memory:");
    private readonly WebApplication _app;

    private TestProvider(WebApplication app) => _app = app;

    public Uri Authority => new(_app.Urls.Single());

    /// <summary>Who sits before the provider's page.</summary>
    public ProviderUser User { get; set; } = new("nobody", "Nobody");

    /// <summary>When it says that it last asked who that is; null: it does not tell.</summary>
    public DateTimeOffset? AskedAt { get; set; }

    /// <summary>The settings of a house that uses it.</summary>
    public (string Key, string Value)[] Settings =>
    [
        ("Accounts:OpenIdConnect:Authority", Authority.ToString()), ("Accounts:OpenIdConnect:ClientId", ClientId),
        ("Accounts:OpenIdConnect:ClientSecret", ClientSecret), ("Accounts:OpenIdConnect:Label", "Elm Street ID"),
        ("Accounts:OpenIdConnect:Scopes", "openid profile email groups"), ("Accounts:OpenIdConnect:StaffClaim", "groups"),
        ("Accounts:OpenIdConnect:StaffValue", "house-staff"),
    ];

    public static async Task<TestProvider> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        TestProvider provider = null!;
        builder.Services.AddDbContext<DbContext>(options => options.UseSqlite(provider._store).UseOpenIddict());
        builder.Services.AddOpenIddict()
            .AddCore(core => core.UseEntityFrameworkCore().UseDbContext<DbContext>())
            .AddServer(server =>
            {
                server.SetAuthorizationEndpointUris("connect/authorize").SetTokenEndpointUris("connect/token").SetUserInfoEndpointUris("connect/userinfo");
                server.AllowAuthorizationCodeFlow().RequireProofKeyForCodeExchange();
                server.RegisterScopes(Scopes.Profile, Scopes.Email, "groups");
                server.AddEphemeralEncryptionKey().AddEphemeralSigningKey();
                server.UseAspNetCore().EnableAuthorizationEndpointPassthrough().EnableTokenEndpointPassthrough()
                    .EnableUserInfoEndpointPassthrough().DisableTransportSecurityRequirement();
            });
        builder.Services.AddAuthentication();
        provider = new TestProvider(builder.Build());
        await provider._store.OpenAsync();
        provider.Map();
        await provider._app.StartAsync();
        await provider.AddClientAsync();

        // What it does once at its first answers (keys, compiling) would count against the patience of whoever tests with it.
        using var http = new HttpClient { Timeout = TimeSpan.FromMinutes(2) };
        await http.GetStringAsync(new Uri(provider.Authority, ".well-known/openid-configuration"));
        await http.GetStringAsync(new Uri(provider.Authority, ".well-known/jwks"));
        return provider;
    }

    /// <summary>Lets a house's address be returned to.</summary>
    public async Task AllowAsync(Uri house)
    {
        await using var scope = _app.Services.CreateAsyncScope();
        var clients = scope.ServiceProvider.GetRequiredService<IOpenIddictApplicationManager>();
        var client = await clients.FindByClientIdAsync(ClientId) ?? throw new InvalidOperationException("No client.");
        var known = new OpenIddictApplicationDescriptor();
        await clients.PopulateAsync(known, client);
        known.RedirectUris.Add(new Uri(house, "account/provider/back"));
        await clients.UpdateAsync(client, known);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _store.DisposeAsync();
    }

    private async Task AddClientAsync()
    {
        await using var scope = _app.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<DbContext>().Database.EnsureCreatedAsync();
        await scope.ServiceProvider.GetRequiredService<IOpenIddictApplicationManager>().CreateAsync(new OpenIddictApplicationDescriptor
        {
            ClientId = ClientId, ClientSecret = ClientSecret, ConsentType = ConsentTypes.Implicit,
            Permissions =
            {
                Permissions.Endpoints.Authorization, Permissions.Endpoints.Token, Permissions.GrantTypes.AuthorizationCode,
                Permissions.ResponseTypes.Code, Permissions.Scopes.Profile, Permissions.Scopes.Email, Permissions.Prefixes.Scope + "groups",
            },
            Requirements = { Requirements.Features.ProofKeyForCodeExchange },
        });
    }

    private void Map()
    {
        _app.UseAuthentication();
        _app.MapGet("/connect/authorize", Authorize);
        _app.MapPost("/connect/token", async (HttpContext http, CancellationToken _) =>
            Results.SignIn((await http.AuthenticateAsync(Scheme)).Principal!, properties: null, Scheme));
        _app.MapGet("/connect/userinfo", () => Results.Json(new Dictionary<string, object?>
        {
            [Claims.Subject] = User.Subject, [Claims.Email] = User.Email, [Claims.EmailVerified] = User.IsVerified, ["groups"] = User.Groups,
        }));
    }

    private IResult Authorize(HttpContext http)
    {
        var request = http.GetOpenIddictServerRequest()!;
        switch ((string?)request["decision"])
        {
            case "allow":
                var identity = new ClaimsIdentity("provider", Claims.Name, Claims.Role);
                identity.SetClaim(Claims.Subject, User.Subject).SetClaim(Claims.Name, User.Name).SetScopes(request.GetScopes());
                if (AskedAt is { } at)
                {
                    identity.SetClaim(Claims.AuthenticationTime, at.ToUnixTimeSeconds());
                }

                identity.SetDestinations(_ => [Destinations.IdentityToken]);
                return Results.SignIn(new ClaimsPrincipal(identity), properties: null, Scheme);
            case "deny":
                return Results.Forbid(new AuthenticationProperties(new Dictionary<string, string?>
                {
                    [OpenIddictServerAspNetCoreConstants.Properties.Error] = Errors.AccessDenied,
                }), [Scheme]);
            default:
                var link = System.Net.WebUtility.HtmlEncode($"{http.Request.Path}{http.Request.QueryString}&decision=");
                return Results.Content($"""
                    <!doctype html><html lang="en"><head><title>Elm Street ID</title><meta name="viewport" content="width=device-width"></head>
                    <body><h1>Elm Street ID</h1><a href="{link}allow">Go on as {User.Name}</a> <a href="{link}deny">Not now</a></body></html>
                    """, "text/html");
        }
    }
}

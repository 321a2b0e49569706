using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using MqttChat.Domain.Accounts;

namespace MqttChat.Web.Accounts;

/// <summary>Sign-in at the house's OpenID Connect provider: the code flow with PKCE.</summary>
internal static class ProviderSetup
{
    public const string Scheme = "OpenIdConnect";

    private const string BackPath = "/account/provider/back";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static WebApplicationBuilder AddProvider(this WebApplicationBuilder builder)
    {
        if (IsSet(builder.Configuration))
        {
            builder.Services.AddAuthentication().AddOpenIdConnect(Scheme, _ => { });
            builder.Services.AddOptions<OpenIdConnectOptions>(Scheme).Configure<IOptions<AccountOptions>, SiteLinks>(
                (options, accounts, links) => Configure(options, accounts.Value.OpenIdConnect, links));
        }

        return builder;
    }

    // Read from the settings themselves: asked for as options, a wrong one would be told before the others.
    public static bool IsSet(IConfiguration settings) => settings["Accounts:OpenIdConnect:Authority"] is { Length: > 0 };

    private static void Configure(OpenIdConnectOptions options, ProviderOptions provider, SiteLinks links)
    {
        options.Authority = provider.Authority;
        options.RequireHttpsMetadata = !ProviderValidation.IsPlainHere(new Uri(provider.Authority));
        options.ClientId = provider.ClientId;
        options.ClientSecret = provider.ClientSecret.Length > 0 ? provider.ClientSecret : null;
        options.SignInScheme = IdentityConstants.ExternalScheme;
        options.CallbackPath = BackPath;
        (options.ResponseType, options.ResponseMode) = (OpenIdConnectResponseType.Code, OpenIdConnectResponseMode.Query);
        options.BackchannelTimeout = Patience;
        options.DisableTelemetry = true;

        // Signing out is this house's affair only: the provider's sign-out pages would find nothing to end here.
        (options.RemoteSignOutPath, options.SignedOutCallbackPath) = (default, default);
        ConfigureCookies(options, links);
        ConfigureClaims(options, provider);
        options.Events.OnAccessDenied = context => FailAsync(context, "denied");
        options.Events.OnRemoteFailure = context => FailAsync(context, ReasonOf(context));
    }

    // By default SameSite=None, which browsers take only with Secure: over plain http, as in a house without TLS, the way back would be
    // lost. The answer comes as an ordinary link, so Lax does.
    private static void ConfigureCookies(OpenIdConnectOptions options, SiteLinks links)
    {
        foreach (var cookie in (CookieBuilder[])[options.CorrelationCookie, options.NonceCookie])
        {
            cookie.SameSite = SameSiteMode.Lax;
            cookie.SecurePolicy = links.IsHttps ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
        }
    }

    private static void ConfigureClaims(OpenIdConnectOptions options, ProviderOptions provider)
    {
        options.MapInboundClaims = false;
        options.GetClaimsFromUserInfoEndpoint = true;
        options.Scope.Clear();
        foreach (var scope in provider.Scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            options.Scope.Add(scope);
        }

        // With the subject it says who it is; by default it is dropped.
        options.ClaimActions.Remove("iss");
        options.ClaimActions.MapUniqueJsonKey("email_verified", "email_verified");
        options.ClaimActions.MapUniqueJsonKey("preferred_username", "preferred_username");
        foreach (var claim in new[] { provider.StaffClaim, provider.AdmitClaim }.Where(claim => claim.Length > 0).Distinct(StringComparer.Ordinal))
        {
            options.ClaimActions.Remove(claim);
            options.ClaimActions.MapJsonKey(claim, claim);
        }
    }

    private static Task FailAsync<TOptions>(HandleRequestContext<TOptions> context, string reason)
        where TOptions : AuthenticationSchemeOptions
    {
        context.Response.Redirect($"{ProviderFailedPage.Path}?why={reason}");
        context.HandleResponse();
        return Task.CompletedTask;
    }

    private static string ReasonOf(RemoteFailureContext context)
    {
        for (var error = context.Failure; error is not null; error = error.InnerException)
        {
            if (error is HttpRequestException or TaskCanceledException or IOException)
            {
                return "away";
            }
        }

        // Without properties the state was forged, or is from before a restart with new keys; the correlation cookie belongs to the browser.
        return context.Properties is null || context.Failure?.Message.Contains("Correlation", StringComparison.Ordinal) == true ? "lost" : "failed";
    }
}

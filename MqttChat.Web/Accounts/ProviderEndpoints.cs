using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;
using MqttChat.Domain;
using MqttChat.Domain.Accounts;
using MqttChat.Web.Shell;

namespace MqttChat.Web.Accounts;

/// <summary>
/// The way to the provider and back. Both are links and no forms: the Content-Security-Policy lets forms lead nowhere but here, and a
/// provider may send the browser on to others.
/// </summary>
internal static class ProviderEndpoints
{
    public const string Path = "/account/provider";
    public const string LinkPath = "/account/provider/link";
    public const string ConfirmPath = "/account/provider/confirm";

    private const string DonePath = "/account/provider/done";
    private const long MaxUnixSeconds = 253_402_300_799;
    private const string ReturnKey = "mqttchat.return";
    private const string LinkKey = "mqttchat.link";
    private const string ConfirmKey = "mqttchat.confirm";

    public static WebApplication MapProvider(this WebApplication app)
    {
        if (ProviderSetup.IsSet(app.Configuration))
        {
            app.MapGet(Path, SignInAsync);
            app.MapGet(LinkPath, LinkAsync).RequireAuthorization();
            app.MapGet(ConfirmPath, ConfirmAsync).RequireAuthorization();
            app.MapGet(DonePath, DoneAsync);
        }

        return app;
    }

    // Who is signed in stays so, as on the sign-in page: any site can send its visitor here, and an account with a name only would be lost.
    private static Task<IResult> SignInAsync(HttpContext http, string? returnUrl) => http.User.Identity?.IsAuthenticated == true
        ? Task.FromResult(Results.LocalRedirect(LocalPath.Of(returnUrl) ?? "/"))
        : LeaveAsync(http, returnUrl);

    // A token of our own in the address: another site must not be able to connect its visitor's account with a stranger's.
    private static async Task<IResult> LinkAsync(HttpContext http, LinkTokens tokens, FreshProof proof, string? token)
    {
        if (!tokens.IsFor(http.User, token))
        {
            return Failed("lost");
        }

        return (await proof.ReadAsync(http.User.ToViewer(), http.RequestAborted)).IsDue
            ? Results.LocalRedirect(ConfirmPage.PathTo("/profile#provider"))
            : await LeaveAsync(http, "/profile?saved=provider", LinkKey);
    }

    private static Task<IResult> ConfirmAsync(HttpContext http, LinkTokens tokens, string? token, string? returnUrl) =>
        tokens.IsFor(http.User, token) ? LeaveAsync(http, returnUrl, ConfirmKey) : Task.FromResult(Failed("lost"));

    // By the purpose the way back knows what it is for: without one, for a sign-in.
    private static async Task<IResult> LeaveAsync(HttpContext http, string? returnUrl, string? purpose = null)
    {
        // The provider sends people back to the public address, and the cookies have to be there by then.
        var links = http.RequestServices.GetRequiredService<SiteLinks>();
        if (links.PublicUrl is { } site && !string.Equals(site.Authority, http.Request.Host.Value, StringComparison.OrdinalIgnoreCase))
        {
            return purpose is null
                ? Results.Redirect(links.For(http.Request, $"{Path[1..]}?returnUrl={Uri.EscapeDataString(LocalPath.Of(returnUrl) ?? "/")}"))
                : Results.Redirect(links.For(http.Request, "profile"));
        }

        try
        {
            // Asked before the browser is sent away, and again after an outage: the library would throw in the middle of its answer.
            var options = http.RequestServices.GetRequiredService<IOptionsMonitor<OpenIdConnectOptions>>().Get(ProviderSetup.Scheme);
            await options.ConfigurationManager!.GetConfigurationAsync(http.RequestAborted);
        }
        catch (Exception error) when (error is not OperationCanceledException || !http.RequestAborted.IsCancellationRequested)
        {
            Log(http).LogWarning("The provider does not answer: {Reason}", error.GetBaseException().Message);
            return Failed("away");
        }

        // Asked anew who is there, as far as the provider does so (OpenID Connect Core 3.1.2.1: no sign-in is young enough).
        var properties = new OpenIdConnectChallengeProperties { RedirectUri = DonePath, MaxAge = purpose == ConfirmKey ? TimeSpan.Zero : null };
        properties.Items[ReturnKey] = LocalPath.Of(returnUrl) ?? "/";
        if (purpose is not null)
        {
            properties.Items[purpose] = http.User.ToViewer().UserId;
        }

        return Results.Challenge(properties, [ProviderSetup.Scheme]);
    }

    private static async Task<IResult> DoneAsync(
        HttpContext http, ProviderAccounts accounts, HouseSetup house, HouseSignIn signIn, IOptions<AccountOptions> options,
        IStringLocalizer<AccountTexts> texts, CancellationToken cancellation)
    {
        var came = await http.AuthenticateAsync(IdentityConstants.ExternalScheme);
        await http.SignOutAsync(IdentityConstants.ExternalScheme);
        if (came.Principal is null || PersonOf(came.Principal, options.Value.OpenIdConnect, texts["ProviderNewPerson"]) is not { } person)
        {
            return Failed("lost");
        }

        if (!await house.IsDoneAsync(cancellation))
        {
            return Results.LocalRedirect(SetupGate.Path);
        }

        try
        {
            switch (PurposeOf(came.Properties))
            {
                case (_, var whose) when whose is not null && whose != signIn.UserManager.GetUserId(http.User):
                    return Failed("lost");
                case (LinkKey, _):
                    await accounts.LinkAsync(http.User.ToViewer(), person, cancellation);
                    break;
                case (ConfirmKey, _):
                    await signIn.ConfirmAsync(await accounts.ConfirmAsync(http.User.ToViewer(), person, SignedInAtOf(came.Principal), cancellation));
                    break;
                default:
                    var user = await accounts.SignInAsync(person, cancellation);
                    await (await accounts.ProvesAsync(user, SignedInAtOf(came.Principal), cancellation)
                        ? signIn.SignInAsync(user, isPersistent: true, ProviderSetup.Scheme)
                        : signIn.SignInWithoutProofAsync(user, isPersistent: true, ProviderSetup.Scheme));
                    break;
            }
        }
        catch (RefusedException refusal)
        {
            return Failed(refusal.Code);
        }

        return Results.LocalRedirect(LocalPath.Of(came.Properties?.Items[ReturnKey]) ?? "/");
    }

    private static (string? Purpose, string? Whose) PurposeOf(AuthenticationProperties? properties) =>
        ((string[])[LinkKey, ConfirmKey]).Select(purpose => ((string?)purpose, properties?.Items.TryGetValue(purpose, out var whose) == true ? whose : null))
            .FirstOrDefault(found => found.Item2 is not null);

    // When the provider last asked who is there, where it says so.
    private static DateTimeOffset? SignedInAtOf(ClaimsPrincipal came) =>
        long.TryParse(came.FindFirstValue("auth_time"), CultureInfo.InvariantCulture, out var seconds)
            ? DateTimeOffset.UnixEpoch.AddSeconds(Math.Clamp(seconds, 0, MaxUnixSeconds)) : null;

    private static ProviderPerson? PersonOf(ClaimsPrincipal came, ProviderOptions options, string fallbackName)
    {
        if (came.FindFirstValue("iss") is not { Length: > 0 } issuer || came.FindFirstValue("sub") is not { Length: > 0 } subject)
        {
            return null;
        }

        string? Of(string claim) => came.FindFirstValue(claim);
        var full = $"{Of("given_name")} {Of("family_name")}";
        return new(
            issuer, subject, VerifiedEmailOf(came), [Of("name"), full, Of("preferred_username"), Of("email")?.Split('@')[0], fallbackName],
            options.AdmitClaim.Length == 0 || came.HasClaim(options.AdmitClaim, options.AdmitValue),
            options.StaffClaim.Length == 0 ? null : came.HasClaim(options.StaffClaim, options.StaffValue));
    }

    private static string? VerifiedEmailOf(ClaimsPrincipal came)
    {
        if (!string.Equals(came.FindFirstValue("email_verified"), "true", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        try
        {
            return AccountRules.Email(came.FindFirstValue("email"));
        }
        catch (RefusedException)
        {
            // What is no address by our rules is as good as none.
            return null;
        }
    }

    private static IResult Failed(string reason) => Results.LocalRedirect($"{ProviderFailedPage.Path}?why={Uri.EscapeDataString(reason)}");

    private static ILogger Log(HttpContext http) =>
        http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(ProviderEndpoints).FullName!);
}

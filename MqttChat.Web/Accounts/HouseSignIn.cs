using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using MqttChat.Domain.Accounts;
using MqttChat.Web.Accounts.Forms;

namespace MqttChat.Web.Accounts;

/// <summary>
/// Every way to sign in ends in <see cref="SignInWithClaimsAsync"/>: there the device gets its place in the person's list, and the
/// cookie the place's id. A cookie whose place is gone is worth nothing, just as one with an old security stamp.
/// </summary>
internal sealed class HouseSignIn(
    UserManager<AppUser> users, IHttpContextAccessor http, IUserClaimsPrincipalFactory<AppUser> claims, IOptions<IdentityOptions> options,
    ILogger<SignInManager<AppUser>> logger, IAuthenticationSchemeProvider schemes, IUserConfirmation<AppUser> confirmation,
    SignIns signIns, KnownSignIns knownSignIns, AccountWays ways, FormAnswers answers, KnownDevices devices, TimeProvider clock)
    : SignInManager<AppUser>(users, http, claims, options, logger, schemes, confirmation)
{
    // For whom the cookie is the only key: as long as browsers keep one (RFC 6265bis), from the last visit on.
    private static readonly TimeSpan OnlyKey = TimeSpan.FromDays(400);

    // What the next cookie says of when the person showed that it is they; where nothing is set, to sign in is to show it.
    private (bool IsSet, DateTimeOffset? At) _proof;

    public override async Task SignInWithClaimsAsync(
        AppUser user, AuthenticationProperties? authenticationProperties, IEnumerable<Claim> additionalClaims)
    {
        var id = await PlaceAsync(user);

        // From now on, also when renewed: the old times would shorten each further renewal.
        var properties = authenticationProperties ?? new AuthenticationProperties();
        var hasWayIn = user.PasswordHash is not null || (await ways.OfAsync(user, Context.RequestAborted)).Any;
        (properties.IssuedUtc, properties.ExpiresUtc) = (null, hasWayIn || !properties.IsPersistent ? null : clock.GetUtcNow() + OnlyKey);
        devices.Remember(Context, user);
        var provenAt = _proof.IsSet ? _proof.At : clock.GetUtcNow();
        await base.SignInWithClaimsAsync(
            user, properties, [.. additionalClaims, SignInClaims.Of(id), .. provenAt is { } at ? [SignInClaims.Proven(at)] : Array.Empty<Claim>()]);
    }

    /// <summary>Signs in who gave less than would be asked elsewhere: that is no proof by which to change ways in.</summary>
    public Task SignInWithoutProofAsync(AppUser user, bool isPersistent, string? authenticationMethod = null)
    {
        _proof = (true, null);
        return SignInAsync(user, isPersistent, authenticationMethod);
    }

    /// <summary>Notes in the cookie of whoever is signed in that they have just shown that it is they (<see cref="FreshProof"/>).</summary>
    public Task ConfirmAsync(AppUser user) => RenewAsync(user, clock.GetUtcNow());

    /// <summary>Renews the cookie of whoever is signed in; people who were signed out meanwhile must not come back by it.</summary>
    public override Task RefreshSignInAsync(AppUser user) => RenewAsync(user, Context.User.ProvenAt());

    public override async Task SignOutAsync()
    {
        await LeaveAsync();
        if (BrowserKey.Of(Context) is { } browser)
        {
            answers.Forget(browser);
        }

        await base.SignOutAsync();
    }

    public override async Task<AppUser?> ValidateSecurityStampAsync(ClaimsPrincipal? principal)
    {
        var asOf = knownSignIns.Now;
        var user = await base.ValidateSecurityStampAsync(principal);
        if (user is null || !await signIns.IsOpenAsync(principal!.SignInId(), user.Id, user.SecurityStamp, Context.RequestAborted))
        {
            return null;
        }

        knownSignIns.Remember(principal!, asOf);
        return user;
    }

    private async Task RenewAsync(AppUser user, DateTimeOffset? provenAt)
    {
        _proof = (true, provenAt);
        if (Context.User.SignInId() is { } id && UserManager.GetUserId(Context.User) == user.Id && await signIns.RenewAsync(user, id, Context.RequestAborted))
        {
            await base.RefreshSignInAsync(user);
        }
        else
        {
            await SignOutAsync();
        }
    }

    // Who is signed in already on this device, as the same person, keeps the place; somebody else gives it up.
    private async Task<Guid> PlaceAsync(AppUser user)
    {
        var isSame = UserManager.GetUserId(Context.User) == user.Id;
        if (isSame && Context.User.SignInId() is { } id && await signIns.RenewAsync(user, id, Context.RequestAborted))
        {
            return id;
        }

        if (!isSame)
        {
            await LeaveAsync();
        }

        return await signIns.BeginAsync(user, SignInDevice.OfBrowser(Context.Request.Headers.UserAgent), Context.RequestAborted);
    }

    private async Task LeaveAsync()
    {
        if (Context.User.SignInId() is { } id && UserManager.GetUserId(Context.User) is { } userId)
        {
            await signIns.SignOutAsync(new Viewer(userId, false), id, Context.RequestAborted);
        }
    }
}

/// <summary>The claim that names the device's or program's place in the list of sign-ins.</summary>
internal static class SignInClaims
{
    private const string Type = "mqttchat:signin";
    private const string ProvenType = "mqttchat:proven";

    // What a sign-in adds to what the account says; kept when the cookie is renewed from the account.
    private static readonly string[] Kept = [Type, ProvenType, ClaimTypes.AuthenticationMethod, "amr"];

    public static Claim Of(Guid id) => new(Type, id.ToString("N"));

    /// <summary>The place; null for a cookie or token from before there were any.</summary>
    public static Guid? SignInId(this ClaimsPrincipal person) =>
        Guid.TryParseExact(person.FindFirstValue(Type), "N", out var id) ? id : null;

    /// <summary>That the person showed then that it is they.</summary>
    public static Claim Proven(DateTimeOffset at) => new(ProvenType, at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));

    /// <summary>When they last did, by this cookie; null: never.</summary>
    public static DateTimeOffset? ProvenAt(this ClaimsPrincipal person) =>
        long.TryParse(person.FindFirstValue(ProvenType), CultureInfo.InvariantCulture, out var seconds) ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    public static Task KeepAsync(SecurityStampRefreshingPrincipalContext context)
    {
        var renewed = context.NewPrincipal?.Identities.FirstOrDefault();
        foreach (var claim in context.CurrentPrincipal?.Claims.Where(claim => Kept.Contains(claim.Type)) ?? [])
        {
            renewed?.AddClaim(claim.Clone());
        }

        return Task.CompletedTask;
    }
}

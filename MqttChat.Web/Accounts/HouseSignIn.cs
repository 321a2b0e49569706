using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Persistence;

namespace MqttChat.Web.Accounts;

/// <summary>
/// Every way to sign in ends in <see cref="SignInWithClaimsAsync"/>: there the device gets its place in the person's list, and the
/// cookie the place's id. A cookie whose place is gone is worth nothing, just as one with an old security stamp.
/// </summary>
internal sealed class HouseSignIn(
    UserManager<AppUser> users, IHttpContextAccessor http, IUserClaimsPrincipalFactory<AppUser> claims, IOptions<IdentityOptions> options,
    ILogger<SignInManager<AppUser>> logger, IAuthenticationSchemeProvider schemes, IUserConfirmation<AppUser> confirmation,
    SignIns signIns, KnownSignIns knownSignIns, HouseDbContext house, TimeProvider clock)
    : SignInManager<AppUser>(users, http, claims, options, logger, schemes, confirmation)
{
    // For whom the cookie is the only key: as long as browsers keep one (RFC 6265bis), from the last visit on.
    private static readonly TimeSpan OnlyKey = TimeSpan.FromDays(400);

    public override async Task SignInWithClaimsAsync(
        AppUser user, AuthenticationProperties? authenticationProperties, IEnumerable<Claim> additionalClaims)
    {
        var id = await PlaceAsync(user);

        // From now on, also when renewed: the old times would shorten each further renewal.
        var properties = authenticationProperties ?? new AuthenticationProperties();
        var hasWayIn = user.PasswordHash is not null || (await WaysIn.OfAsync(house, user, Context.RequestAborted)).Any;
        (properties.IssuedUtc, properties.ExpiresUtc) = (null, hasWayIn || !properties.IsPersistent ? null : clock.GetUtcNow() + OnlyKey);
        await base.SignInWithClaimsAsync(user, properties, [.. additionalClaims, SignInClaims.Of(id)]);
    }

    /// <summary>Renews the cookie of who is signed in; who was signed out meanwhile must not come back by it.</summary>
    public override async Task RefreshSignInAsync(AppUser user)
    {
        if (Context.User.SignInId() is { } id && UserManager.GetUserId(Context.User) == user.Id && await signIns.RenewAsync(user, id, Context.RequestAborted))
        {
            await base.RefreshSignInAsync(user);
        }
        else
        {
            await SignOutAsync();
        }
    }

    public override async Task SignOutAsync()
    {
        await LeaveAsync();
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

    // What a sign-in adds to what the account says; kept when the cookie is renewed from the account.
    private static readonly string[] Kept = [Type, ClaimTypes.AuthenticationMethod, "amr"];

    public static Claim Of(Guid id) => new(Type, id.ToString("N"));

    /// <summary>The place; null for a cookie or token from before there were any.</summary>
    public static Guid? SignInId(this ClaimsPrincipal person) =>
        Guid.TryParseExact(person.FindFirstValue(Type), "N", out var id) ? id : null;

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

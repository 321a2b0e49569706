using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using MqttChat.Domain.Accounts;

namespace MqttChat.Web.Accounts;

/// <summary>
/// Between password and code: who has given the password is kept in Identity's own short-lived cookie, which opens nothing else.
/// </summary>
internal sealed class SecondStep(SignInManager<AppUser> signIn)
{
    public const string Path = "/account/second-step";

    /// <summary>How long a device may go without a code after one.</summary>
    public static readonly TimeSpan DeviceRemembered = TimeSpan.FromDays(30);

    private const string StampClaim = "stamp";
    private const string StayClaim = "stay";
    private const string Yes = "yes";

    /// <summary>Whether the password alone is enough here: there is no second factor, or this device is remembered.</summary>
    public async Task<bool> IsSkippedAsync(AppUser user)
    {
        if (!user.TwoFactorEnabled)
        {
            return true;
        }

        // The stamp is looked at each time: a device is forgotten the moment the person changes the password or signs out everywhere.
        var device = await signIn.Context.AuthenticateAsync(IdentityConstants.TwoFactorRememberMeScheme);
        return await signIn.ValidateTwoFactorSecurityStampAsync(device.Principal) is { } known && known.Id == user.Id;
    }

    /// <summary>Notes that the person gave the right password.</summary>
    /// <param name="user">Who.</param>
    /// <param name="stay">Whether they want to stay signed in.</param>
    public Task BeginAsync(AppUser user, bool stay)
    {
        var identity = new ClaimsIdentity(IdentityConstants.TwoFactorUserIdScheme);
        identity.AddClaim(new Claim(ClaimTypes.Name, user.Id));
        identity.AddClaim(new Claim(StampClaim, user.SecurityStamp ?? ""));
        identity.AddClaim(new Claim(StayClaim, stay ? Yes : ""));
        return signIn.Context.SignInAsync(IdentityConstants.TwoFactorUserIdScheme, new ClaimsPrincipal(identity));
    }

    /// <summary>Who gave the right password a few minutes ago; null when nobody, or when the account has changed since.</summary>
    public async Task<(AppUser User, bool Stay)?> ReadAsync()
    {
        var half = await signIn.Context.AuthenticateAsync(IdentityConstants.TwoFactorUserIdScheme);
        return half.Principal?.FindFirstValue(ClaimTypes.Name) is { } id && await signIn.UserManager.FindByIdAsync(id) is { TwoFactorEnabled: true } user
            && half.Principal.FindFirstValue(StampClaim) == user.SecurityStamp
                ? (user, half.Principal.FindFirstValue(StayClaim) == Yes) : null;
    }

    /// <summary>Signs in who gave the right code too.</summary>
    public async Task FinishAsync(AppUser user, bool stay, bool rememberDevice)
    {
        await signIn.Context.SignOutAsync(IdentityConstants.TwoFactorUserIdScheme);
        if (rememberDevice)
        {
            await signIn.RememberTwoFactorClientAsync(user);
        }

        await signIn.SignInAsync(user, stay);
    }
}

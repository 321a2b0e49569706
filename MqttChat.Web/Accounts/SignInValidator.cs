using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using MqttChat.Domain.Accounts;

namespace MqttChat.Web.Accounts;

/// <summary>
/// Looks whether a cookie still stands: once a minute, and at once when somebody's account has changed since the last look, for it may
/// be this one, signed out on another device.
/// </summary>
internal sealed class SignInValidator(
    IOptions<SecurityStampValidatorOptions> options, SignInManager<AppUser> signIn, ILoggerFactory loggers, KnownSignIns known, SignIns signIns)
    : SecurityStampValidator<AppUser>(options, signIn, loggers)
{
    public override async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        if (!IsDue(context) || context.Principal is not { } person)
        {
            return;
        }

        if (await VerifySecurityStamp(person) is { } user)
        {
            var isAhead = context.Properties.IssuedUtc > Now(context);
            await SecurityStampVerified(user, context);

            // By a clock that was set back far a new cookie is over before it begins, and the browser would drop it: the old one goes on.
            context.ShouldRenew &= !isAhead;
            return;
        }

        context.RejectPrincipal();

        // A cookie that another page of this browser has just replaced is refused, and no more: to delete it would take the new one.
        if (!await signIns.GoesOnAsync(person.SignInId(), person.FindFirstValue(ClaimTypes.NameIdentifier), context.HttpContext.RequestAborted))
        {
            await SignInManager.SignOutAsync();
            await SignInManager.Context.SignOutAsync(IdentityConstants.TwoFactorRememberMeScheme);
        }
    }

    // Where the clock was set back the last look lies in the future, and none would be due for that long: what is known is forgotten
    // by itself.
    private bool IsDue(CookieValidatePrincipalContext context) =>
        context.Properties.IssuedUtc is not { } last || Now(context) - last > Options.ValidationInterval || !known.Has(context.Principal);

    private DateTimeOffset Now(CookieValidatePrincipalContext context) => (context.Options.TimeProvider ?? TimeProvider).GetUtcNow();
}

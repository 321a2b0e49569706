using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using MqttChat.Domain.Accounts;
using MqttChat.Web.Shell;

namespace MqttChat.Web.Accounts;

/// <summary>
/// Adds what every page needs of the person, so that none has to read the account for it. All sign-ins and tokens get their rights
/// here, so here staff who lack the second factor that the house asks of them are left without staff's.
/// </summary>
internal sealed class PersonClaims(
    UserManager<AppUser> users, RoleManager<IdentityRole> roles, IOptions<IdentityOptions> options, AccountWays ways, SecondFactorRule rule)
    : UserClaimsPrincipalFactory<AppUser, IdentityRole>(users, roles, options)
{
    /// <summary>Stands with staff who have to set up a second factor first, in place of their role.</summary>
    public const string LacksSecondFactor = "mqttchat:lacks-second-factor";

    private const string NoWayInClaim = "mqttchat:no-way-in";

    /// <summary>Whether the devices that are signed in are all that knows the person.</summary>
    public static bool HasNoWayIn(ClaimsPrincipal person) => person.HasClaim(claim => claim.Type == NoWayInClaim);

    /// <summary>Whose drafts the browser forgets at signing out; null for who is asked first whether they really go.</summary>
    public static string? Forgotten(ClaimsPrincipal person) => HasNoWayIn(person) ? null : person.FindFirstValue(ClaimTypes.NameIdentifier);

    /// <summary>The name that the others see.</summary>
    public static string NameOf(ClaimsPrincipal person) => person.FindFirstValue(Header.DisplayNameClaim) ?? "";

    protected override async Task<ClaimsIdentity> GenerateClaimsAsync(AppUser user)
    {
        var identity = await base.GenerateClaimsAsync(user);
        identity.AddClaim(new Claim(Header.DisplayNameClaim, user.DisplayName));
        if (user.Language is { Length: > 0 } language)
        {
            identity.AddClaim(new Claim(LanguageSetup.LanguageClaim, language));
        }

        if (user.PasswordHash is null && !(await ways.OfAsync(user, CancellationToken.None)).Any)
        {
            identity.AddClaim(new Claim(NoWayInClaim, "true"));
        }

        if (await rule.IsBrokenByAsync(user, CancellationToken.None))
        {
            foreach (var role in identity.FindAll(identity.RoleClaimType).ToList())
            {
                identity.RemoveClaim(role);
            }

            identity.AddClaim(new Claim(LacksSecondFactor, ""));
        }

        return identity;
    }
}

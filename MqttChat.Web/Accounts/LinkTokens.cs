using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using MqttChat.Web.Shell;

namespace MqttChat.Web.Accounts;

/// <summary>What a link on the profile carries that no other site can know: whose page it stands on, for a quarter of an hour.</summary>
internal sealed class LinkTokens(IDataProtectionProvider protection)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    private readonly ITimeLimitedDataProtector _protector = protection.CreateProtector("MqttChat.Accounts.LinkTokens").ToTimeLimitedDataProtector();

    public string For(ClaimsPrincipal person) => _protector.Protect(person.ToViewer().UserId, Lifetime);

    public bool IsFor(ClaimsPrincipal person, string? token)
    {
        try
        {
            return token is { Length: > 0 and < 2000 } && _protector.Unprotect(token) == person.ToViewer().UserId;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}

using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using MqttChat.Domain.Accounts;

namespace MqttChat.Web.Accounts;

/// <summary>
/// Marks a device on which somebody has signed in, by a sealed cookie that stays when they sign out (<see cref="KnownDevice"/>). It opens
/// nothing: with it the right password counts although strangers have guessed wrong ones.
/// </summary>
internal sealed class KnownDevices(IDataProtectionProvider protection, SiteLinks links)
{
    private const string Cookie = "mqttchat-device";
    private const int MaxAccounts = 8;

    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(400);

    private readonly IDataProtector _seal = protection.CreateProtector("MqttChat.KnownDevice");

    /// <summary>The device that asks; null where nobody has signed in on it.</summary>
    public KnownDevice? Of(HttpContext http)
    {
        try
        {
            return http.Request.Cookies[Cookie] is { Length: > 0 } cookie ? JsonSerializer.Deserialize<KnownDevice>(_seal.Unprotect(cookie)) : null;
        }
        catch (Exception error) when (error is CryptographicException or JsonException)
        {
            // Another house's, or nobody's.
            return null;
        }
    }

    /// <summary>Who asks, for the checks of a sign-in.</summary>
    public SignInFrom From(HttpContext http) => new(http.AddressKey(), Of(http));

    /// <summary>Notes that the person has signed in here; of very many the last ones count.</summary>
    public void Remember(HttpContext http, AppUser user)
    {
        var known = Of(http) ?? new(RandomNumberGenerator.GetHexString(32, lowercase: true), []);
        KnownAccount[] accounts = [new(user.Id, user.SecurityStamp!), .. known.Accounts.Where(other => other.UserId != user.Id).Take(MaxAccounts - 1)];
        http.Response.Cookies.Append(Cookie, _seal.Protect(JsonSerializer.Serialize(known with { Accounts = accounts })), new CookieOptions
        {
            HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = links.IsHttps || http.Request.IsHttps, IsEssential = true, MaxAge = Lifetime, Path = "/",
        });
    }
}

using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using MqttChat.Domain.Accounts;
using MqttChat.Web.Shell;

namespace MqttChat.Web.Accounts.Forms;

/// <summary>
/// Carries what is shown once after a form (a new link, recovery codes) to the page that the form leads to, in a sealed cookie of that
/// browser: so a reload shows it again for some minutes, and makes no second one.
/// </summary>
internal sealed class ShownOnce(IDataProtectionProvider protection)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private readonly ITimeLimitedDataProtector _seal = protection.CreateProtector("MqttChat.ShownOnce").ToTimeLimitedDataProtector();

    /// <summary>Keeps it for the page.</summary>
    public void Keep<T>(HttpContext http, string page, T shown) => http.Response.Cookies.Append(
        NameOf(page), _seal.Protect(JsonSerializer.Serialize(new Sealed<T>(http.User.ToViewer().UserId, page, shown)), Lifetime),
        new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = http.Request.IsHttps, IsEssential = true, MaxAge = Lifetime, Path = page });

    /// <summary>What the page has to show to who is signed in; null where there is nothing, or no longer.</summary>
    public T? Read<T>(HttpContext http, string page)
        where T : class
    {
        try
        {
            return http.Request.Cookies[NameOf(page)] is { } cookie
                && JsonSerializer.Deserialize<Sealed<T>>(_seal.Unprotect(cookie)) is { } kept
                && kept.UserId == http.User.ToViewer().UserId && kept.Page == page ? kept.Shown : null;
        }
        catch (CryptographicException)
        {
            // Over, or another house's.
            return null;
        }
    }

    private static string NameOf(string page) => $"mqttchat-shown{page.Replace('/', '-')}";

    private sealed record Sealed<T>(string UserId, string Page, T Shown);
}

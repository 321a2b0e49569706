using System.Security.Cryptography;

namespace MqttChat.Web.Accounts.Forms;

/// <summary>A random number in a cookie, by which the presses of one browser are told from those of another. It opens nothing.</summary>
internal static class BrowserKey
{
    private const string Cookie = "mqttchat-browser";
    private const int Length = 32;

    /// <summary>The number that came with the request; null where none did.</summary>
    public static string? Of(HttpContext http) =>
        http.Request.Cookies[Cookie] is { Length: Length } key && key.All(char.IsAsciiHexDigitLower) ? key : null;

    /// <summary>Gives the browser one, if it has none.</summary>
    public static void Ensure(HttpContext http)
    {
        if (Of(http) is not null || http.Response.HasStarted || !http.Items.TryAdd(typeof(BrowserKey), true))
        {
            return;
        }

        http.Response.Cookies.Append(Cookie, RandomNumberGenerator.GetHexString(Length, lowercase: true), new CookieOptions
        {
            HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = http.Request.IsHttps, IsEssential = true, Path = "/",
        });
    }
}

using System.Security.Claims;
using MqttChat.Web.Shell;

namespace MqttChat.Web.Accounts;

/// <summary>The challenges that a page's script fetches; what the browser answers comes with the page's own form.</summary>
internal static class PasskeyEndpoints
{
    public const string CreationPath = "/account/passkey/creation";
    public const string RequestPath = "/account/passkey/request";

    // Binding the form is what has the antiforgery token checked.
    public static void MapPasskeys(this WebApplication app)
    {
        app.MapPost(CreationPath, async (IFormCollection _, HttpContext http, ClaimsPrincipal person, PasskeyCeremony passkeys) =>
            Fresh(http, await passkeys.CreationOptionsAsync(person.ToViewer()))).RequireAuthorization();
        app.MapPost(RequestPath, async (IFormCollection _, HttpContext http, PasskeyCeremony passkeys) =>
            Fresh(http, await passkeys.RequestOptionsAsync()));
    }

    private static IResult Fresh(HttpContext http, string json)
    {
        http.Response.Headers.CacheControl = "no-store";
        return Results.Content(json, "application/json");
    }
}

using System.Security.Claims;
using MqttChat.Domain;
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
            await MayAsync(async () => Fresh(http, await passkeys.CreationOptionsAsync(person.ToViewer(), http.RequestAborted)))).RequireAuthorization();
        app.MapPost(RequestPath, async (IFormCollection _, HttpContext http, ClaimsPrincipal person, PasskeyCeremony passkeys) =>
            Fresh(http, await passkeys.RequestOptionsAsync(person)));
    }

    // The page's script leads to where that is put right.
    private static async Task<IResult> MayAsync(Func<Task<IResult>> act)
    {
        try
        {
            return await act();
        }
        catch (RefusedException refusal) when (refusal.Code == "account.proofNeeded")
        {
            return Results.Text(refusal.Code, statusCode: StatusCodes.Status403Forbidden);
        }
    }

    private static IResult Fresh(HttpContext http, string json)
    {
        http.Response.Headers.CacheControl = "no-store";
        return Results.Content(json, "application/json");
    }
}

using Microsoft.AspNetCore.Components.Endpoints;
using MqttChat.Domain.Accounts;

namespace MqttChat.Web.Accounts;

/// <summary>Leads every page of a house that has not been set up to the set-up.</summary>
internal sealed class SetupGate(RequestDelegate next)
{
    public const string Path = "/setup";

    // Only "done" is remembered: another instance may do it at any time, and nothing undoes it.
    private bool _done;

    public async Task InvokeAsync(HttpContext http, HouseSetup setup)
    {
        if (!_done && IsPage(http))
        {
            _done = await setup.IsDoneAsync(http.RequestAborted);
            if (!_done)
            {
                http.Response.Headers.CacheControl = "no-store";
                http.Response.Redirect(Path);
                return;
            }
        }

        await next(http);
    }

    /// <summary>Whether a page is asked for, other than those that a closed house shows too.</summary>
    internal static bool IsPage(HttpContext http)
    {
        var path = http.Request.Path;
        return !path.StartsWithSegments(Path) && !path.StartsWithSegments("/error") && !path.StartsWithSegments("/not-found")
            && (path == "/" || http.GetEndpoint()?.Metadata.GetMetadata<ComponentTypeMetadata>() is not null);
    }
}

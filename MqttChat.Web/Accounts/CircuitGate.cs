using System.Security.Claims;

namespace MqttChat.Web.Accounts;

/// <summary>
/// Stands before the Blazor hub. Browsers let any site open a WebSocket to us with our visitor's cookies (cross-site
/// WebSocket hijacking), so the Origin must be our own; and only who is signed in gets a circuit, which costs memory.
/// </summary>
internal sealed class CircuitGate(RequestDelegate next, SiteLinks links, CircuitSockets sockets)
{
    public Task InvokeAsync(HttpContext http)
    {
        if (!http.Request.Path.StartsWithSegments("/_blazor", out var rest))
        {
            return next(http);
        }

        if (!IsOwnOrigin(http.Request))
        {
            return RefuseAsync(http, StatusCodes.Status403Forbidden, "Another site's page.");
        }

        // What else lies under the path (ending a circuit, the list of initializers) opens nothing.
        var opens = !rest.HasValue || rest == "/" || rest.StartsWithSegments("/negotiate");
        if (opens && http.User.Identity?.IsAuthenticated != true)
        {
            return RefuseAsync(http, StatusCodes.Status401Unauthorized, "Not signed in.");
        }

        if (opens && http.User.HasClaim(claim => claim.Type == PersonClaims.LacksSecondFactor))
        {
            return RefuseAsync(http, StatusCodes.Status403Forbidden, "A second factor has to be set up first.");
        }

        return opens && http.User.FindFirstValue(ClaimTypes.NameIdentifier) is { } person ? HoldAsync(http, person) : next(http);
    }

    private async Task HoldAsync(HttpContext http, string person)
    {
        using var held = sockets.Take(person, http.User.SignInId(), http.Abort);
        await next(http);
    }

    // With a body, so that no error page is made for a program.
    private static Task RefuseAsync(HttpContext http, int status, string why)
    {
        http.Response.StatusCode = status;
        return http.Response.WriteAsync(why, http.RequestAborted);
    }

    // Programs send no Origin, browsers always do. A proxy may change scheme, but keeps or forwards the host.
    private bool IsOwnOrigin(HttpRequest request)
    {
        if (request.Headers.Origin is not [{ Length: > 0 } origin])
        {
            return request.Headers.Origin.Count == 0;
        }

        return Uri.TryCreate(origin, UriKind.Absolute, out var from) && from.Scheme is "http" or "https"
            && (Same(from.Authority, request.Host.Value) || Same(from.Authority, links.PublicUrl?.Authority));
    }

    private static bool Same(string left, string? right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}

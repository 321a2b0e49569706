namespace MqttChat.Web.Accounts;

/// <summary>
/// Stands before the Blazor hub. Browsers let any site open a WebSocket to us with our visitor's cookies (cross-site
/// WebSocket hijacking), so the Origin must be our own; and only who is signed in gets a circuit, which costs memory.
/// </summary>
internal sealed class CircuitGate(RequestDelegate next, SiteLinks links)
{
    public Task InvokeAsync(HttpContext http)
    {
        if (!http.Request.Path.StartsWithSegments("/_blazor", out var rest))
        {
            return next(http);
        }

        if (!IsOwnOrigin(http.Request))
        {
            http.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        }

        // What else lies under the path (ending a circuit, the list of initializers) opens nothing.
        var opens = !rest.HasValue || rest == "/" || rest.StartsWithSegments("/negotiate");
        if (opens && http.User.Identity?.IsAuthenticated != true)
        {
            http.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        }

        return next(http);
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

namespace MqttChat.Web.Accounts.Forms;

/// <summary>
/// Makes a page of a form that is refused without one: its page was open too long, its person signed in or out elsewhere, it is too large.
/// The page it came from is drawn anew with what was typed; where there is none, or it is closed by now, the page that says so.
/// </summary>
internal sealed class RefusedForms
{
    private const string OtherPage = "/not-found";

    /// <summary>Answers a form.</summary>
    /// <param name="http">The request.</param>
    /// <param name="form">What it carries, read before: a form that is refused cannot be read any more.</param>
    /// <param name="run">What answers it.</param>
    /// <param name="show">What shows pages.</param>
    /// <returns>The body; the status and headers are set.</returns>
    public async Task<byte[]> RunAsync(HttpContext http, IFormCollection? form, RequestDelegate run, RequestDelegate show)
    {
        var body = await BufferedBody.OfAsync(http, run);
        var status = http.Response.StatusCode;
        if (status < StatusCodes.Status400BadRequest || !IsNavigation(http.Request) || (body.Length > 0 && IsPage(http.Response)))
        {
            return body;
        }

        if (status == StatusCodes.Status500InternalServerError && http.GetEndpoint().IsPage())
        {
            // The framework's answer where the page has no such form any more. (What fails is thrown, and does not come here.)
            http.Response.StatusCode = status = StatusCodes.Status400BadRequest;
        }

        if (http.GetEndpoint()?.Metadata.GetMetadata<WhenStale>()?.Onward(http, form) is { } onward)
        {
            http.Response.Headers.ContentType = default;
            http.Response.Redirect(onward);
            return [];
        }

        http.Features.Set(new FormRefusal(status, form));
        return await ShowAsync(http, status, show);
    }

    private static bool IsPage(HttpResponse response) => response.ContentType?.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) == true;

    // Scripts read the status, and have no use for a page.
    private static bool IsNavigation(HttpRequest request) =>
        (request.Headers["Sec-Fetch-Mode"] is not [{ } mode] || mode == "navigate")
        && (request.Headers.Accept.Count == 0 || request.Headers.Accept.Any(type => type?.Contains("text/html", StringComparison.OrdinalIgnoreCase) == true));

    // As a look at the page: as a form it would be refused again. With services of its own, because the page's were used.
    private static async Task<byte[]> ShowAsync(HttpContext http, int status, RequestDelegate show)
    {
        var (path, method, services) = (http.Request.Path, http.Request.Method, http.RequestServices);
        await using var scope = services.GetRequiredService<IServiceScopeFactory>().CreateAsyncScope();
        var drawsAnew = http.GetEndpoint().IsPage() && status is not (StatusCodes.Status403Forbidden or >= StatusCodes.Status500InternalServerError);
        try
        {
            http.Request.Method = HttpMethods.Get;
            http.Request.Path = drawsAnew || path == OtherPage ? path : OtherPage;
            http.Response.Headers.ContentType = default;
            foreach (var header in http.Response.Headers.Keys.Where(name => name.StartsWith("blazor-", StringComparison.OrdinalIgnoreCase)).ToList())
            {
                // Added, not set: the page would add it a second time, and fail.
                http.Response.Headers.Remove(header);
            }

            http.RequestServices = scope.ServiceProvider;
            http.SetEndpoint(null);
            http.Request.RouteValues.Clear();
            // A page that begins as not found would be left empty by the framework, for somebody else to fill.
            http.Response.StatusCode = status == StatusCodes.Status404NotFound ? StatusCodes.Status200OK : status;
            var body = await BufferedBody.OfAsync(http, show);
            http.Response.StatusCode = http.Response.StatusCode == StatusCodes.Status200OK ? status : http.Response.StatusCode;
            return body;
        }
        finally
        {
            (http.Request.Method, http.Request.Path, http.RequestServices) = (method, path, services);
        }
    }
}

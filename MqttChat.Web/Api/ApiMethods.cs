using Microsoft.AspNetCore.Routing.Template;

namespace MqttChat.Web.Api;

/// <summary>
/// Which methods a path has. Routing answers 405 by itself, except while static assets are served from the sources: their
/// catch-all for GET then makes it 404.
/// </summary>
internal sealed class ApiMethods(EndpointDataSource endpoints)
{
    private readonly Lazy<List<(TemplateMatcher Matcher, IReadOnlyList<string> Methods)>> _calls = new(() =>
        [.. endpoints.Endpoints.OfType<RouteEndpoint>()
            .Where(call => call.RoutePattern.RawText?.StartsWith("/api/v1/", StringComparison.Ordinal) == true)
            .Select(call => (
                new TemplateMatcher(new RouteTemplate(call.RoutePattern), []),
                call.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []))]);

    /// <summary>The methods, as the header Allow lists them; empty for a path that there is not.</summary>
    public string Of(PathString path) => string.Join(", ", _calls.Value
        .Where(call => call.Matcher.TryMatch(path, [])).SelectMany(call => call.Methods).Distinct(StringComparer.Ordinal));
}

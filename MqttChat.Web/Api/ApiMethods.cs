using System.Globalization;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.AspNetCore.Routing.Template;

namespace MqttChat.Web.Api;

/// <summary>
/// Which methods a path has. Routing answers 405 by itself, except while static assets are served from the sources: their
/// catch-all for GET then makes it 404, and makes a path that there is not one with another method.
/// </summary>
internal sealed class ApiMethods(EndpointDataSource endpoints)
{
    private readonly Lazy<List<(TemplateMatcher Matcher, IReadOnlyList<(string Name, bool IsLong)> Numbers, IReadOnlyList<string> Methods)>> _calls = new(() =>
        [.. endpoints.Endpoints.OfType<RouteEndpoint>()
            .Where(call => !call.RoutePattern.Parameters.Any(parameter => parameter.IsCatchAll))
            .Select(call => (
                new TemplateMatcher(new RouteTemplate(call.RoutePattern), []),
                Numbers(call.RoutePattern),
                call.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []))]);

    /// <summary>The methods, as the header Allow lists them; empty for a path that there is not.</summary>
    public string Of(PathString path) => string.Join(", ", _calls.Value
        .Where(call => IsThere(call.Matcher, call.Numbers, path)).SelectMany(call => call.Methods).Distinct(StringComparer.Ordinal));

    private static bool IsThere(TemplateMatcher matcher, IReadOnlyList<(string Name, bool IsLong)> numbers, PathString path)
    {
        var values = new RouteValueDictionary();
        return matcher.TryMatch(path, values) && numbers.All(number => IsNumber(values[number.Name]?.ToString(), number.IsLong));
    }

    // As routing's own constraints read them.
    private static bool IsNumber(string? text, bool isLong) => isLong
        ? long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out _)
        : int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out _);

    // The matcher knows no constraints; "plugs/abc/power" is no path with another method.
    private static IReadOnlyList<(string Name, bool IsLong)> Numbers(RoutePattern pattern) =>
        [.. pattern.Parameters.Where(parameter => parameter.ParameterPolicies.Any(policy => policy.Content is "int" or "long"))
            .Select(parameter => (parameter.Name, parameter.ParameterPolicies.Any(policy => policy.Content == "long")))];
}

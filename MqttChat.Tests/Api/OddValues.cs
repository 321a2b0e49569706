using System.Collections;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace MqttChat.Tests.Api;

/// <summary>One request of the sweep: what it is about, and what is sent.</summary>
internal sealed record OddRequest(string Method, string Path, string? Body);

/// <summary>
/// Requests with odd values in every place of an endpoint where a value can stand, read from the endpoint itself: its path, its query
/// (the handler's or the page's own parameters) and each member of its body.
/// </summary>
internal static class OddValues
{
    // As they stand in an address, encoded; "1" is a room, a plug and a message that there are.
    private static readonly string[] InAddresses =
    [
        "", "abc", "-1", "0", "1", "1.5", "2147483647", "2147483648", "9223372036854775808", "99999999999999999999", "NaN",
        "0001-01-01", "0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59-12:00", "2026-02-30", "2026-03-02T12:00:00 09:00",
        "[1]", "true", "%00", "a%00b", "%ED%A0%80", "%FF", "%EF%BF%BE", "%E2%80%AE", "%2e%2e", "%2F", "%25", "'%20OR%201=1--", new('x', 600),
    ];

    // A page costs more to draw, and reads texts.
    private static readonly string[] InPages = ["", "abc", "-1", "99999999999999999999", "0001-01-01T00:00:00%2B14:00", "true", "%00", "%ED%A0%80", "%EF%BF%BE", new('x', 600)];

    // As they stand in JSON.
    private static readonly string[] InBodies =
    [
        "null", "\"\"", "\" \"", "\"abc\"", "-1", "0", "1.5", "1e400", "2147483648", "99999999999999999999", "true", "[1]", "{\"a\":{}}",
        "\"0001-01-01T00:00:00Z\"", "\"0001-01-01T00:00:00+14:00\"", "\"9999-12-31T23:59:59.9999999-12:00\"", "\"2026-03-02\"",
        "\"a\\u0000b\"", "\"\\ud800\"", "\"\\udc00x\"", "\"\\ufffe\"", "\"\\u202e\"", $"\"{new string('x', 5_000)}\"",
    ];

    private static readonly string[] WholeBodies =
    [
        "", "null", "[]", "\"x\"", "1", "{", "{}", "\0", "\ufeff{}", "{\"\\ud800\":1}", string.Concat(Enumerable.Repeat("[", 200)),
    ];

    public static IEnumerable<OddRequest> Of(RouteEndpoint endpoint)
    {
        var methods = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"];
        foreach (var method in methods.Where(method => method is not ("HEAD" or "OPTIONS")))
        {
            var plain = PathOf(endpoint.RoutePattern, null, "");
            var body = BodyOf(endpoint) is { } type ? Json(type, null, "") : null;
            yield return new(method, plain, body);
            foreach (var value in endpoint.Metadata.GetMetadata<ComponentTypeMetadata>() is null ? InAddresses : InPages)
            {
                foreach (var parameter in endpoint.RoutePattern.Parameters)
                {
                    yield return new(method, PathOf(endpoint.RoutePattern, parameter.Name, value), body);
                }

                foreach (var name in QueryOf(endpoint))
                {
                    yield return new(method, $"{plain}?{name}={value}", body);
                }
            }

            foreach (var name in QueryOf(endpoint))
            {
                yield return new(method, $"{plain}?{name}=1&{name}=2", body);
            }

            foreach (var odd in BodyOf(endpoint) is { } of ? WholeBodies.Concat(MembersOf(of).SelectMany(name => InBodies.Select(value => Json(of, name, value)))) : [])
            {
                yield return new(method, plain, odd);
            }
        }
    }

    private static string PathOf(RoutePattern pattern, string? odd, string value)
    {
        var path = new StringBuilder();
        foreach (var segment in pattern.PathSegments)
        {
            path.Append('/');
            foreach (var part in segment.Parts)
            {
                path.Append(part switch
                {
                    RoutePatternParameterPart parameter => parameter.Name == odd ? value : "1",
                    RoutePatternLiteralPart literal => literal.Content,
                    RoutePatternSeparatorPart separator => separator.Content,
                    _ => "",
                });
            }
        }

        return path.Length == 0 ? "/" : path.ToString();
    }

    private static IEnumerable<string> QueryOf(RouteEndpoint endpoint)
    {
        var inPath = endpoint.RoutePattern.Parameters.Select(parameter => parameter.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return endpoint.Metadata.GetMetadata<ComponentTypeMetadata>() is { } page
            ? page.Type.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
                .Where(property => property.GetCustomAttribute<SupplyParameterFromQueryAttribute>() is not null)
                .Select(property => property.GetCustomAttribute<SupplyParameterFromQueryAttribute>()!.Name ?? property.Name)
            : Handler(endpoint).Where(parameter => IsSimple(parameter.ParameterType) && !inPath.Contains(parameter.Name!)).Select(parameter => parameter.Name!);
    }

    private static Type? BodyOf(RouteEndpoint endpoint) => Handler(endpoint).Select(parameter => parameter.ParameterType).FirstOrDefault(
        type => type.IsClass && type.GetMethod("<Clone>$") is not null && !typeof(IEnumerable).IsAssignableFrom(type));

    private static ParameterInfo[] Handler(RouteEndpoint endpoint) => endpoint.Metadata.GetMetadata<MethodInfo>()?.GetParameters() ?? [];

    private static bool IsSimple(Type type) =>
        (Nullable.GetUnderlyingType(type) ?? type) is { } one && (one.IsPrimitive || one.IsEnum || one == typeof(string) || one == typeof(DateTimeOffset));

    private static IEnumerable<string> MembersOf(Type body) => body.GetProperties().Where(property => property.CanWrite).Select(property => property.Name);

    // The other members have what would do, so that the odd one is looked at.
    private static string Json(Type body, string? odd, string value) =>
        $"{{{string.Join(',', body.GetProperties().Where(property => property.CanWrite).Select(property => $"\"{JsonNamingPolicy.CamelCase.ConvertName(property.Name)}\":{(property.Name == odd ? value : Usual(property))}"))}}}";

    private static string Usual(PropertyInfo property) => (Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType) switch
    {
        { } type when type == typeof(string) => property.Name switch
        {
            "Email" => "\"nobody@example.org\"",
            "Role" => "\"resident\"",
            _ => "\"words\"",
        },
        { } type when type == typeof(bool) => "true",
        { IsPrimitive: true } => "1",
        _ => "null",
    };
}

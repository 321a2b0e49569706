using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using MqttChat.Domain;

namespace MqttChat.Web.Api;

/// <summary>Problem documents (RFC 9457). Programs rely on <c>code</c>; the words are for those who read logs.</summary>
internal static class Problems
{
    private const string ContentType = "application/problem+json";

    /// <summary>A refused use case.</summary>
    public static Task WriteAsync(HttpContext http, RefusedException refusal)
    {
        if (refusal.RetryAfter is { } wait)
        {
            http.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        return WriteAsync(http, StatusOf(refusal.Kind), refusal.Code, refusal.Field);
    }

    /// <summary>Anything else that went wrong.</summary>
    public static async Task WriteAsync(HttpContext http, int status, string code, string? field = null)
    {
        if (status == StatusCodes.Status429TooManyRequests && http.Response.Headers.RetryAfter.Count == 0)
        {
            http.Response.Headers.RetryAfter = "60";
        }

        var problem = new ProblemDetails { Status = status, Title = TitleOf(status), Detail = code, Instance = http.Request.Path };
        problem.Extensions["code"] = code;
        if (status == StatusCodes.Status400BadRequest || field is not null)
        {
            problem.Extensions["errors"] = field is null
                ? new Dictionary<string, string[]>() : new Dictionary<string, string[]> { [field] = [code] };
        }

        http.Response.StatusCode = status;
        http.Response.Headers.CacheControl = "no-store";
        await http.Response.WriteAsJsonAsync(problem, JsonSerializerOptions.Web, ContentType, http.RequestAborted);
    }

    /// <summary>The code of an answer that nobody gave a more exact one.</summary>
    public static string CodeOf(int status) => status switch
    {
        StatusCodes.Status400BadRequest => "request.malformed",
        StatusCodes.Status401Unauthorized => "request.notSignedIn",
        StatusCodes.Status403Forbidden => "request.wrongRole",
        StatusCodes.Status404NotFound => "request.notFound",
        StatusCodes.Status405MethodNotAllowed => "request.methodNotAllowed",
        StatusCodes.Status409Conflict => "request.conflict",
        StatusCodes.Status413PayloadTooLarge => "request.tooLarge",
        StatusCodes.Status415UnsupportedMediaType => "request.notJson",
        StatusCodes.Status429TooManyRequests => "request.tooMany",
        StatusCodes.Status503ServiceUnavailable => "server.unavailable",
        >= 500 => "server.failed",
        _ => "request.refused",
    };

    private static int StatusOf(RefusalKind kind) => kind switch
    {
        RefusalKind.Invalid => StatusCodes.Status400BadRequest,
        RefusalKind.Forbidden => StatusCodes.Status403Forbidden,
        RefusalKind.NotFound => StatusCodes.Status404NotFound,
        RefusalKind.Conflict => StatusCodes.Status409Conflict,
        RefusalKind.TooLarge => StatusCodes.Status413PayloadTooLarge,
        RefusalKind.TooMany => StatusCodes.Status429TooManyRequests,
        RefusalKind.Unavailable => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };

    private static string TitleOf(int status) => Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status);
}

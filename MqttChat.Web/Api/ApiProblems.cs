using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using MqttChat.Domain;

namespace MqttChat.Web.Api;

/// <summary>
/// Makes a problem document of everything under <c>/api</c> that is no success: refused use cases, malformed bodies, wrong
/// methods, missing tokens, a database that is away.
/// </summary>
internal sealed class ApiProblems(RequestDelegate next, ApiMethods methods, ILogger<ApiProblems> logger)
{
    private const long MaxBody = 256 * 1024;

    public async Task InvokeAsync(HttpContext http)
    {
        if (!http.Request.Path.StartsWithSegments("/api"))
        {
            await PassPageAsync(http);
            return;
        }

        if (http.Request.ContentLength > MaxBody)
        {
            await Problems.WriteAsync(http, StatusCodes.Status413PayloadTooLarge, "request.tooLarge");
            return;
        }

        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = MaxBody;
        }

        try
        {
            await next(http);
        }
        catch (Exception error) when (!http.Response.HasStarted && !http.RequestAborted.IsCancellationRequested)
        {
            await AnswerAsync(http, error);
            return;
        }

        var answer = http.Response;
        if (answer.StatusCode == StatusCodes.Status404NotFound && http.GetEndpoint() is null && methods.Of(http.Request.Path) is { Length: > 0 } allowed)
        {
            answer.StatusCode = StatusCodes.Status405MethodNotAllowed;
            answer.Headers.Allow = allowed;
        }

        CorrectMethod(http);
        if (answer.StatusCode >= 400 && !answer.HasStarted && answer.ContentLength is null && answer.ContentType is null)
        {
            await Problems.WriteAsync(http, answer.StatusCode, Problems.CodeOf(answer.StatusCode));
        }
    }

    // Forms outside the API: what cannot be read is answered by its status, of which a page is made (RefusedForms).
    private async Task PassPageAsync(HttpContext http)
    {
        try
        {
            await next(http);
            CorrectMethod(http);
        }
        catch (BadHttpRequestException bad) when (!http.Response.HasStarted)
        {
            http.Response.StatusCode = bad.StatusCode;
        }
    }

    // "Another method" of a path that there is not.
    private void CorrectMethod(HttpContext http)
    {
        var answer = http.Response;
        if (answer.StatusCode == StatusCodes.Status405MethodNotAllowed && !answer.HasStarted && methods.Of(http.Request.Path).Length == 0)
        {
            answer.StatusCode = StatusCodes.Status404NotFound;
            answer.Headers.Remove("Allow");
        }
    }

    private Task AnswerAsync(HttpContext http, Exception error)
    {
        switch (error)
        {
            case RefusedException refusal:
                return Problems.WriteAsync(http, refusal);
            case BadHttpRequestException bad:
                return Problems.WriteAsync(http, bad.StatusCode, Problems.CodeOf(bad.StatusCode), FieldOf(bad));
            case var _ when StoreFaults.CauseOf(error) is not null:
                logger.LogError(error, "The database did not answer {Method} {Path}", http.Request.Method, http.Request.Path);
                return Problems.WriteAsync(http, StatusCodes.Status503ServiceUnavailable, "server.databaseAway");
            default:
                logger.LogError(error, "{Method} {Path} failed", http.Request.Method, http.Request.Path);
                return Problems.WriteAsync(http, StatusCodes.Status500InternalServerError, "server.failed");
        }
    }

    // "$.uses" of a value of the wrong type; "$" of a body that is no JSON at all names no field.
    private static string? FieldOf(BadHttpRequestException bad) =>
        bad.InnerException is JsonException { Path: ['$', '.', .. var field] } ? field : null;
}

using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Features;

namespace MqttChat.Web.Accounts.Forms;

/// <summary>
/// What every form passes. A second press gets the first one's answer, cookies included, and runs nothing: before the antiforgery check,
/// because the first one may have signed in whom the second still takes for a stranger. What cannot be taken any more gets a page of ours.
/// A press is carried out to its end, also when the browser has hung up: what was begun is not left half done.
/// </summary>
internal sealed class FormGate(RequestDelegate next, FormAnswers answers, RefusedForms refused, IHostApplicationLifetime life, TimeProvider clock)
{
    private const long MaxForm = 256 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    public async Task InvokeAsync(HttpContext http)
    {
        if (HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method))
        {
            await (await LinkAnswerAsync(http) is { } before ? before.WriteAsync(http) : next(http));
        }
        else if (IsForPrograms(http) || http.Features.Get<IExceptionHandlerFeature>() is not null)
        {
            await next(http);
        }
        else
        {
            await PostAsync(http);
        }
    }

    private static bool IsForPrograms(HttpContext http) => http.Request.Path.StartsWithSegments("/api") || http.Request.Path.StartsWithSegments("/_blazor");

    private static bool IsSignedIn(HttpContext http) => http.Request.Cookies.ContainsKey(AccountsSetup.CookieName);

    // Opened again after the answer was lost: the link is used up, and its owner would stand before a closed door.
    private async Task<FormAnswer?> LinkAnswerAsync(HttpContext http)
    {
        if (IsSignedIn(http) || BrowserKey.Of(http) is not { } browser || answers.OfLink(Press.LinkKeyOf(browser, http.Request.Path)) is not { } flight)
        {
            return null;
        }

        var answer = await WaitAsync(flight, http);
        return answer?.IsDone == true && answer.Gives(AccountsSetup.CookieName) ? answer : null;
    }

    private async Task PostAsync(HttpContext http)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = MaxForm;
        }

        var (form, unreadable) = await ReadAsync(http);
        var press = Press.Of(http, form);
        while (press is not null)
        {
            var (flight, isFirst) = answers.Join(press, http.AddressKey(), byLink: !IsSignedIn(http));
            if (isFirst)
            {
                await AnswerAsync(http, form, flight, next);
                return;
            }

            if (flight is null || !await IsAnsweredAsync(flight, http))
            {
                unreadable = StatusCodes.Status503ServiceUnavailable;
                break;
            }

            // A wrong field is told to who typed it: with other values it is tried anew.
            if (await flight.Answer is { } answer && (answer.IsDone || flight.Press.Values == press.Values))
            {
                await answer.WriteAsync(http);
                return;
            }
        }

        await AnswerAsync(http, form, null, unreadable is null ? next : Refuse(unreadable.Value));
    }

    private static RequestDelegate Refuse(int status) => http =>
    {
        http.Response.StatusCode = status;
        return Task.CompletedTask;
    };

    private static async Task<(IFormCollection? Form, int? Unreadable)> ReadAsync(HttpContext http)
    {
        if (http.Request.ContentLength > MaxForm)
        {
            return (null, StatusCodes.Status413PayloadTooLarge);
        }

        try
        {
            return (http.Request.HasFormContentType ? await http.Request.ReadFormAsync(http.RequestAborted) : null, null);
        }
        catch (BadHttpRequestException bad)
        {
            return (null, bad.StatusCode);
        }
        catch (Exception error) when (error is InvalidDataException or IOException && !http.RequestAborted.IsCancellationRequested)
        {
            return (null, StatusCodes.Status400BadRequest);
        }
    }

    private async Task<bool> IsAnsweredAsync(FormAnswers.Flight flight, HttpContext http)
    {
        try
        {
            await flight.Answer.WaitAsync(Patience, clock, http.RequestAborted);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private async Task<FormAnswer?> WaitAsync(FormAnswers.Flight flight, HttpContext http) =>
        await IsAnsweredAsync(flight, http) ? await flight.Answer : null;

    private async Task AnswerAsync(HttpContext http, IFormCollection? form, FormAnswers.Flight? flight, RequestDelegate run)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(life.ApplicationStopping);
        end.CancelAfter(Longest);
        var line = http.RequestAborted;
        http.RequestAborted = end.Token;
        FormAnswer? answer = null;
        try
        {
            byte[] body = [];

            // Asked for first, so told last: every cookie is set by then.
            http.Response.OnStarting(() =>
            {
                answer = FormAnswer.Of(http.Response, body);
                return Task.CompletedTask;
            });
            body = await refused.RunAsync(http, form, run, next);
            if (http.Response.StatusCode != StatusCodes.Status204NoContent)
            {
                http.Response.ContentLength = body.Length;
            }

            await http.Response.StartAsync(CancellationToken.None);
            await http.Response.Body.WriteAsync(body, line);
        }
        finally
        {
            if (flight is not null)
            {
                answers.Finish(flight, answer);
            }

            http.RequestAborted = line;
        }
    }
}

using Microsoft.Extensions.Primitives;

namespace MqttChat.Web.Accounts.Forms;

/// <summary>What a browser was told: enough to tell it again.</summary>
internal sealed record FormAnswer(int Status, IReadOnlyList<KeyValuePair<string, StringValues>> Headers, byte[] Body)
{
    private const int MaxKept = 32 * 1024;

    private static readonly string[] Told = ["Location", "Set-Cookie", "Content-Type", "Cache-Control", "Retry-After"];

    /// <summary>Whether what was asked for is done: every form leads on then. What is told instead (a wrong field) holds for that moment only.</summary>
    public bool IsDone => Status is StatusCodes.Status302Found or StatusCodes.Status303SeeOther
        && Headers.Sum(header => header.Value.Sum(value => value?.Length ?? 0)) <= MaxKept;

    /// <summary>Whether it gives the browser a cookie of that name.</summary>
    public bool Gives(string cookie) => Headers.Any(header => header.Key == "Set-Cookie"
        && header.Value.Any(value => value?.StartsWith($"{cookie}=", StringComparison.Ordinal) == true));

    /// <summary>Reads it when its last header is set.</summary>
    public static FormAnswer Of(HttpResponse response, byte[] body) => new(
        response.StatusCode,
        [.. Told.Where(response.Headers.ContainsKey).Select(name => KeyValuePair.Create(name, response.Headers[name]))], body);

    /// <summary>Tells it again.</summary>
    public async Task WriteAsync(HttpContext http)
    {
        http.Response.StatusCode = Status;
        foreach (var (name, value) in Headers)
        {
            http.Response.Headers[name] = value;
        }

        await http.Response.Body.WriteAsync(Body, http.RequestAborted);
    }
}

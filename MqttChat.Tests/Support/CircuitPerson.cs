using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using MqttChat.Tests.Accounts;

namespace MqttChat.Tests.Support;

/// <summary>Somebody who is signed in by the form, as a browser is, and opens pages without one.</summary>
public sealed partial class CircuitPerson
{
    /// <summary>The password of everybody who joins here.</summary>
    public const string Password = "four green apples";

    // One for all: a thousand people need no thousand pools of connections.
    private static readonly HttpClient Pages = new(
        new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, PooledConnectionIdleTimeout = TimeSpan.FromSeconds(10) })
    {
        Timeout = TimeSpan.FromSeconds(60),
    };

    /// <summary>Somebody whose sign-in is known already: the <c>Cookie</c> header of it.</summary>
    public CircuitPerson(Uri baseAddress, string cookie) => (BaseAddress, Cookie) = (baseAddress, cookie);

    /// <summary>Where the program is reached.</summary>
    public Uri BaseAddress { get; }

    /// <summary>The <c>Cookie</c> header that says who it is.</summary>
    public string Cookie { get; }

    /// <summary>Signs in by the form.</summary>
    public static async Task<CircuitPerson> SignInAsync(Uri baseAddress, string email, string password)
    {
        var jar = new CookieContainer();
        using var browser = new HttpClient(new SocketsHttpHandler { CookieContainer = jar, AllowAutoRedirect = false })
        {
            BaseAddress = baseAddress, Timeout = TimeSpan.FromSeconds(60),
        };
        using var answer = await browser.SubmitAsync("/account/login", "login", ("email", email), ("password", password));
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return new CircuitPerson(baseAddress, jar.GetCookieHeader(baseAddress));
    }

    /// <summary>Makes a resident (or one more of staff) by an invitation of staff's, and signs them in.</summary>
    public static async Task<CircuitPerson> JoinAsync(Uri baseAddress, HouseApi staff, string name, bool isStaff = false)
    {
        var (email, password) = ($"{name}@house.test", Password);
        var invitation = HouseApi.Checked(await staff.PostAsync("invitations", new { role = isStaff ? "staff" : "resident" })).GetProperty("code").GetString();
        HouseApi.Checked(await staff.PostAsync("register", new { email, password, displayName = name, invitation }));
        return await SignInAsync(baseAddress, email, password);
    }

    /// <summary>The same person over another address: a proxy, or another instance.</summary>
    public CircuitPerson Via(Uri baseAddress) => new(baseAddress, Cookie);

    /// <summary>Opens a page and waits until it is live.</summary>
    public Task<CircuitClient> OpenAsync(string path, CircuitSettings? settings = null) => CircuitClient.OpenAsync(this, path, settings);

    /// <summary>Gets a page as it is first drawn.</summary>
    public async Task<(HttpStatusCode Status, string Html)> GetAsync(string path, CancellationToken cancellation = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(BaseAddress, path));
        using var answer = await SendAsync(request, cancellation);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(cancellation));
    }

    internal async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        request.Headers.Add("Cookie", Cookie);
        return await Pages.SendAsync(request, cancellation);
    }

    /// <summary>What the page's HTML says to start its live parts with.</summary>
    internal async Task<(string Operations, string State)> RootsAsync(string path, CancellationToken cancellation)
    {
        var (status, html) = await GetAsync(path, cancellation);
        Assert.True(status == HttpStatusCode.OK, $"GET {path}: {status}");
        var operations = MarkerPattern().Matches(html).Select(match => match.Groups[1].Value)
            .Where(marker => marker.Contains("\"descriptor\"", StringComparison.Ordinal))
            .Select((marker, i) => $$"""{"type":"add","ssrComponentId":{{i + 1}},"marker":{{marker}}}""").ToList();
        Assert.True(operations.Count > 0, $"{path} has no live part");
        var state = StatePattern().Match(html) is { Success: true } match ? match.Groups[1].Value : "";
        return ($$"""{"batchId":1,"operations":[{{string.Join(',', operations)}}]}""", state);
    }

    internal static string Json(object?[] arguments) => JsonSerializer.Serialize(arguments, JsonSerializerOptions.Web);

    [GeneratedRegex(@"<!--Blazor:(\{.*?\})-->", RegexOptions.Singleline)]
    private static partial Regex MarkerPattern();

    [GeneratedRegex("<!--Blazor-Server-Component-State:(.*?)-->", RegexOptions.Singleline)]
    private static partial Regex StatePattern();
}

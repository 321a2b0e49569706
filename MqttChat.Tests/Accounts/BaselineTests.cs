using System.Net;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using MqttChat.Domain.Accounts;
using MqttChat.Web.Accounts;

namespace MqttChat.Tests.Accounts;

public sealed class BaselineTests : IAsyncLifetime
{
    private readonly HouseApp _app = new();

    public async Task InitializeAsync() => await _app.SetUpAsync();

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Theory]
    [InlineData("/account/login")]
    [InlineData("/nowhere")]
    [InlineData("/api/v1/me")]
    [InlineData("/api/docs/")]
    [InlineData("/health/live")]
    [InlineData("/_blazor/negotiate")]
    public async Task Response_Always_CarriesTheHeaders(string path)
    {
        var headers = (await _app.Browser().GetAsync(path)).Headers;

        var policy = Assert.Single(headers.GetValues("Content-Security-Policy"));
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("object-src 'none'", policy, StringComparison.Ordinal);
        if (!path.StartsWith("/api/docs", StringComparison.Ordinal))
        {
            Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
        }

        Assert.Equal("nosniff", Assert.Single(headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("same-origin", Assert.Single(headers.GetValues("Referrer-Policy")));
        Assert.NotEmpty(headers.GetValues("Permissions-Policy"));
        Assert.False(headers.Contains("Strict-Transport-Security"));
    }

    [Theory]
    [InlineData("http://evil.example", 403)]
    [InlineData("null", 403)]
    [InlineData("http://localhost:1", 403)]
    [InlineData("http://localhost", 101)]
    public async Task BlazorHub_Origin_MustBeOurOwn(string origin, int status)
    {
        var browser = _app.Browser();
        var cookie = Cookies(await browser.SubmitAsync(
            "/account/login", "login", ("email", HouseApp.StaffEmail), ("password", HouseApp.Password)));
        var client = _app.Server.CreateWebSocketClient();
        client.ConfigureRequest = request =>
        {
            request.Headers.Origin = origin;
            request.Headers.Cookie = cookie;
        };

        var connecting = client.ConnectAsync(new Uri("ws://localhost/_blazor"), default);

        if (status == 101)
        {
            using var socket = await connecting;
            Assert.Equal(System.Net.WebSockets.WebSocketState.Open, socket.State);
        }
        else
        {
            var error = await Assert.ThrowsAnyAsync<Exception>(() => connecting);
            Assert.Contains(status.ToString(System.Globalization.CultureInfo.InvariantCulture), error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task BlazorHub_NobodySignedIn_GetsNoCircuit()
    {
        var answer = await _app.Browser().PostAsync("/_blazor/negotiate?negotiateVersion=1", null);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task Cookie_PlainHttp_IsHttpOnlyLaxAndNotSecure()
    {
        var cookie = await LoginCookieAsync(_app);

        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("secure", cookie, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task PublicUrl_Https_MakesCookiesSecure()
    {
        await using var app = new HouseApp(("Site:PublicUrl", "https://chat.example"));
        await app.SetUpAsync();
        app.ClientOptions.BaseAddress = new Uri("https://chat.example");

        Assert.Contains("secure", await LoginCookieAsync(app), StringComparison.OrdinalIgnoreCase);
        Assert.True((await app.Browser().GetAsync("/account/login")).Headers.Contains("Strict-Transport-Security"));
    }

    [Fact]
    public void CircuitLimit_OneTooMany_SendsTheOldestAwayAndThenRefuses()
    {
        var limit = new CircuitLimit(Options.Create(new AccountLimits { CircuitsPerPerson = 2 }));
        var first = limit.Take("a")!;
        var second = limit.Take("a")!;
        var left = new List<string>();
        first.Left += () => left.Add("first");
        second.Left += () => left.Add("second");
        second.IsConnected = false;

        Assert.NotNull(limit.Take("a"));
        Assert.True(second.IsLeaving);
        Assert.Empty(left);
        Assert.NotNull(limit.Take("a"));
        Assert.Equal(["first"], left);

        // Whose browser is gone cannot leave, and is no reason to refuse: four others are.
        Assert.NotNull(limit.Take("a"));
        Assert.Null(limit.Take("a"));
        Assert.NotNull(limit.Take("b"));

        limit.Return(first);
        Assert.NotNull(limit.Take("a"));

        // It is told when it can hear it: a call into a browser that is gone ends in an error a minute later.
        second.IsConnected = true;
        second.Leave();
        Assert.Equal(["first", "second"], left);
    }

    [Fact]
    public void CircuitSockets_OneTooMany_CutsTheOldestOfThatPerson()
    {
        var sockets = new CircuitSockets(Options.Create(new AccountLimits { CircuitsPerPerson = 1 }));
        var cut = new List<int>();
        var held = Enumerable.Range(0, 4).Select(number => sockets.Take("a", null, () => cut.Add(number))).ToList();
        using var other = sockets.Take("b", null, () => cut.Add(-1));
        Assert.Empty(cut);

        held.Add(sockets.Take("a", null, () => cut.Add(4)));
        Assert.Equal([0], cut);
        held[1].Dispose();
        held.Add(sockets.Take("a", null, () => cut.Add(5)));
        Assert.Equal([0], cut);

        held.ForEach(one => one.Dispose());
        Assert.Equal(1, sockets.Count);
    }

    [Fact]
    public void CircuitPace_MoreThanABurst_WaitsForItsTurnAndForNobodyElses()
    {
        var clock = new FakeTimeProvider();
        var pace = new CircuitPace(Options.Create(new AccountLimits { EventsPerPersonPerSecond = 10 }), clock);

        // Three seconds' worth at once, then each tenth of a second one; answers to the page's own calls cost a tenth.
        Assert.All(Enumerable.Range(0, 30), _ => Assert.Equal(TimeSpan.Zero, Whole(pace.Take("a", 1))));
        Assert.Equal(TimeSpan.FromMilliseconds(100), Whole(pace.Take("a", 1)));
        Assert.Equal(TimeSpan.FromMilliseconds(110), Whole(pace.Take("a", 0.1)));
        Assert.Equal(TimeSpan.Zero, Whole(pace.Take("b", 1)));

        clock.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(TimeSpan.Zero, Whole(pace.Take("a", 1)));
        static TimeSpan Whole(TimeSpan wait) => TimeSpan.FromMilliseconds(Math.Round(wait.TotalMilliseconds));
    }

    [Fact]
    public void AttemptLimiter_IPv6_CountsANetworkAsOne()
    {
        Assert.Equal(
            AttemptLimiter.KeyOf(IPAddress.Parse("2001:db8:1:2::1")), AttemptLimiter.KeyOf(IPAddress.Parse("2001:db8:1:2:ffff::9")));
        Assert.NotEqual(
            AttemptLimiter.KeyOf(IPAddress.Parse("2001:db8:1:2::1")), AttemptLimiter.KeyOf(IPAddress.Parse("2001:db8:1:3::1")));
        Assert.Equal("192.0.2.1", AttemptLimiter.KeyOf(IPAddress.Parse("::ffff:192.0.2.1")));
    }

    private static async Task<string> LoginCookieAsync(HouseApp app)
    {
        var answer = await app.Browser().SubmitAsync("/account/login", "login", ("email", HouseApp.StaffEmail), ("password", HouseApp.Password));
        return answer.Headers.GetValues("Set-Cookie").Single(cookie => cookie.StartsWith("mqttchat=", StringComparison.Ordinal));
    }

    private static string Cookies(HttpResponseMessage answer) =>
        string.Join("; ", answer.Headers.GetValues("Set-Cookie").Select(cookie => cookie.Split(';')[0]));
}

using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using MqttChat.Domain.Accounts;
using MqttChat.Tests.Accounts;
using MqttChat.Web.Api;

namespace MqttChat.Tests.Api;

public sealed class ProblemTests : IAsyncLifetime
{
    private readonly HouseApp _app = new();
    private Viewer _staff = null!;

    public async Task InitializeAsync() => _staff = await _app.SetUpAsync();

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Theory]
    [InlineData("GET", "/api/v1/me", null, 401, "request.notSignedIn")]
    [InlineData("GET", "/api/v1/nothing", null, 404, "request.notFound")]
    [InlineData("GET", "/api/v1/plugs/abc/power", null, 404, "request.notFound")]
    [InlineData("POST", "/api/v1/rooms/abc/messages", "{}", 404, "request.notFound")]
    [InlineData("DELETE", "/api/v1/plugs/1/power", null, 405, "request.methodNotAllowed")]
    [InlineData("GET", "/api/v1/login", null, 405, "request.methodNotAllowed")]
    [InlineData("DELETE", "/api/v1/me", null, 405, "request.methodNotAllowed")]
    [InlineData("POST", "/api/v1/login", "{\"email\":", 400, "request.malformed")]
    [InlineData("POST", "/api/v1/login", "", 400, "request.malformed")]
    [InlineData("POST", "/api/v1/login", "[1]", 400, "request.malformed")]
    [InlineData("POST", "/api/v1/register", "{\"email\":\"a@example.org\",\"password\":\"correct horse\",\"displayName\":\"A\"}", 400, "invitation.invalid")]
    public async Task Call_ThatFails_AnswersAProblemWithACode(string method, string path, string? body, int status, string code)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");

        await AssertProblemAsync(await _app.Browser().SendAsync(request), status, code);
    }

    [Fact]
    public async Task Body_NotJson_IsUnsupported()
    {
        var answer = await _app.Browser().PostAsync("/api/v1/login", new StringContent("a=b", Encoding.UTF8, "text/plain"));

        await AssertProblemAsync(answer, 415, "request.notJson");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Body_TooLarge_Is413(bool chunked)
    {
        await using var app = new HouseApp();
        app.UseKestrel(0);
        app.StartServer();
        using var body = new StringContent($"{{\"email\":\"{new string('a', 300_000)}\"}}", Encoding.UTF8, "application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/login") { Content = body };
        request.Headers.TransferEncodingChunked = chunked;

        await AssertProblemAsync(await app.Browser().SendAsync(request), 413, "request.tooLarge");
    }

    [Fact]
    public async Task Value_OfTheWrongType_NamesItsField()
    {
        var (staff, _) = await _app.ApiAsync(HouseApp.StaffEmail);

        var text = await staff.PostAsync("/api/v1/invitations", new StringContent("{\"uses\":\"3\"}", Encoding.UTF8, "application/json"));
        var unzoned = await staff.PostAsync(
            "/api/v1/invitations", new StringContent("{\"expiresAt\":\"2026-12-01T00:00:00\"}", Encoding.UTF8, "application/json"));
        var range = await staff.PostAsJsonAsync("/api/v1/invitations", new { uses = 0 });

        Assert.True((await AssertProblemAsync(text, 400, "request.malformed")).GetProperty("errors").TryGetProperty("uses", out _));
        Assert.True((await AssertProblemAsync(unzoned, 400, "request.malformed")).GetProperty("errors").TryGetProperty("expiresAt", out _));
        Assert.True((await AssertProblemAsync(range, 400, "invitation.usesOutOfRange")).GetProperty("errors").TryGetProperty("uses", out _));
    }

    [Fact]
    public async Task WrongRole_Is403()
    {
        await _app.JoinAsync(_staff, "rei@example.org");
        var (rei, _) = await _app.ApiAsync("rei@example.org");

        await AssertProblemAsync(await rei.PostAsJsonAsync("/api/v1/invitations", new { }), 403, "request.wrongRole");
    }

    [Fact]
    public async Task AddressTaken_Is409()
    {
        await using var app = new HouseApp(("Accounts:Registration", "Open"));
        await app.SetUpAsync();

        var answer = await app.Browser().PostAsJsonAsync(
            "/api/v1/register", new { email = HouseApp.StaffEmail, password = "correct horse", displayName = "A" });

        await AssertProblemAsync(answer, 409, "account.emailTaken");
    }

    [Fact]
    public async Task TooManyLogins_Is429WithRetryAfter()
    {
        await using var app = new HouseApp(("Limits:LoginsPerAddressPerMinute", "1"));
        var client = app.Browser();
        await client.PostAsJsonAsync("/api/v1/login", new { email = "a@example.org", password = "wrong horse" });

        var answer = await client.PostAsJsonAsync("/api/v1/login", new { email = "a@example.org", password = "wrong horse" });

        await AssertProblemAsync(answer, 429, "account.tooManyAttempts");
        Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
    }

    [Fact]
    public async Task Health_WithoutABroker_IsLiveAndReady()
    {
        var client = _app.Browser();

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health/live")).StatusCode);
        var ready = await client.GetAsync("/health/ready");
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        Assert.True((await ready.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("database").GetBoolean());
    }

    [Fact]
    public async Task Description_ListsTheCallsAndIsReadable()
    {
        var client = _app.Browser();

        var description = await client.GetFromJsonAsync<JsonElement>("/openapi/v1.json");
        var reader = await client.GetStringAsync("/api/docs/");

        Assert.True(description.GetProperty("paths").TryGetProperty("/api/v1/me", out _));
        Assert.False(description.GetProperty("paths").TryGetProperty("/health/ready", out _));
        Assert.DoesNotContain("https://", reader, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/docs/scalar.js")).StatusCode);
    }

    [Fact]
    public void Time_IsWrittenInUtcWithMilliseconds()
    {
        var json = new JsonSerializerOptions();
        ApiSetup.Configure(json);

        Assert.Equal(
            "\"2026-03-02T03:04:05.120Z\"",
            JsonSerializer.Serialize(new DateTimeOffset(2026, 3, 2, 12, 4, 5, 120, TimeSpan.FromHours(9)), json));
    }

    private static async Task<JsonElement> AssertProblemAsync(HttpResponseMessage answer, int status, string code)
    {
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
        return problem;
    }
}

using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace MqttChat.Tests.Support;

/// <summary>A program that uses the HTTP API as a staff account or a resident.</summary>
public sealed class HouseApi : IDisposable
{
    public const string StaffEmail = "staff@house.test";
    public const string StaffPassword = "correct horse battery";

    /// <summary>Settings that make the first staff account, so that a test need not go through the set-up page.</summary>
    public static readonly string[] FirstStaff =
    [
        $"Accounts:FirstStaff:Email={StaffEmail}", $"Accounts:FirstStaff:Password={StaffPassword}", "Accounts:FirstStaff:DisplayName=Hanna",
        "House:Name=Test house", "Limits:LoginsPerAddressPerMinute=0",
    ];

    private readonly HttpClient _http;
    private readonly string _email;
    private readonly string _password;

    private HouseApi(Uri baseAddress, string email, string password)
    {
        (_email, _password) = (email, password);
        _http = new HttpClient { BaseAddress = new Uri(baseAddress, "api/v1/"), Timeout = TimeSpan.FromSeconds(100) };
    }

    /// <summary>The token of the newest login.</summary>
    public string AccessToken { get; private set; } = "";

    public static Task<HouseApi> StaffAsync(Uri baseAddress) => LoginAsync(baseAddress, StaffEmail, StaffPassword);

    public static async Task<HouseApi> LoginAsync(Uri baseAddress, string email, string password)
    {
        var api = new HouseApi(baseAddress, email, password);
        await api.LoginAgainAsync();
        return api;
    }

    /// <summary>Gets a new token; the old one ends after ten minutes, or with a program of another clock.</summary>
    public async Task LoginAgainAsync()
    {
        using var answer = await _http.PostAsJsonAsync("login", new { email = _email, password = _password });
        answer.EnsureSuccessStatusCode();
        var tokens = await answer.Content.ReadFromJsonAsync<JsonElement>();
        AccessToken = tokens.GetProperty("accessToken").GetString()!;
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", AccessToken);
    }

    public async Task<JsonElement> GetAsync(string path)
    {
        using var answer = await _http.GetAsync(path);
        Assert.True(answer.IsSuccessStatusCode, $"GET {path}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    public Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(string path, object? body = null) =>
        SendAsync(HttpMethod.Post, path, body ?? new { });

    public async Task<(HttpStatusCode Status, JsonElement Body)> SendAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var answer = await _http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return (answer.StatusCode, text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text));
    }

    /// <summary>Makes a room; its id.</summary>
    public async Task<int> MakeRoomAsync(string name, bool isOpen = true) =>
        Checked(await PostAsync("rooms", new { name, isOpen })).GetProperty("id").GetInt32();

    /// <summary>Posts a message, again where it is told to try again, as programs do; its id.</summary>
    public async Task<long> SayAsync(int roomId, string text)
    {
        var message = new { text, clientMessageId = Guid.NewGuid().ToString("N") };
        (HttpStatusCode Status, JsonElement Body) answer = default;
        await Eventually.TrueAsync(
            async () =>
            {
                answer = await PostAsync($"rooms/{roomId}/messages", message);
                return answer.Status != HttpStatusCode.ServiceUnavailable;
            },
            what: "the message is taken");
        return Checked(answer).GetProperty("id").GetInt64();
    }

    /// <summary>The body of an answer that must be a success.</summary>
    public static JsonElement Checked((HttpStatusCode Status, JsonElement Body) answer)
    {
        Assert.True((int)answer.Status is >= 200 and < 300, $"{answer.Status} {answer.Body}");
        return answer.Body;
    }

    /// <summary>The plugs, heard ones included, by address.</summary>
    public async Task<Dictionary<string, JsonElement>> PlugsAsync() =>
        (await GetAsync("plugs?include=discovered")).GetProperty("items").EnumerateArray()
            .ToDictionary(plug => plug.GetProperty("address").GetString()!);

    /// <summary>Waits until the plug is heard, then adopts it; its id.</summary>
    public async Task<int> AdoptAsync(string address)
    {
        await Eventually.TrueAsync(async () => (await PlugsAsync()).ContainsKey(address), what: $"{address} is heard");
        var id = (await PlugsAsync())[address].GetProperty("id").GetInt32();
        var (status, body) = await PostAsync($"plugs/{id}/adopt", new { name = address });
        Assert.True(status == HttpStatusCode.OK, body.ToString());
        return id;
    }

    /// <summary>Every reading of a plug between two times, in order.</summary>
    public async Task<List<(DateTimeOffset At, double? Watts)>> ReadingsAsync(int plugId, DateTimeOffset from, DateTimeOffset to, string resolution = "raw") =>
        [.. (await GetAsync($"plugs/{plugId}/power?from={from:yyyy-MM-ddTHH:mm:ssZ}&to={to:yyyy-MM-ddTHH:mm:ssZ}&resolution={resolution}"))
            .GetProperty("items").EnumerateArray()
            .Select(item => (item.GetProperty("at").GetDateTimeOffset(), item.GetProperty("watts") is { ValueKind: JsonValueKind.Number } watts ? watts.GetDouble() : (double?)null))];

    public void Dispose() => _http.Dispose();
}

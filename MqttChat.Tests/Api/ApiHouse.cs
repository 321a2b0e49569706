using System.Net.Http.Json;
using System.Text.Json;
using MqttChat.Domain.Accounts;
using MqttChat.Tests.Accounts;

namespace MqttChat.Tests.Api;

/// <summary>A house with a member of staff and three residents at the HTTP API.</summary>
public sealed class ApiHouse : IAsyncLifetime
{
    private readonly HouseApp _app = new(("Limits:PostsPerPersonPerMinute", "0"));

    public HttpClient Staff { get; private set; } = null!;

    public HttpClient Rei { get; private set; } = null!;

    public HttpClient Kenji { get; private set; } = null!;

    public HttpClient Mia { get; private set; } = null!;

    public string KenjiId { get; private set; } = "";

    public async Task InitializeAsync()
    {
        var staff = await _app.SetUpAsync();
        Staff = (await _app.ApiAsync(HouseApp.StaffEmail)).Client;
        (Rei, _) = await JoinAsync(staff, "rei@example.org");
        (Kenji, KenjiId) = await JoinAsync(staff, "kenji@example.org");
        (Mia, _) = await JoinAsync(staff, "mia@example.org");
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    /// <summary>A room that <paramref name="maker"/> owns.</summary>
    public static async Task<int> RoomAsync(HttpClient maker, bool isOpen) =>
        (await (await maker.PostAsJsonAsync("/api/v1/rooms", new { name = "Cellar", isOpen })).JsonAsync(201)).GetProperty("id").GetInt32();

    private async Task<(HttpClient Client, string Id)> JoinAsync(Viewer staff, string email)
    {
        var person = await _app.JoinAsync(staff, email);
        return ((await _app.ApiAsync(email)).Client, person.UserId);
    }
}

/// <summary>Reads answers as a program does that knows the contract.</summary>
internal static class Answers
{
    /// <summary>The body, where the status is the expected one.</summary>
    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage answer, int status)
    {
        using (answer)
        {
            var text = await answer.Content.ReadAsStringAsync();
            Assert.True(status == (int)answer.StatusCode, $"{(int)answer.StatusCode} instead of {status}: {text}");
            return text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text);
        }
    }

    /// <summary>The problem's code, where the status is the expected one.</summary>
    public static async Task<string?> CodeAsync(this Task<HttpResponseMessage> asked, int status)
    {
        var answer = await asked;
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        return (await answer.JsonAsync(status)).GetProperty("code").GetString();
    }

    public static async Task<JsonElement> GetJsonAsync(this HttpClient client, string path) =>
        await (await client.GetAsync("/api/v1/" + path)).JsonAsync(200);

    public static JsonElement[] Items(this JsonElement list) => [.. list.GetProperty("items").EnumerateArray()];

    public static string[] Names(this JsonElement json) => [.. json.EnumerateObject().Select(member => member.Name)];

    public static string?[] Texts(this JsonElement list) => [.. list.Items().Select(item => item.GetProperty("text").GetString())];

    public static Task<HttpResponseMessage> SayAsync(this HttpClient client, int room, string? text, string id) =>
        client.PostAsJsonAsync($"/api/v1/rooms/{room}/messages", new { text, clientMessageId = id });
}

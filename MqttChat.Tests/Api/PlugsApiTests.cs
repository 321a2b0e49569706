using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Devices;
using MqttChat.Tests.Accounts;

namespace MqttChat.Tests.Api;

/// <summary>Plugs over the HTTP API, on the whole program: rights, answers and refusals.</summary>
public sealed class PlugsApiTests : IAsyncLifetime
{
    private const string Resident = "resident@example.org";

    private readonly HouseApp _app = new();
    private Viewer _staff = null!;
    private HttpClient _api = null!;

    public async Task InitializeAsync()
    {
        _staff = await _app.SetUpAsync();
        _api = (await _app.ApiAsync(HouseApp.StaffEmail)).Client;
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task Plugs_WithoutInclude_LeaveDiscoveredOnesOut()
    {
        await HearAsync();

        Assert.Empty(Items(await _api.GetFromJsonAsync<JsonElement>("/api/v1/plugs")));
        var heard = Assert.Single(Items(await _api.GetFromJsonAsync<JsonElement>("/api/v1/plugs?include=discovered")));
        Assert.Equal(("tasmota", "fridge", false, 85.0), (
            heard.GetProperty("family").GetString(), heard.GetProperty("address").GetString(),
            heard.GetProperty("adopted").GetBoolean(), heard.GetProperty("activePowerWatts").GetDouble()));
    }

    [Fact]
    public async Task Adopt_AnswersThePlug_AndItIsListedOnce()
    {
        var id = await HearAsync();

        using var answer = await _api.PostAsJsonAsync($"/api/v1/plugs/{id}/adopt", new { name = "Fridge" });

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var plug = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(("Fridge", true, JsonValueKind.Null), (
            plug.GetProperty("name").GetString(), plug.GetProperty("adopted").GetBoolean(), plug.GetProperty("roomId").ValueKind));
        Assert.Single(Items(await _api.GetFromJsonAsync<JsonElement>("/api/v1/plugs?include=discovered")));
    }

    [Fact]
    public async Task Switch_BeforeAdoption_IsAConflict()
    {
        var id = await HearAsync();

        using var answer = await _api.PostAsJsonAsync($"/api/v1/plugs/{id}/channels/1/switch", new { on = true });

        Assert.Equal((HttpStatusCode.Conflict, "plug.notAdopted"), (answer.StatusCode, await CodeAsync(answer)));
    }

    [Fact]
    public async Task Switch_WithoutASide_IsInvalid()
    {
        var id = await HearAsync();

        using var answer = await _api.PostAsJsonAsync($"/api/v1/plugs/{id}/channels/1/switch", new { });

        Assert.Equal((HttpStatusCode.BadRequest, "plug.onMissing"), (answer.StatusCode, await CodeAsync(answer)));
    }

    [Fact]
    public async Task Resident_SeesNoPlugOfOthers_AndMayNotAdopt()
    {
        var id = await HearAsync();
        await _app.JoinAsync(_staff, Resident);
        var api = (await _app.ApiAsync(Resident)).Client;

        using var adopt = await api.PostAsJsonAsync($"/api/v1/plugs/{id}/adopt", new { name = "Mine" });
        Assert.Equal(HttpStatusCode.Forbidden, adopt.StatusCode);
        Assert.Empty(Items(await api.GetFromJsonAsync<JsonElement>("/api/v1/plugs?include=discovered")));
        using var status = await api.GetAsync("/api/v1/status");
        Assert.Equal(HttpStatusCode.Forbidden, status.StatusCode);
        using var power = await api.GetAsync($"/api/v1/plugs/{id}/power");
        Assert.Equal(HttpStatusCode.NotFound, power.StatusCode);
    }

    [Theory]
    [InlineData("from=yesterday", "plug.timeMalformed")]
    [InlineData("from=2026-03-02T12:00:00Z&to=2026-03-02T12:00:00Z", "plug.timeOrder")]
    [InlineData("from=1999-01-01T00:00:00Z&to=2026-03-02T12:00:00Z", "plug.timeTooLong")]
    [InlineData("resolution=fine", "plug.resolutionUnknown")]
    public async Task Power_OfABadTime_IsRefusedByField(string query, string code)
    {
        var id = await AdoptAsync();

        using var answer = await _api.GetAsync($"/api/v1/plugs/{id}/power?{query}");

        Assert.Equal((HttpStatusCode.BadRequest, code), (answer.StatusCode, await CodeAsync(answer)));
    }

    [Fact]
    public async Task Power_OfAPlugWithoutReadings_IsEmpty()
    {
        var id = await AdoptAsync();

        var answer = await _api.GetFromJsonAsync<JsonElement>($"/api/v1/plugs/{id}/power?resolution=raw");

        Assert.Empty(Items(answer));
        Assert.Equal("raw", answer.GetProperty("resolution").GetString());
    }

    [Fact]
    public async Task Status_ForStaff_HasTheContractsShape()
    {
        var status = await _api.GetFromJsonAsync<JsonElement>("/api/v1/status");

        Assert.Equal(["broker", "database", "ingest", "circuits", "version"], Names(status));
        Assert.Equal(["connected", "since", "reason"], Names(status.GetProperty("broker")));
        Assert.Equal(["received", "stored", "rejected", "redelivered", "dropped", "waiting", "lagMs"], Names(status.GetProperty("ingest")));
    }

    private async Task<int> AdoptAsync()
    {
        var id = await HearAsync();
        await _app.Services.GetRequiredService<DeviceRegistry>().AdoptAsync(_staff, id, "Fridge", null, default);
        return id;
    }

    private async Task<int> HearAsync()
    {
        var registry = _app.Services.GetRequiredService<DeviceRegistry>();
        var payload = Encoding.UTF8.GetBytes("""{"Time":"2026-03-02T12:00:00","ENERGY":{"Total":1.5,"Power":85}}""");
        await registry.HearAsync([new HeardRaw("tele/fridge/SENSOR", payload, false, _app.Clock.GetUtcNow())], default);
        return Assert.Single(await registry.DiscoveredAsync(_staff, default)).Plug.Id;
    }

    private static JsonElement[] Items(JsonElement list) => [.. list.GetProperty("items").EnumerateArray()];

    private static string[] Names(JsonElement json) => [.. json.EnumerateObject().Select(property => property.Name)];

    private static async Task<string?> CodeAsync(HttpResponseMessage answer) =>
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString();
}

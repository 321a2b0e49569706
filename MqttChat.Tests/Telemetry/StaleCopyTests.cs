using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Devices;
using MqttChat.Domain.Rooms;
using MqttChat.Tests.Accounts;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Telemetry;

/// <summary><c>ConnectionStrings:TelemetryReadOnly</c> names a copy that lags for ever: what is read from it, and what is not.</summary>
public sealed class StaleCopyTests
{
    private const string Resident = "rei@example.org";

    [Fact]
    public async Task ReadOnlyCopy_ThatLags_ChartsLag_RightsTilesAndSwitchingDoNot()
    {
        await using var copy = await TestStores.CreateAsync();
        var port = FreePort.Next();
        await using var app = new HouseApp(
            ("ConnectionStrings:TelemetryReadOnly", $"Data Source={Path.Combine(copy.Directory, "telemetry.db")};Mode=ReadOnly"),
            ("Mqtt:Embedded:Listen", $"127.0.0.1:{port}"));
        var staff = await app.SetUpAsync();
        var resident = await app.JoinAsync(staff, Resident);
        var rooms = app.Services.GetRequiredService<RoomDirectory>();
        var members = app.Services.GetRequiredService<RoomMembers>();
        var room = await rooms.CreateAsync(staff, "Cellar", false, default);
        await members.AddAsync(staff, room.Id, resident.UserId, default);
        await rooms.SetMembersMaySwitchAsync(staff, room.Id, true, default);
        await using var plug = await MqttTestClient.ConnectAsync(port);
        var api = (await app.ApiAsync(Resident)).Client;
        var id = await AdoptAsync(app, staff, plug, room.Id);

        // The tile has the reading, the chart does not know of it.
        await Eventually.TrueAsync(
            async () =>
            {
                await plug.PublishAsync("tele/fridge/SENSOR", """{"ENERGY":{"Total":1.5,"Power":85}}""");
                return (await api.GetFromJsonAsync<JsonElement>("/api/v1/plugs")).GetProperty("items")[0].GetProperty("activePowerWatts") is { ValueKind: JsonValueKind.Number } watts
                    && watts.GetDouble() is 85;
            },
            what: "the live reading is shown");
        Assert.Empty((await api.GetFromJsonAsync<JsonElement>($"/api/v1/plugs/{id}/power")).GetProperty("items").EnumerateArray());

        await app.ConnectedAsync();
        Assert.Equal(HttpStatusCode.Accepted, await SwitchAsync(api, id));
        await rooms.SetMembersMaySwitchAsync(staff, room.Id, false, default);
        Assert.Equal(HttpStatusCode.Forbidden, await SwitchAsync(api, id));
        await members.RemoveAsync(staff, room.Id, resident.UserId, default);
        Assert.Equal(HttpStatusCode.NotFound, await SwitchAsync(api, id));
        using var chart = await api.GetAsync($"/api/v1/plugs/{id}/power");
        Assert.Equal(HttpStatusCode.NotFound, chart.StatusCode);
    }

    private static async Task<int> AdoptAsync(HouseApp app, Viewer staff, MqttTestClient plug, int roomId)
    {
        var registry = app.Services.GetRequiredService<DeviceRegistry>();
        await Eventually.TrueAsync(
            async () =>
            {
                await plug.PublishAsync("tele/fridge/STATE", """{"POWER":"ON"}""");
                return (await registry.DiscoveredAsync(staff, default)).Count == 1;
            },
            what: "the plug is heard");
        return (await registry.AdoptAsync(staff, (await registry.DiscoveredAsync(staff, default))[0].Plug.Id, "Fridge", roomId, default)).Id;
    }

    private static async Task<HttpStatusCode> SwitchAsync(HttpClient api, int id)
    {
        using var answer = await api.PostAsJsonAsync($"/api/v1/plugs/{id}/channels/1/switch", new { on = true });
        return answer.StatusCode;
    }
}

using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MqttChat.Tests.Faults;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.EndToEnd;

/// <summary>The running program with a broker or a database that is away, and with what no plug should send.</summary>
public sealed class ProgramFaultTests : IAsyncLifetime
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);
    private FaultHouse _house = null!;
    private HttpClient _http = null!;

    public async Task InitializeAsync()
    {
        _house = await FaultHouse.StartAsync();
        _http = new HttpClient { BaseAddress = _house.App.BaseAddress };
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _house.DisposeAsync();
    }

    [Fact]
    public async Task BrokerOrDatabaseAway_IsToldByHealthAndSwitch_AndEndsByItself()
    {
        var id = await _house.AdoptTasmotaAsync("lamp", DateTimeOffset.UtcNow);
        await _house.Staff.PostAsync("rooms", new { name = "Before", isOpen = true });
        await AssertReadyAsync(HttpStatusCode.OK, "ready");
        Assert.Equal(HttpStatusCode.Accepted, (await SwitchAsync(id, "1")).Status);
        foreach (var channel in (string[])["kitchen", "17", "0", "-1", "99999999999"])
        {
            Assert.Equal((HttpStatusCode.NotFound, "plug.channelNotFound"), Code(await SwitchAsync(id, channel)));
        }

        await using var plug = await _house.ConnectPlugAsync();
        await plug.PublishAsync("tele/heard/STATE", """{"POWER":"ON"}""");
        await Eventually.TrueAsync(async () => (await _house.Staff.PlugsAsync()).ContainsKey("heard"), Soon);
        var heard = (await _house.Staff.PlugsAsync())["heard"].GetProperty("id").GetInt32();
        Assert.Equal((HttpStatusCode.Conflict, "plug.notAdopted"), Code(await SwitchAsync(heard, "1")));

        await _house.Broker.KillAsync();
        await AssertReadyAsync(HttpStatusCode.OK, "degraded");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "broker.away"), Code(await SwitchAsync(id, "1")));
        await _house.Broker.StartAgainAsync();
        await AssertReadyAsync(HttpStatusCode.OK, "ready");

        foreach (var file in (string[])["house.db", "telemetry.db"])
        {
            var path = Path.Combine(_house.App.DataDirectory, file);
            File.Move(path, path + ".away");
            await AssertReadyAsync(HttpStatusCode.ServiceUnavailable, "unavailable");
            Assert.Equal(HttpStatusCode.OK, (await _http.GetAsync("/health/live")).StatusCode);
            Assert.False(File.Exists(path), "an empty database grew in its place");
            File.Move(path + ".away", path);
            await AssertReadyAsync(HttpStatusCode.OK, "ready");
        }

        Assert.Contains("Before", (await _house.Staff.GetAsync("rooms")).GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task PlugUnderANewTopic_Followed_CountsOnAndIsSwitchedThere()
    {
        await using var plug = await _house.ConnectPlugAsync();
        await AnnounceAsync(plug, "moved");
        var now = DateTimeOffset.UtcNow;
        var id = await _house.AdoptTasmotaAsync("moved", now.AddMinutes(-10));
        await plug.PublishAsync("tele/moved/SENSOR", FaultHouse.Report(now.AddMinutes(-5), 1200, 100.1));
        await CountedAsync(id, 0.1);

        await plug.PublishAsync("tele/moved/LWT", "Offline", retain: true);
        await AnnounceAsync(plug, "elsewhere");
        await plug.PublishAsync("tele/elsewhere/SENSOR", FaultHouse.Report(now.AddMinutes(-1), 1200, 100.18));
        await Eventually.TrueAsync(
            async () => (await _house.Staff.PlugsAsync()).TryGetValue("elsewhere", out var heard) && heard.TryGetProperty("sameAs", out var same) && same.GetInt32() == id,
            Soon, "the plug is offered as the same");
        var heardId = (await _house.Staff.PlugsAsync())["elsewhere"].GetProperty("id").GetInt32();
        Assert.Equal(HttpStatusCode.OK, (await _house.Staff.PostAsync($"plugs/{heardId}/follow")).Status);

        await plug.SubscribeAsync("cmnd/elsewhere/#");
        await Eventually.TrueAsync(
            async () =>
            {
                await plug.PublishAsync("tele/elsewhere/SENSOR", FaultHouse.Report(now, 1200, 100.2));
                return await IsCountedAsync(id, 0.2);
            },
            Soon, "counting goes on");
        Assert.Equal(HttpStatusCode.Accepted, (await SwitchAsync(id, "1")).Status);
        await Eventually.TrueAsync(() => plug.Heard.Any(heard => heard.Topic.StartsWith("cmnd/elsewhere/POWER", StringComparison.Ordinal)), Soon);
        Assert.DoesNotContain("moved", (await _house.Staff.PlugsAsync()).Keys);
    }

    [Fact]
    public async Task Junk_ThroughTheBroker_IsKeptBounded_AndGoodReportsAreStored()
    {
        var id = await _house.AdoptTasmotaAsync("good", DateTimeOffset.UtcNow);
        await using var store = _house.OpenTelemetry();
        var before = await _house.CountReadingsAsync(store);
        await using var plug = await _house.ConnectPlugAsync();
        var deep = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 5_000)) + "1" + new string('}', 5_000));
        byte[][] junk =
        [
            new byte[70_000], Encoding.UTF8.GetBytes($$$"""{"ENERGY":{"Power":1},"x":"{{{new string('y', 100_000)}}}"}"""), deep, [0xff, 0xfe, 0xc0, 0x80],
            [], "null"u8.ToArray(), "[1,2"u8.ToArray(), """{"ENERGY":{"Power":NaN,"Total":Infinity}}"""u8.ToArray(),
            """{"ENERGY":{"Power":1e999,"Total":-1e999}}"""u8.ToArray(), """{"ENERGY":{"Power":"not a number"}}"""u8.ToArray(),
            Encoding.UTF8.GetBytes(new string('[', 60_000)), """{"ENERGY":{"Power":[[[[{}]]]]}}"""u8.ToArray(),
        ];
        string[] topics = ["tele/good/SENSOR", "stat/good/STATUS10", "stat/good/RESULT", "tele/stranger/SENSOR", "tele/a b c/SENSOR", "tele//SENSOR", "tele/" + new string('n', 2_000) + "/SENSOR", "homeassistant/sensor/x/config"];
        for (var i = 0; i < 5_000; i++)
        {
            // What is large, now and then; each kind on each topic.
            await plug.PublishAsync(topics[i % topics.Length], junk[i % 50 == 0 ? i / 50 % 4 : 3 + (i % (junk.Length - 3))], qos: 0);
            if (i % 500 == 250)
            {
                await plug.PublishAsync("tele/good/SENSOR", FaultHouse.Report(DateTimeOffset.UtcNow, 40 + (i / 500), 100 + (i / 500_000.0)));
            }
        }

        foreach (var topic in (string[])["tele/a\u0007b/SENSOR", "\u0001", "stat/\u009f/RESULT"])
        {
            // Mosquitto ends the connection of who sends such a topic.
            await using var rude = await _house.ConnectPlugAsync();
            await rude.PublishAsync(topic, """{"POWER":"ON"}""", qos: 0);
        }

        await Eventually.TrueAsync(async () => await _house.CountReadingsAsync(store) >= before + 10, Soon, "every good report is stored");
        Assert.Equal(Enumerable.Range(40, 10).Select(watts => (double)watts), (await _house.ReadingsOfAsync(store, id)).Watts.TakeLast(10));
        Assert.True(await store.DeadLetters.AnyAsync());
        Assert.InRange(await store.DeadLetters.CountAsync(), 1, 10_000);
        Assert.True(await store.DeadLetters.MaxAsync(letter => letter.Payload.Length) <= 1024);
        var plugs = (await _house.Staff.PlugsAsync()).Keys;
        Assert.DoesNotContain(plugs, name => name.Any(char.IsControl) || name.Length > 256);
        await AssertReadyAsync(HttpStatusCode.OK, "ready");
        Assert.True((await _house.Staff.GetAsync("status")).GetProperty("ingest").GetProperty("rejected").GetInt64() > 0);
    }

    private static Task AnnounceAsync(MqttTestClient plug, string topic) => plug.PublishAsync(
        "tasmota/discovery/A0B1C2D3E4F5/config",
        $$"""{"dn":"Heater","md":"Nous A1T","mac":"A0B1C2D3E4F5","t":"{{topic}}","ft":"%prefix%/%topic%/","tp":["cmnd","stat","tele"],"rl":[1]}""", retain: true);

    private Task CountedAsync(int id, double kilowattHours) =>
        Eventually.TrueAsync(() => IsCountedAsync(id, kilowattHours), Soon, $"{kilowattHours} kWh are counted");

    private async Task<bool> IsCountedAsync(int id, double kilowattHours)
    {
        var plug = (await _house.Staff.PlugsAsync()).Values.Single(one => one.GetProperty("id").GetInt32() == id);
        return plug.GetProperty("channels").EnumerateArray().Any(channel =>
            channel.GetProperty("energyCountedKilowattHours") is { ValueKind: JsonValueKind.Number } counted && Math.Abs(counted.GetDouble() - kilowattHours) < 0.0005);
    }

    private Task<(HttpStatusCode Status, JsonElement Body)> SwitchAsync(int id, string channel) =>
        _house.Staff.PostAsync($"plugs/{id}/channels/{channel}/switch", new { on = true });

    private static (HttpStatusCode, string?) Code((HttpStatusCode Status, JsonElement Body) answer) =>
        (answer.Status, answer.Body.GetProperty("code").GetString());

    private Task AssertReadyAsync(HttpStatusCode status, string word) => Eventually.TrueAsync(
        async () =>
        {
            using var answer = await _http.GetAsync("/health/ready");
            return answer.StatusCode == status && (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("status").GetString() == word;
        },
        Soon, $"the health is {word}");
}

using System.Globalization;
using System.Net;
using System.Text.Json;
using MqttChat.Domain.Telemetry.Counting;
using MqttChat.Tests.Support;
using MqttChat.Tests.Telemetry.Counting;

namespace MqttChat.Tests.EndToEnd;

/// <summary>Real messages and counters through a real Mosquitto and the published program, read back by the HTTP API.</summary>
public sealed class PayloadTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task TasmotaRows_ThroughMosquitto_AreReadBack()
    {
        await using var broker = await MosquittoProcess.StartAsync(MosquittoSettings.SavesEverySecond);
        await using var app = await AppProcess.StartAsync([.. HouseApi.FirstStaff, .. broker.AppSettings]);
        using var staff = await HouseApi.StaffAsync(app.BaseAddress);
        await using var plug = await broker.ConnectAsync();
        var rows = Rows("plug-messages.jsonl").Where(row => row.GetProperty("family").GetString() == "tasmota").ToList();
        Assert.NotEmpty(rows);

        // What says nothing comes first, onto empty ground: nothing may grow from it.
        foreach (var row in rows.Where(IsIgnored))
        {
            await PublishAsync(plug, row);
        }

        await plug.PublishAsync("tele/last-of-the-silent/STATE", """{"POWER":"ON"}""");
        await Eventually.TrueAsync(async () => (await staff.PlugsAsync()).ContainsKey("last-of-the-silent"), Soon);
        Assert.Equal(["last-of-the-silent"], (await staff.PlugsAsync()).Keys);

        // As heard before adoption, row after row: several are of the same plug.
        foreach (var row in rows.Where(row => !IsIgnored(row)))
        {
            await PublishAsync(plug, row);
            await Eventually.TrueAsync(async () => Mismatch(await staff.PlugsAsync(), row) is null, Soon, await DescribeAsync(staff, row));
        }

        // The same rows once more, now through ingest into the store.
        foreach (var (_, heard) in await staff.PlugsAsync())
        {
            var (status, body) = await staff.PostAsync($"plugs/{heard.GetProperty("id")}/adopt", new { name = heard.GetProperty("address").GetString() });
            Assert.True(status == HttpStatusCode.OK, body.ToString());
        }

        foreach (var row in rows.Where(row => !IsIgnored(row) && !IsOptional(row)))
        {
            await Eventually.TrueAsync(
                async () =>
                {
                    await PublishAsync(plug, row);
                    return Mismatch(await staff.PlugsAsync(), row) is null;
                },
                Soon, await DescribeAsync(staff, row));
        }

        foreach (var row in rows.Where(IsIgnored))
        {
            await PublishAsync(plug, row);
        }

        await Eventually.TrueAsync(
            async () =>
            {
                await plug.PublishAsync("tele/last-of-the-silent/STATE", """{"POWER":"OFF"}""");
                var channels = (await staff.PlugsAsync())["last-of-the-silent"].GetProperty("channels");
                return channels.GetArrayLength() > 0 && channels[0].GetProperty("isOn").ValueKind == JsonValueKind.False;
            },
            Soon, "what came before it has been read");
        Assert.DoesNotContain("piegn/mezzo/bridge0", (await staff.PlugsAsync()).Keys);
    }

    /// <summary>What waited at the broker while the program was away keeps its times, so a story of days is played in seconds.</summary>
    [Fact]
    public async Task CounterSeries_ThroughMosquitto_CountTheEnergyTheySay()
    {
        await using var broker = await MosquittoProcess.StartAsync(MosquittoSettings.SavesEverySecond);
        await using var app = await AppProcess.StartAsync([.. HouseApi.FirstStaff, .. broker.AppSettings]);
        using var staff = await HouseApi.StaffAsync(app.BaseAddress);
        await using var plug = await broker.ConnectAsync();
        List<CounterSeries> all = [.. Rows("counter-series.jsonl").Where(row => row.GetProperty("rule").GetString() == "ha_total_increasing").Select(Hourly), .. CounterSeries.Ids.Select(CounterSeries.Of)];
        foreach (var story in all)
        {
            await plug.PublishAsync($"tele/{story.Id}/STATE", """{"POWER":"OFF"}""");
            await staff.AdoptAsync(story.Id);
        }

        foreach (var story in all)
        {
            await Eventually.TrueAsync(
                async () =>
                {
                    await plug.PublishAsync($"tele/{story.Id}/STATE", """{"POWER":"ON"}""");
                    return IsOn(await staff.PlugsAsync(), story.Id) == true;
                },
                Soon, $"{story.Id} is listened to");
        }

        await app.KillAsync();
        foreach (var story in all)
        {
            await PlayAsync(plug, story);
        }

        await app.StartAgainAsync();
        foreach (var story in all)
        {
            // Off, or in doubt where its last reading says that it draws.
            await Eventually.TrueAsync(async () => IsOn(await staff.PlugsAsync(), story.Id) != true, Soon, $"{story.Id} is stored");
        }

        var plugs = await staff.PlugsAsync();
        var wrong = all.Select(story => (Story: story, Counted: Counted(plugs, story.Id)))
            .Where(one => Math.Abs(one.Counted - one.Story.TotalKilowattHours) > one.Story.Tolerance)
            .Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Story.Id}: {one.Counted} of {one.Story.TotalKilowattHours} within {one.Story.Tolerance}"));
        Assert.Empty(wrong);
    }

    /// <summary>A row of bare values, an hour apart; the last stated sum is what it comes to.</summary>
    private static CounterSeries Hourly(JsonElement row)
    {
        var (scale, expected) = row.GetProperty("unit").GetString() == "Wmin"
            ? (1.0 / 60_000, row.GetProperty("cumulative_kwh_after")) : (1.0, row.GetProperty("cumulative_after"));
        return new(
            row.GetProperty("id").GetString()!, 3680,
            [.. row.GetProperty("values").EnumerateArray().Select((value, hour) => new MeterReading(CounterSeries.Start.AddHours(hour), null, value.GetDouble() * scale))],
            expected.EnumerateObject().Last().Value.GetDouble(), 1e-6, []);
    }

    private static async Task PlayAsync(MqttTestClient plug, CounterSeries story)
    {
        // Its story ends now; what comes last tells that all of it is stored.
        var back = DateTimeOffset.UtcNow - story.Readings[^1].At;
        foreach (var reading in story.Readings)
        {
            var total = reading.EnergyKilowattHours is { } energy ? string.Create(CultureInfo.InvariantCulture, $"\"Total\":{energy:R}") : null;
            var power = reading.ActivePowerWatts is { } watts ? string.Create(CultureInfo.InvariantCulture, $"\"Power\":{watts:R}") : null;
            var values = string.Join(',', new[] { total, power }.Where(value => value is not null));
            await plug.PublishAsync(
                $"tele/{story.Id}/SENSOR", $$"""{"Time":"{{reading.At + back:yyyy-MM-ddTHH:mm:ss}}+00:00","ENERGY":{ {{values}} } }""");
        }

        await plug.PublishAsync($"tele/{story.Id}/STATE", """{"POWER":"OFF"}""");
    }

    private static double Counted(Dictionary<string, JsonElement> plugs, string name) => plugs[name].GetProperty("channels").EnumerateArray()
        .Sum(channel => channel.GetProperty("energyCountedKilowattHours").GetDouble());

    private static bool? IsOn(Dictionary<string, JsonElement> plugs, string name) =>
        plugs[name].GetProperty("channels").EnumerateArray().Select(channel => channel.GetProperty("isOn"))
            .Where(on => on.ValueKind is JsonValueKind.True or JsonValueKind.False).Select(on => (bool?)on.GetBoolean()).FirstOrDefault();

    private static IEnumerable<JsonElement> Rows(string file) =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Payloads", file)).Select(line => JsonSerializer.Deserialize<JsonElement>(line));

    private static bool IsIgnored(JsonElement row) => Flag(row, "ignore");

    private static bool IsOptional(JsonElement row) => Flag(row, "optional");

    private static bool Flag(JsonElement row, string name) =>
        row.GetProperty("expect").TryGetProperty(name, out var flag) && flag.GetBoolean();

    private static Task PublishAsync(MqttTestClient plug, JsonElement row) =>
        plug.PublishAsync(row.GetProperty("topic").GetString()!, row.GetProperty("payload").GetString()!, retain: row.TryGetProperty("retain", out var retain) && retain.GetBoolean());

    private static async Task<string> DescribeAsync(HouseApi staff, JsonElement row) =>
        $"{row.GetProperty("id")}: {row.GetProperty("topic")} {row.GetProperty("payload")} ({Mismatch(await staff.PlugsAsync(), row)})";

    /// <summary>What the API says differently from the row; null when it agrees.</summary>
    private static string? Mismatch(Dictionary<string, JsonElement> plugs, JsonElement row)
    {
        var expect = row.GetProperty("expect");
        var silent = expect.TryGetProperty("channels", out var channels) && channels.GetArrayLength() == 0;
        if (silent || IsOptional(row))
        {
            return null;
        }

        if (!plugs.TryGetValue(expect.GetProperty("device").GetString()!, out var plug))
        {
            return "the plug is not known";
        }

        foreach (var (key, property) in ((string, string)[])[("availability", "availability"), ("name", "reportedName"), ("mac", "mac"), ("model", "model")])
        {
            // Tasmota's friendly name is the better of the two names it reports.
            var wanted = key == "name" && expect.TryGetProperty("friendly", out var friendly) ? friendly.GetString()
                : expect.TryGetProperty(key, out var value) ? value.GetString() : null;
            if (wanted is not null && plug.GetProperty(property).GetString() is var told && told != wanted && !(key == "name" && told == expect.GetProperty("name").GetString()))
            {
                return $"{property} is {told}";
            }
        }

        if (expect.TryGetProperty("watts_sum", out var sum) && !Same(plug.GetProperty("activePowerWatts"), sum))
        {
            return $"the plug's watts are {plug.GetProperty("activePowerWatts")}";
        }

        if (expect.TryGetProperty("total_kwh", out var total) && !Same(plug.GetProperty("energyKilowattHours"), total))
        {
            return $"the plug's counter is {plug.GetProperty("energyKilowattHours")}";
        }

        return channels.ValueKind != JsonValueKind.Array ? null
            : channels.EnumerateArray().Select(channel => ChannelMismatch(plug, channel)).FirstOrDefault(mismatch => mismatch is not null);
    }

    private static string? ChannelMismatch(JsonElement plug, JsonElement expect)
    {
        var name = expect.GetProperty("ch").ToString();
        var channel = plug.GetProperty("channels").EnumerateArray().FirstOrDefault(candidate => candidate.GetProperty("channel").GetString() == name);
        if (channel.ValueKind == JsonValueKind.Undefined)
        {
            return $"channel {name} is not known";
        }

        foreach (var (key, property) in ((string, string)[])[("watts", "activePowerWatts"), ("total_kwh", "energyKilowattHours"), ("on", "isOn")])
        {
            var wanted = expect.GetProperty(key);
            if (wanted.ValueKind != JsonValueKind.Null && !Same(channel.GetProperty(property), wanted))
            {
                return $"{property} of channel {name} is {channel.GetProperty(property)}";
            }
        }

        return null;
    }

    private static bool Same(JsonElement told, JsonElement wanted) =>
        told.ValueKind == JsonValueKind.Number && wanted.ValueKind == JsonValueKind.Number
            ? Math.Abs(told.GetDouble() - wanted.GetDouble()) < 1e-9
            : told.ToString() == wanted.ToString();
}

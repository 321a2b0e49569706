using System.Globalization;
using MqttChat.Tests.Faults;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.EndToEnd;

/// <summary>The published program on PostgreSQL, from its set-up to its second start.</summary>
[Collection(FaultProcesses.Name)]
public sealed class PostgresHouseTests
{
    [Fact]
    public async Task House_OnPostgres_PostsCountsDrawsAndKeepsAllOfItOverAKillAndARestart()
    {
        await using var postgres = await PostgresHouse.StartAsync();
        var house = postgres.House;
        using var visitor = await PageVisitor.SignInAsync(house.App.BaseAddress);
        var room = await house.Staff.MakeRoomAsync("台所");
        await house.Staff.SayAsync(room, "お湯が沸きました 🫖");
        var now = DateTimeOffset.UtcNow;
        var plug = await house.AdoptTasmotaAsync("kettle", now);
        await using (var kettle = await house.ConnectPlugAsync())
        {
            await kettle.PublishAsync("tele/kettle/SENSOR", FaultHouse.Report(null, 1800, 100.01));
            await kettle.PublishAsync("tele/kettle/SENSOR", FaultHouse.Report(null, 1900, 100.02));
        }

        await SeenAsync();
        await house.App.KillAsync();
        await house.App.StartAgainAsync();
        await SeenAsync();
        await house.App.StopAsync();
        await house.App.StartAgainAsync();
        await SeenAsync();
        Assert.Contains("PostgreSQL", await visitor.ReadAsync("/status"), StringComparison.Ordinal);

        // The cookie is older than the process: its key is in the database.
        async Task SeenAsync()
        {
            await house.ReadyAsync();
            Assert.Contains("沸きました", System.Net.WebUtility.HtmlDecode(await visitor.ReadAsync($"/rooms/{room}")), StringComparison.Ordinal);
            await Eventually.TrueAsync(
                async () => string.Join(' ', (await house.Staff.ReadingsAsync(plug, now.AddHours(-1), now.AddMinutes(5)))
                    .Where(one => one.Watts > 0).Select(one => one.Watts!.Value.ToString(CultureInfo.InvariantCulture))) == "1800 1900",
                what: "the chart's readings are there");
            await using var store = house.OpenTelemetry();
            await Eventually.TrueAsync(
                async () => Math.Abs((await house.ReadingsOfAsync(store, plug)).Counted - 0.02) < 1e-9, what: "the energy is counted");
        }
    }

    [Fact]
    public async Task Backup_OnPostgres_NamesTheToolsOfTheServer()
    {
        var (code, output) = await AppCommand.RunAsync(
            ["--backup", "nowhere", "--Database:Provider=Postgres", "--ConnectionStrings:House=Host=none;Database=none"]);

        Assert.Equal(2, code);
        Assert.Contains("pg_dump", output, StringComparison.Ordinal);
    }
}

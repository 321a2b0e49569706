using MqttChat.Tests.Faults;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.EndToEnd;

/// <summary>Pages without a browser, as the fault tests and the benchmarks open them by the hundred.</summary>
[Collection(FaultProcesses.Crowded)]
public sealed class CircuitClientTests
{
    [FaultFact]
    public async Task Circuits_OfARoomAndTheDashboard_SeeAnothersPostAndAReading()
    {
        await using var house = await FaultHouse.StartAsync();
        var staff = await CircuitPerson.SignInAsync(house.App.BaseAddress, HouseApi.StaffEmail, HouseApi.StaffPassword);
        var resident = await CircuitPerson.JoinAsync(house.App.BaseAddress, house.Staff, "mio");
        var everyone = (await house.Staff.GetAsync("rooms")).GetProperty("items")[0].GetProperty("id").GetInt32();

        // A room: one posts, the other sees it; a broken link comes back to the same circuit with what it missed.
        await using var writer = await staff.OpenAsync($"/rooms/{everyone}");
        await using var reader = await resident.OpenAsync($"/rooms/{everyone}");
        var sees = reader.SeesAsync("Good morning");
        await writer.PostAsync("Good morning");
        await sees;
        reader.Drop();
        await writer.PostAsync("Said meanwhile");
        sees = reader.SeesAsync("Said meanwhile");
        Assert.True(await reader.ReconnectAsync());
        await sees;

        // The dashboard: a report is on it without anybody asking.
        await house.AdoptTasmotaAsync("kettle", DateTimeOffset.UtcNow);
        await using var dashboard = await staff.OpenAsync("/dashboard");
        var reading = dashboard.SeesAsync("1.23 kW");
        await using var plug = await house.ConnectPlugAsync();
        await plug.PublishAsync("tele/kettle/SENSOR", FaultHouse.Report(DateTimeOffset.UtcNow, 1234, 100.1));
        await reading;
        Assert.Null(dashboard.Error);
    }
}

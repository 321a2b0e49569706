using Microsoft.Playwright;
using MqttChat.Tests.EndToEnd;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Observability;

/// <summary>The status page in a real browser: it lives by itself, and its list can be turned.</summary>
[Collection(BrowserTests.Name)]
public sealed class StatusPageBrowserTests(Chromium chromium) : IAsyncLifetime
{
    private readonly int _broker = FreePort.Next();
    private AppProcess _app = null!;

    public async Task InitializeAsync() =>
        _app = await AppProcess.StartAsync([.. HouseApi.FirstStaff, $"Mqtt:Embedded:Listen=127.0.0.1:{_broker}"]);

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task Status_WhileReportsComeIn_ShowsThemWithoutAReload_AndTurnsItsPages()
    {
        using var staff = await HouseApi.StaffAsync(_app.BaseAddress);
        await using var plug = await MqttTestClient.ConnectAsync(_broker);
        await plug.PublishAsync("tele/fridge/SENSOR", """{"ENERGY":{"Total":1.5,"Power":85}}""");
        await staff.AdoptAsync("fridge");
        var page = await chromium.OpenAsync(_app.BaseAddress);
        await page.SignInAsync(HouseApi.StaffEmail, HouseApi.StaffPassword);
        await page.GotoAsync("/status");
        await page.GetByText("All good").WaitForAsync();

        await Eventually.TrueAsync(
            async () =>
            {
                await plug.PublishAsync("tele/fridge/SENSOR", """{"ENERGY":{"Total":1.5,"Power":85}}""");
                return await page.Locator(".status-now strong").InnerTextAsync() != "0";
            },
            TimeSpan.FromSeconds(20), "the rate is shown");
        // Once the topic is subscribed, one after the other is stored.
        for (var number = 0; number < 25; number++)
        {
            await plug.PublishAsync("tele/fridge/SENSOR", $"nonsense {number}");
        }

        await page.GetByText("Needs attention").WaitForAsync();
        await page.GetByText("nonsense 24").WaitForAsync();
        Assert.Equal(20, await page.Locator(".letters-table tbody tr").CountAsync());
        await page.GetByRole(AriaRole.Button, new() { Name = "Older" }).ClickAsync();
        await page.GetByText("nonsense 4", new() { Exact = true }).WaitForAsync();
        Assert.Equal(5, await page.Locator(".letters-table tbody tr").CountAsync());
        await page.GetByRole(AriaRole.Button, new() { Name = "Newer" }).ClickAsync();
        await page.GetByText("nonsense 24").WaitForAsync();
        await page.Context.CloseAsync();
    }
}

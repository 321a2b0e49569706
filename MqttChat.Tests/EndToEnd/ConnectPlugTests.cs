using Microsoft.Playwright;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.EndToEnd;

/// <summary>Plugs get their accounts from the page, at a real Mosquitto with dynamic security; what they can do is seen by delivery.</summary>
[Collection(BrowserTests.FirstSteps)]
public sealed class ConnectPlugTests(Chromium chromium)
{
    private static readonly LocatorAssertionsToBeVisibleOptions Patient = new() { Timeout = 45_000 };

    [Fact]
    public async Task TwoPlugs_ConnectedFromThePage_SpeakForThemselvesAlone_AndARemovedOneIsRefusedAtOnce()
    {
        await using var broker = await MosquittoProcess.StartAsync(new() { DynamicSecurity = true });
        await using var app = await AppProcess.StartAsync([.. HouseApi.FirstStaff, .. broker.AppSettings]);
        var page = await chromium.OpenAsync(app.BaseAddress);
        await page.SignInAsync(HouseApi.StaffEmail, HouseApi.StaffPassword);
        var lampPassword = await MakeAsync(page, "lamp");
        await page.GetByRole(AriaRole.Button, new() { Name = "Done. Connect another plug" }).ClickAsync();
        var fridgePassword = await MakeAsync(page, "fridge");
        await Assertions.Expect(page.Locator(".connect-made").GetByText("Waiting for the plug")).ToBeVisibleAsync(Patient);
        Assert.Empty(await Axe.SeriousAsync(page));

        await using var listener = await broker.ConnectAsync();
        await listener.SubscribeAsync("#");
        await using var lamp = await broker.ConnectAsync("lamp", lampPassword);
        await using var fridge = await broker.ConnectAsync("fridge", fridgePassword);
        await SubscribeToEverythingAsync(fridge);
        await SubscribeToEverythingAsync(lamp);
        await SpeakAsync(fridge, "fridge", "lamp");
        await SpeakAsync(lamp, "lamp", "fridge");

        // The page turned green by itself, and the next step is there.
        await Assertions.Expect(page.Locator(".connect-made").GetByText("The plug is connected and reporting.")).ToBeVisibleAsync(Patient);
        await page.GetByRole(AriaRole.Link, new() { Name = "Next: adopt it" }).ClickAsync();
        var heard = page.GetByRole(AriaRole.Article).Filter(new() { HasText = "fridge" });
        await heard.GetByRole(AriaRole.Button, new() { Name = "Adopt", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Show plug" }).ClickAsync();

        // A room's signal and commands to each: heard by whom they are for.
        await listener.PublishAsync("mqttchat/room/1", "");
        await listener.PublishAsync("cmnd/fridge/POWER", "ON");
        await listener.PublishAsync("cmnd/lamp/POWER", "ON");
        foreach (var (plug, name) in (IEnumerable<(MqttTestClient, string)>)[(fridge, "fridge"), (lamp, "lamp")])
        {
            await Eventually.TrueAsync(() => plug.Heard.Any(message => message.Topic == $"cmnd/{name}/POWER"));
            Assert.All(plug.Heard, message => Assert.StartsWith($"cmnd/{name}/", message.Topic, StringComparison.Ordinal));
            await Eventually.TrueAsync(() => listener.Heard.Any(message => message.Text == $"by {name}"));
            Assert.All(
                listener.Heard.Where(message => message.Text == $"by {name}"),
                message => Assert.Equal($"tele/{name}/SENSOR", message.Topic));
        }

        // Removed from the house, it is cut and stays out; the other is not.
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove from house" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove", Exact = true }).ClickAsync();
        await page.WaitForURLAsync("**/dashboard");
        await Eventually.TrueAsync(() => !fridge.IsConnected);
        Assert.Equal("NotAuthorized", (await MqttTestClient.TryConnectAsync(broker.Port, "fridge", fridgePassword)).Code);
        Assert.True(lamp.IsConnected);
        await page.GotoAsync("/plugs/connect");
        await Assertions.Expect(page.Locator(".connect-given")).ToHaveCountAsync(1, new() { Timeout = 45_000 });
        await Assertions.Expect(page.Locator(".connect-given")).ToContainTextAsync("lamp");
        await page.Context.CloseAsync();
    }

    private static async Task<string> MakeAsync(IPage page, string name)
    {
        if (!page.Url.EndsWith("/plugs/connect", StringComparison.Ordinal))
        {
            await page.GotoAsync("/plugs/connect");
        }

        await page.GetByLabel("Plug name").FillAsync(name);
        await page.GetByRole(AriaRole.Button, new() { Name = "Create credentials" }).ClickAsync();
        var made = page.Locator(".connect-made");
        await Assertions.Expect(made.GetByLabel("Topic", new() { Exact = true })).ToHaveValueAsync(name, new() { Timeout = 45_000 });
        var password = await made.GetByLabel("Password", new() { Exact = true }).InputValueAsync();
        Assert.Contains($"MqttUser {name}; MqttPassword {password}; Topic {name};", await made.GetByLabel("Backlog").InputValueAsync(), StringComparison.Ordinal);
        return password;
    }

    private static async Task SubscribeToEverythingAsync(MqttTestClient plug)
    {
        foreach (var filter in (string[])["#", "mqttchat/#", "cmnd/#", "tele/+/SENSOR", "$SYS/#", "cmnd/fridge/#", "cmnd/lamp/#"])
        {
            await plug.SubscribeAsync(filter);
        }
    }

    private static async Task SpeakAsync(MqttTestClient plug, string own, string other)
    {
        foreach (var topic in (string[])[$"tele/{other}/SENSOR", $"cmnd/{other}/POWER", "mqttchat/rooms", "tasmota/discovery/A4CF12345678/config", $"tele/{own}/SENSOR"])
        {
            await plug.PublishAsync(topic, $"by {own}");
        }

        await plug.PublishAsync($"tele/{own}/SENSOR", """{"ENERGY":{"Total":1.5,"Power":60}}""");
    }
}

using System.Text.RegularExpressions;
using Microsoft.Playwright;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.EndToEnd;

/// <summary>The main job from the empty database on: set up, invite, chat, a plug's power live, switch it.</summary>
[Collection(BrowserTests.Houses)]
public sealed class MainJobTests(Chromium chromium)
{
    private static readonly LocatorAssertionsToBeVisibleOptions Patient = new() { Timeout = 45_000 };

    [Fact]
    public async Task House_WithMosquitto_ChatsAndSwitchesAPlug()
    {
        await using var broker = await MosquittoProcess.StartAsync();
        await using var app = await AppProcess.StartAsync(broker.AppSettings);
        await using var plug = await broker.ConnectAsync();
        await using var listener = await broker.ConnectAsync();
        await WalkAsync(app, plug, listener);
    }

    [Fact]
    public async Task House_WithTheEmbeddedBroker_ChatsAndSwitchesAPlug()
    {
        var port = FreePort.Next();
        await using var app = await AppProcess.StartAsync($"Mqtt:Embedded:Listen=127.0.0.1:{port}");
        await using var plug = await MqttTestClient.ConnectAsync(port);
        await using var listener = await MqttTestClient.ConnectAsync(port);
        await WalkAsync(app, plug, listener);
    }

    [Fact]
    public async Task Chat_WithTheBrokerKilled_GoesOnAndStaffSeeIt()
    {
        await using var broker = await MosquittoProcess.StartAsync();
        await using var app = await AppProcess.StartAsync(broker.AppSettings);
        var staff = await chromium.OpenAsync(app.BaseAddress);
        await staff.SetUpAsync(app, "Elm Street 12", "Hanna");
        var resident = await chromium.OpenAsync(app.BaseAddress);
        await resident.JoinAsync(await staff.InviteAsync(), "Kenji");
        await staff.OpenRoomAsync("Everyone");
        await resident.OpenRoomAsync("Everyone");
        await staff.SayAsync("Before the broker went");
        await Assertions.Expect(resident.Said("Before the broker went")).ToBeVisibleAsync(Patient);

        await broker.KillAsync();
        var watch = await staff.Context.NewPageAsync();
        await watch.GotoAsync("/dashboard");
        var away = watch.Locator(".broker-banner");
        await Assertions.Expect(away).ToBeVisibleAsync(Patient);
        await staff.SayAsync("The broker is away");
        await Assertions.Expect(resident.Said("The broker is away")).ToBeVisibleAsync(Patient);
        await resident.SayAsync("We go on");
        await Assertions.Expect(staff.Said("We go on")).ToBeVisibleAsync(Patient);

        await broker.StartAgainAsync();
        await Assertions.Expect(away).ToHaveCountAsync(0, new() { Timeout = 30_000 });
        await staff.SayAsync("And it is back");
        foreach (var text in (string[])["Before the broker went", "The broker is away", "We go on", "And it is back"])
        {
            await Assertions.Expect(resident.Said(text)).ToHaveCountAsync(1, new() { Timeout = 45_000 });
            await Assertions.Expect(staff.Said(text)).ToHaveCountAsync(1);
        }

        await CloseAsync(staff, resident);
    }

    // A page left open would ask for its house for ever, and cost the tests that follow.
    private static async Task CloseAsync(params IPage[] pages)
    {
        foreach (var page in pages)
        {
            await page.Context.CloseAsync();
        }
    }

    private async Task WalkAsync(AppProcess app, MqttTestClient plug, MqttTestClient listener)
    {
        await listener.SubscribeAsync("#");
        var staff = await chromium.OpenAsync(app.BaseAddress);
        await staff.SetUpAsync(app, "Elm Street 12", "Hanna");
        var link = await staff.InviteAsync();
        var resident = await chromium.OpenAsync(app.BaseAddress);
        await resident.JoinAsync(link, "Kenji");

        // Both chat.
        await staff.OpenRoomAsync("Everyone");
        await resident.OpenRoomAsync("Everyone");
        await staff.SayAsync("Good morning from the office");
        await Assertions.Expect(resident.Said("Good morning from the office")).ToBeVisibleAsync(Patient);
        await resident.SayAsync("停電、ありました");
        await Assertions.Expect(staff.Said("停電、ありました")).ToBeVisibleAsync(Patient);

        // A plug that nobody knows speaks, and is adopted.
        await plug.PublishAsync("tele/fridge/LWT", "Online", retain: true);
        await plug.PublishAsync("tele/fridge/STATE", """{"POWER":"OFF"}""");
        await plug.PublishAsync("tele/fridge/SENSOR", """{"ENERGY":{"Total":6.294,"Power":87}}""");
        await staff.GotoAsync("/plugs/new");
        var heard = staff.GetByRole(AriaRole.Article).Filter(new() { HasText = "fridge" });
        await Assertions.Expect(heard.GetByText("87 W")).ToBeVisibleAsync(Patient);
        await heard.GetByLabel("Room").SelectOptionAsync("Everyone");
        await heard.GetByRole(AriaRole.Button, new() { Name = "Adopt", Exact = true }).ClickAsync();
        await Assertions.Expect(heard).ToHaveCountAsync(0, new() { Timeout = 45_000 });

        // Its report moves tile and chart.
        await staff.GotoAsync("/dashboard");
        var tile = staff.Locator(".plug-tile").Filter(new() { HasText = "fridge" });
        await Assertions.Expect(tile).ToBeVisibleAsync(Patient);
        await ReportUntilAsync(plug, 120, () => tile.GetByText("120 W").IsVisibleAsync());
        await Eventually.TrueAsync(async () => (await staff.NewestPointAsync()).Contains("120 W", StringComparison.Ordinal), TimeSpan.FromSeconds(15), "the chart shows 120 W");
        await plug.PublishAsync("tele/fridge/SENSOR", """{"ENERGY":{"Total":6.296,"Power":240}}""");
        await Assertions.Expect(tile.GetByText("240 W")).ToBeVisibleAsync(Patient);
        await Eventually.TrueAsync(async () => (await staff.NewestPointAsync()).Contains("240 W", StringComparison.Ordinal), TimeSpan.FromSeconds(15), "the chart moved by itself");

        // The switch: a command, and the plug's word is what counts.
        await plug.SubscribeAsync("cmnd/fridge/#");
        await plug.PublishAsync("stat/fridge/RESULT", """{"POWER":"OFF"}""");
        var toggle = tile.GetByRole(AriaRole.Switch);
        await Assertions.Expect(toggle).ToHaveAttributeAsync("aria-checked", "false", new() { Timeout = 45_000 });
        await toggle.ClickAsync();
        await Eventually.TrueAsync(() => plug.Heard.Any(IsSwitchOn));
        await Assertions.Expect(toggle).ToHaveAttributeAsync("aria-checked", "false");
        await plug.PublishAsync("stat/fridge/RESULT", """{"POWER":"ON"}""");
        await Assertions.Expect(toggle).ToHaveAttributeAsync("aria-checked", "true", new() { Timeout = 45_000 });

        // A member of the room sees its power beside the chat.
        await resident.OpenRoomAsync("Everyone");
        await Assertions.Expect(resident.GetByText("240 W").First).ToBeVisibleAsync(Patient);

        AssertNothingTold(listener);
        await CloseAsync(staff, resident);
    }

    private static bool IsSwitchOn(HeardByTest message) =>
        message is { Topic: "cmnd/fridge/POWER" or "cmnd/fridge/POWER1", Retained: false } && message.Text.ToUpperInvariant() is "ON" or "1";

    private static Task ReportUntilAsync(MqttTestClient plug, int watts, Func<Task<bool>> shown) =>
        // The subscription follows the adoption within moments; a plug simply reports again.
        Eventually.TrueAsync(
            async () =>
            {
                await plug.PublishAsync("tele/fridge/SENSOR", $$$"""{"ENERGY":{"Total":6.295,"Power":{{{watts}}}}}""");
                return await shown();
            },
            TimeSpan.FromSeconds(20), $"{watts} W is shown");

    private static void AssertNothingTold(MqttTestClient listener)
    {
        var plugsOwn = new Regex("^(tele|stat|cmnd)/fridge/");
        var ours = listener.Heard.Where(message => !plugsOwn.IsMatch(message.Topic)).ToList();
        Assert.Contains(ours, message => Regex.IsMatch(message.Topic, "^mqttchat/room/[0-9]+$"));
        Assert.Contains(ours, message => message.Topic == "mqttchat/power");
        foreach (var message in ours)
        {
            var all = message.Topic + " " + message.Text;
            Assert.DoesNotMatch("(?i)morning|office|停電|ありました|hanna|kenji|everyone|elm street|house.test|fridge|240", all);
            Assert.True(message.Payload.Length <= 16, $"{message.Topic} carries {message.Payload.Length} bytes");
        }
    }
}

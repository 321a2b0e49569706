using MqttChat.Tests.Support;

namespace MqttChat.Tests.Mqtt;

/// <summary>By delivery: a broker may acknowledge what it never hands on.</summary>
public sealed class MosquittoAclTests
{
    private static readonly MosquittoSettings House = new()
    {
        Users = new Dictionary<string, string>
        {
            [MosquittoProcess.AppUser] = MosquittoProcess.AppPassword, ["fridge"] = "f", ["lamp"] = "l",
        },
    };

    [Fact]
    public async Task Plug_WritesItsOwnTopicsOnly()
    {
        await using var broker = await MosquittoProcess.StartAsync(House);
        await using var app = await broker.ConnectAsync();
        await app.SubscribeAsync("#");
        await using var plug = await broker.ConnectAsync("fridge");

        foreach (var topic in new[] { "tele/lamp/SENSOR", "cmnd/lamp/POWER", "mqttchat/rooms", "tele/fridge/SENSOR", "stat/fridge/POWER", "tasmota/discovery/AABBCC/config" })
        {
            await plug.PublishAsync(topic, "x");
        }

        await Eventually.TrueAsync(() => app.Heard.Any(heard => heard.Topic.StartsWith("tasmota/", StringComparison.Ordinal)));
        Assert.Equal(["tele/fridge/SENSOR", "stat/fridge/POWER", "tasmota/discovery/AABBCC/config"], app.Heard.Select(heard => heard.Topic));
    }

    [Fact]
    public async Task Plug_ReadsItsOwnCommandsOnly()
    {
        await using var broker = await MosquittoProcess.StartAsync(House);
        await using var plug = await broker.ConnectAsync("fridge");
        await plug.SubscribeAsync("#");
        await plug.SubscribeAsync("cmnd/#");

        foreach (var topic in new[] { "cmnd/lamp/POWER", "tele/lamp/SENSOR", "mqttchat/room/1", "cmnd/fridge/POWER" })
        {
            await broker.PublishAsync(topic, "ON");
        }

        await Eventually.TrueAsync(() => !plug.Heard.IsEmpty);
        Assert.All(plug.Heard, heard => Assert.Equal("cmnd/fridge/POWER", heard.Topic));
    }
}

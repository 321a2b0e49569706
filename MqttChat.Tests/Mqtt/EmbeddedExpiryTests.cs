using MqttChat.Tests.Support;

namespace MqttChat.Tests.Mqtt;

/// <summary>A command does not wait at the embedded broker for a plug that keeps its session.</summary>
public sealed class EmbeddedExpiryTests
{
    [Fact]
    public async Task Command_ToAPlugThatIsAway_DoesNotWaitForIt()
    {
        var port = FreePort.Next();
        await using var server = await KeepingServer.StartAsync(port);
        await using var rig = await new MqttRig(MqttRig.For(port)).ConnectedAsync();
        Task<MqttTestClient> PlugAsync() => MqttTestClient.ConnectAsync(port, clientId: "plug", keep: true);
        Task SendAsync(string word) => rig.Signals.SendAsync(new("cmnd/fridge/POWER", System.Text.Encoding.UTF8.GetBytes(word)), CancellationToken.None);
        await using (var plug = await PlugAsync())
        {
            await plug.SubscribeAsync("cmnd/#");
            await SendAsync("ON");
            await Eventually.TrueAsync(() => plug.Heard.Count == 1);
        }

        await Eventually.TrueAsync(async () => !await server.HasAsync("plug"));
        await SendAsync("OFF");
        await using var back = await PlugAsync();
        await SendAsync("TOGGLE");
        await Eventually.TrueAsync(() => back.Heard.Any(heard => heard.Text == "TOGGLE"));

        Assert.DoesNotContain(back.Heard, heard => heard.Text == "OFF");
    }
}

using System.Net;
using System.Net.Sockets;
using MqttChat.Domain.Signals;
using MqttChat.Tests.Support;
using MqttChat.Web.Mqtt;

namespace MqttChat.Tests.Mqtt;

public sealed class EmbeddedBrokerTests
{
    [Fact]
    public async Task AppAndPlug_MeetOnIt_AndAListenerHearsTheSignal()
    {
        await using var rig = await StartAsync("127.0.0.1:0");
        await rig.ConnectedAsync();
        await using var listener = await ConnectAsync(rig);
        await listener.SubscribeAsync("#");

        rig.Hub.Publish(ReloadSignal.Room(3));
        await Eventually.TrueAsync(() => !listener.Heard.IsEmpty);

        Assert.Equal("mqttchat/room/3", listener.Heard.Single().Topic);
        Assert.Empty(listener.Heard.Single().Payload);
    }

    [Fact]
    public async Task Reports_WhileIngestIsAway_AreQueuedAndStoredOnce()
    {
        await using var rig = await StartAsync("127.0.0.1:0");
        var ledger = new IngestLedger();
        using (var stop = new CancellationTokenSource())
        {
            var first = rig.Ingest(ledger.Work());
            var running = first.RunAsync(stop.Token);
            await Eventually.TrueAsync(() => first.IsSubscribed);
            await stop.CancelAsync();
            await running;
        }

        await using var plug = await ConnectAsync(rig);
        for (var i = 0; i < 500; i++)
        {
            await plug.PublishAsync("tele/fridge/SENSOR", $"{i}");
        }

        using var end = new CancellationTokenSource();
        var second = rig.Ingest(ledger.Work()).RunAsync(end.Token);
        await Eventually.TrueAsync(() => ledger.Stored.Count >= 500);

        Assert.Equal(Enumerable.Range(0, 500).Select(i => $"{i}"), ledger.Payloads);
        await end.CancelAsync();
        await second;
    }

    [Theory]
    [InlineData("mqttchat-ingest-0", null, null, "ClientIdentifierNotValid")]
    [InlineData("fridge", "$app", "guess", "BadUserNameOrPassword")]
    [InlineData("fridge", null, null, "Success")]
    public async Task Login_OfAStranger_CannotTakeTheAppsPlace(string clientId, string? user, string? password, string expected)
    {
        await using var rig = await StartAsync("127.0.0.1:0");

        var (client, code) = await MqttTestClient.TryConnectAsync(rig.Embedded.Endpoint!.Port, user, password, clientId);

        await using var _ = client;
        Assert.Equal(expected, code);
    }

    [Fact]
    public async Task Stranger_OnTheAppsTopics_IsNotHeard()
    {
        await using var rig = await StartAsync("127.0.0.1:0");
        await rig.ConnectedAsync();
        await using var listener = await ConnectAsync(rig);
        await listener.SubscribeAsync("#");
        await using var stranger = await ConnectAsync(rig);
        var told = 0;
        using var subscription = rig.Hub.Subscribe(ReloadSignal.Rooms, () => Interlocked.Increment(ref told));

        await stranger.PublishAsync("mqttchat/rooms", "");
        await stranger.PublishAsync("tele/fridge/SENSOR", "heard");
        await Eventually.TrueAsync(() => !listener.Heard.IsEmpty);

        Assert.Equal("tele/fridge/SENSOR", listener.Heard.Single().Topic);
        Assert.Equal(0, told);
    }

    [Fact]
    public async Task PortTaken_IsShownAsTheReason_AndTriedAgain()
    {
        using var taker = new TcpListener(IPAddress.Loopback, 0);
        taker.Start();
        await using var rig = await StartAsync($"127.0.0.1:{((IPEndPoint)taker.LocalEndpoint).Port}");
        rig.RunSignals();
        await Eventually.TrueAsync(() => rig.Status.Current.Reason == "portTaken");

        taker.Stop();

        await Eventually.TrueAsync(() => rig.Status.Current.Connected, TimeSpan.FromSeconds(25));
    }

    private static async Task<MqttRig> StartAsync(string listen)
    {
        var settings = new MqttOptions();
        settings.Embedded.Listen = listen;
        var rig = new MqttRig(settings);
        await rig.Embedded.StartAsync(CancellationToken.None);
        return rig;
    }

    private static Task<MqttTestClient> ConnectAsync(MqttRig rig) => MqttTestClient.ConnectAsync(rig.Embedded.Endpoint!.Port);
}

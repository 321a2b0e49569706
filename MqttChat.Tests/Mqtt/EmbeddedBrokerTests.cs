using System.Net;
using System.Net.Sockets;
using MqttChat.Domain.Signals;
using MqttChat.Domain.Telemetry;
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

    [Fact]
    public async Task Database_LongAway_WhatTheBrokerKeptIsBacklogAndStoredOnce()
    {
        await using var rig = await StartAsync("127.0.0.1:0");
        var ledger = new IngestLedger();
        using var stop = new CancellationTokenSource();
        var session = rig.Ingest(ledger.Work(), receiveMaximum: 20);
        var running = session.RunAsync(stop.Token);
        await Eventually.TrueAsync(() => session.IsSubscribed && ledger.BacklogsEnded == 1);
        var (away, tries, since) = (true, 0, 0L);
        ledger.OnStore = () =>
        {
            if (away)
            {
                since = ++tries == 2 ? TimeProvider.System.GetTimestamp() : since;
                throw new IOException("disk full");
            }
        };

        await using var plug = await ConnectAsync(rig);
        for (var i = 0; i < 200; i++)
        {
            await plug.PublishAsync("tele/fridge/SENSOR", $"{i}");
        }

        // From the second try on the session knows since when it has failed.
        await Eventually.TrueAsync(() => Volatile.Read(ref since) is > 0 and var at && TimeProvider.System.GetElapsedTime(at) > TimeSpan.FromSeconds(5.5));
        away = false;

        await Eventually.TrueAsync(() => ledger.Stored.Count >= 200);
        Assert.Equal(Enumerable.Range(0, 200).Select(i => $"{i}").Order(), ledger.Payloads.Order());
        Assert.True(ledger.Stored[^1].IsBacklog, "what waited at the broker passed for live");
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task Lease_LostWhileTheBrokerIsAway_IsAskedForAgain()
    {
        await using var rig = new MqttRig(MqttRig.For(FreePort.Next()));
        var ledger = new IngestLedger();
        var work = ledger.Work() with { Renew = (lease, _) => throw new LeaseLostException(lease.Partition) };
        using var stop = new CancellationTokenSource();
        var running = rig.Ingest(work).RunAsync(stop.Token);

        await Eventually.TrueAsync(() => ledger.LeasesWon >= 2, TimeSpan.FromSeconds(90));

        await stop.CancelAsync();
        await running;
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

    [Theory]
    [InlineData("5")]
    [InlineData("3.1.1")]
    public async Task Login_WithoutClientId_GetsOneOfItsOwn_AndIsGuardedLikeAnyOther(string version)
    {
        await using var rig = await StartAsync("127.0.0.1:0");
        await using var listener = await ConnectAsync(rig);
        await listener.SubscribeAsync("#");

        var (first, code) = await MqttTestClient.TryConnectWithoutIdAsync(rig.Embedded.Endpoint!.Port, version);
        var (second, _) = await MqttTestClient.TryConnectWithoutIdAsync(rig.Embedded.Endpoint!.Port, version);
        await using var _1 = first;
        await using var _2 = second;

        Assert.Equal("Success", code);
        await second.PublishAsync("mqttchat/rooms", "");
        await first.PublishAsync("tele/fridge/SENSOR", "heard");
        await Eventually.TrueAsync(() => !listener.Heard.IsEmpty);
        Assert.True(first.IsConnected && second.IsConnected, "two clients without an id have the same one");
        Assert.Equal("heard", listener.Heard.Single().Text);
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
        using var taker = new TcpListener(IPAddress.Loopback, FreePort.Next());
        taker.Start();
        await using var rig = await StartAsync($"127.0.0.1:{((IPEndPoint)taker.LocalEndpoint).Port}");
        rig.RunSignals();
        await Eventually.TrueAsync(() => rig.Status.Current.Reason == "portTaken");

        taker.Stop();

        await Eventually.TrueAsync(() => rig.Status.Current.Connected, TimeSpan.FromSeconds(90));
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

using System.Collections.Concurrent;
using MqttChat.Domain;
using MqttChat.Domain.Devices.Formats;
using MqttChat.Domain.Signals;
using MqttChat.Tests.Support;
using MqttChat.Web.Mqtt;

namespace MqttChat.Tests.Mqtt;

public sealed class SignalSessionTests
{
    [Fact]
    public async Task Signal_OfOneInstance_ReachesTheOtherOnceAndCarriesNothing()
    {
        await using var broker = await MosquittoProcess.StartAsync();
        await using var listener = await broker.ConnectAsync();
        await listener.SubscribeAsync("#");
        await using var first = await MqttRig.On(broker).ConnectedAsync();
        await using var second = await MqttRig.On(broker).ConnectedAsync();
        var (own, others) = (0, 0);
        using var a = first.Hub.Subscribe(ReloadSignal.Room(5), () => Interlocked.Increment(ref own));
        using var b = second.Hub.Subscribe(ReloadSignal.Room(5), () => Interlocked.Increment(ref others));

        first.Hub.Publish(ReloadSignal.Room(5));
        await Eventually.TrueAsync(() => others == 1);
        second.Hub.Publish(ReloadSignal.Power);
        await Eventually.TrueAsync(() => listener.Heard.Count == 2);

        Assert.Equal(["mqttchat/room/5", "mqttchat/power"], listener.Heard.Select(heard => heard.Topic));
        Assert.All(listener.Heard, heard => Assert.Empty(heard.Payload));
        Assert.Equal(1, own);
    }

    [Fact]
    public async Task Signals_WhileTheBrokerIsAway_ArePublishedOnceAfterwards()
    {
        await using var broker = await MosquittoProcess.StartAsync();
        await using var way = new TcpFaultProxy(broker.Port);
        await using var rig = await new MqttRig(MqttRig.For(way.Port)).ConnectedAsync();
        way.IsShut = true;
        await broker.KillAsync();
        await Eventually.TrueAsync(() => !rig.Status.Current.Connected);
        for (var i = 0; i < 100; i++)
        {
            rig.Hub.Publish(ReloadSignal.Room(7));
        }

        var told = 0;
        using var subscription = rig.Hub.Subscribe(ReloadSignal.Room(8), () => Interlocked.Increment(ref told));
        await broker.StartAgainAsync();
        await using var listener = await broker.ConnectAsync();
        await listener.SubscribeAsync("mqttchat/#");
        way.IsShut = false;
        await Eventually.TrueAsync(() => rig.Status.Current.Connected, TimeSpan.FromSeconds(90));

        // A connection counts as a signal on everything: nobody knows what was missed.
        Assert.Equal(1, told);
        await Eventually.TrueAsync(() => !listener.Heard.IsEmpty);
        rig.Hub.Publish(ReloadSignal.Rooms);
        await Eventually.TrueAsync(() => listener.Heard.Any(heard => heard.Topic == "mqttchat/rooms"));
        Assert.Single(listener.Heard, heard => heard.Topic == "mqttchat/room/7");
    }

    [Fact]
    public async Task FrozenBroker_IsNoticedWithinTenSeconds_EvenWhileSignalsGoOut()
    {
        await using var broker = await MosquittoProcess.StartAsync();
        await using var rig = await MqttRig.On(broker).ConnectedAsync();
        var reasons = new ConcurrentQueue<string?>();
        using var following = rig.Status.Subscribe(() => reasons.Enqueue(rig.Status.Current.Reason));

        await broker.FreezeAsync();
        await Eventually.TrueAsync(
            () =>
            {
                rig.Hub.Publish(ReloadSignal.Power);
                return !rig.Status.Current.Connected;
            },
            TimeSpan.FromSeconds(10));

        Assert.Equal("silent", rig.Status.Current.Reason);
        await broker.ThawAsync();
        await Eventually.TrueAsync(() => rig.Status.Current.Connected, TimeSpan.FromSeconds(90));
        Assert.Equal(["silent", null], reasons);
    }

    [Fact]
    public async Task BrokerThatTakesConnectionsAndSaysNothing_IsShownAsSilent()
    {
        await using var broker = await MosquittoProcess.StartAsync();
        await using var way = new TcpFaultProxy(broker.Port) { IsHalfOpen = true };
        await using var rig = new MqttRig(MqttRig.For(way.Port)).RunSignals();

        await Eventually.TrueAsync(() => rig.Status.Current.IsAway);

        Assert.Equal("silent", rig.Status.Current.Reason);
    }

    [Fact]
    public async Task WrongPassword_IsShownAsTheReason()
    {
        await using var broker = await MosquittoProcess.StartAsync();
        await using var rig = new MqttRig(MqttRig.For(broker.Port, "wrong")).RunSignals();

        await Eventually.TrueAsync(() => rig.Status.Current.Reason == "refused.credentials");
    }

    [Fact]
    public async Task NobodyThere_IsShownAsTheReason()
    {
        await using var rig = new MqttRig(MqttRig.For(FreePort.Next())).RunSignals();

        await Eventually.TrueAsync(() => rig.Status.Current.Reason == "unreachable");
    }

    [Fact]
    public async Task Command_ReachesThePlug_NotRetained()
    {
        await using var broker = await MosquittoProcess.StartAsync();
        await using var plug = await broker.ConnectAsync();
        await plug.SubscribeAsync("cmnd/#");
        await using var rig = await MqttRig.On(broker).ConnectedAsync();

        await rig.Signals.SendAsync(new PlugCommand("cmnd/fridge/POWER", "ON"u8.ToArray()), CancellationToken.None);

        await Eventually.TrueAsync(() => plug.Heard.Count == 1);
        var heard = plug.Heard.Single();
        Assert.Equal(("cmnd/fridge/POWER", "ON", 1), (heard.Topic, heard.Text, heard.Qos));
        Assert.InRange(heard.ExpirySeconds, 1u, 10u);
        await using var late = await broker.ConnectAsync();
        await late.SubscribeAsync("cmnd/#");
        await late.PublishAsync("cmnd/end", "");
        await Eventually.TrueAsync(() => late.Heard.Any(message => message.Topic == "cmnd/end"));
        Assert.Single(late.Heard);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Command_WithTheBrokerAway_IsRefused(bool frozen)
    {
        await using var broker = await MosquittoProcess.StartAsync();
        await using var rig = await MqttRig.On(broker).ConnectedAsync();
        await (frozen ? broker.FreezeAsync() : broker.KillAsync());

        var refused = await Assert.ThrowsAsync<RefusedException>(
            () => Eventually.DoneAsync(
                rig.Signals.SendAsync(new PlugCommand("cmnd/fridge/POWER", "ON"u8.ToArray()), CancellationToken.None), TimeSpan.FromSeconds(5)));

        Assert.Equal(("broker.away", RefusalKind.Unavailable), (refused.Code, refused.Kind));
    }

    [Fact]
    public async Task WebSocketListener_IsReachedByItsPath()
    {
        await using var broker = await MosquittoProcess.StartAsync();
        await using var door = await WebSocketDoor.OpenAsync(broker.Port);
        var settings = MqttRig.For(door.Port);
        settings.WebSocketPath = "/mqtt";

        await using var rig = await new MqttRig(settings).ConnectedAsync();
    }

    [Fact]
    public async Task Tls_WithTheHousesOwnAuthority_Connects()
    {
        using var authority = TestAuthority.Create();
        await using var broker = await MosquittoProcess.StartAsync(new() { Tls = authority.Issue("127.0.0.1") });
        var settings = MqttRig.For(broker.Port);
        (settings.UseTls, settings.CaFile) = (true, authority.File);

        await using var rig = await new MqttRig(settings).ConnectedAsync();
    }

    [Theory]
    [InlineData(true, "127.0.0.1")]
    [InlineData(false, "other.example")]
    public async Task Tls_WithAnotherAuthorityOrName_IsShownAsTheReason(bool otherAuthority, string name)
    {
        using var authority = TestAuthority.Create();
        using var other = TestAuthority.Create();
        await using var broker = await MosquittoProcess.StartAsync(new() { Tls = authority.Issue(name) });
        var settings = MqttRig.For(broker.Port);
        (settings.UseTls, settings.CaFile) = (true, otherAuthority ? other.File : authority.File);

        await using var rig = new MqttRig(settings).RunSignals();

        await Eventually.TrueAsync(() => rig.Status.Current.Reason == "tls");
    }
}

using System.Collections.Concurrent;
using MqttChat.Domain;
using MqttChat.Domain.Devices;
using MqttChat.Tests.Support;
using MqttChat.Web.Mqtt;

namespace MqttChat.Tests.Mqtt;

/// <summary>Plugs with accounts of their own at the embedded broker; by delivery.</summary>
public sealed class EmbeddedPlugsTests : IAsyncLifetime
{
    private readonly ConcurrentDictionary<string, PlugCredential> _accounts = new();
    private readonly int _port = FreePort.Next();
    private MqttRig _rig = null!;

    public async Task InitializeAsync()
    {
        Give("fridge");
        Give("lamp");
        _rig = new(
            new MqttOptions { Port = _port },
            new((user, _) => Task.FromResult(_accounts.GetValueOrDefault(user)), _ => Task.FromResult(false)));
        await _rig.Embedded.StartAsync(CancellationToken.None);
    }

    public async Task DisposeAsync() => await _rig.DisposeAsync();

    [Fact]
    public async Task Plug_WritesItsOwnTopicsAndHearsItsOwnCommands_NothingElse()
    {
        await _rig.ConnectedAsync();
        await using var listener = await MqttTestClient.ConnectAsync(_port);
        await listener.SubscribeAsync("#");
        await using var fridge = await ConnectAsync("fridge");
        await using var lamp = await ConnectAsync("lamp");
        foreach (var filter in (string[])["#", "cmnd/#", "cmnd/+/POWER", "tele/lamp/#", "mqttchat/#", "cmnd/fridge/#"])
        {
            await fridge.SubscribeAsync(filter);
        }

        foreach (var topic in (string[])["tele/lamp/SENSOR", "cmnd/lamp/POWER", "mqttchat/rooms", "tasmota/discovery/A4CF12345678/config", "tele/fridge/SENSOR"])
        {
            await fridge.PublishAsync(topic, "by fridge", retain: true);
        }

        await lamp.PublishAsync("tele/lamp/SENSOR", "by lamp");
        await listener.PublishAsync("mqttchat/room/1", "");
        await listener.PublishAsync("cmnd/lamp/POWER", "ON");
        await listener.PublishAsync("cmnd/fridge/POWER", "ON");

        await Eventually.TrueAsync(() => fridge.Heard.Any(heard => heard.Topic == "cmnd/fridge/POWER"));
        Assert.All(fridge.Heard, heard => Assert.Equal("cmnd/fridge/POWER", heard.Topic));
        await Eventually.TrueAsync(() => listener.Heard.Any(heard => heard.Text == "by lamp"));
        Assert.Equal(["tele/fridge/SENSOR"], listener.Heard.Where(heard => heard.Text == "by fridge").Select(heard => heard.Topic));
        Assert.Equal(["fridge", "lamp"], (await _rig.Embedded.ConnectedAsync()).Order());
    }

    [Fact]
    public async Task Plug_WithSomebodyElsesClientId_InheritsNothing()
    {
        await using (var other = await MqttTestClient.ConnectAsync(_port, clientId: "other", keep: true))
        {
            await other.SubscribeAsync("#");
        }

        await using var fridge = await MqttTestClient.ConnectAsync(_port, "fridge", "fridge-secret", "other", keep: true);
        await using var listener = await MqttTestClient.ConnectAsync(_port);
        await fridge.SubscribeAsync("cmnd/fridge/#");
        await listener.PublishAsync("tele/lamp/SENSOR", "by lamp");
        await listener.PublishAsync("cmnd/fridge/POWER", "ON");

        await Eventually.TrueAsync(() => !fridge.Heard.IsEmpty);
        Assert.Equal("cmnd/fridge/POWER", Assert.Single(fridge.Heard).Topic);
    }

    [Theory]
    [InlineData("fridge", "lamp-secret")]
    [InlineData("fridge", "")]
    [InlineData("nobody", "fridge-secret")]
    public async Task Login_WithoutTheRightPassword_IsRefused_AlsoOnThisMachine(string user, string password)
    {
        Assert.Equal("BadUserNameOrPassword", await TryAsync(user, password));

        Assert.Equal(user == "fridge", _rig.Embedded.Plugs.WrongPasswordAt(user) is not null);
        await using var _ = await ConnectAsync("fridge");
        Assert.Null(_rig.Embedded.Plugs.WrongPasswordAt("fridge"));
    }

    [Fact]
    public async Task Plug_WhoseAccountIsRevoked_IsCutAtOnceAndRefused()
    {
        await using var fridge = await ConnectAsync("fridge");
        await using var lamp = await ConnectAsync("lamp");

        _accounts.TryRemove("fridge", out _);
        await _rig.Embedded.CutAsync("fridge");

        await Eventually.TrueAsync(() => !fridge.IsConnected);
        Assert.Equal("BadUserNameOrPassword", await TryAsync("fridge", "fridge-secret"));
        Assert.True(lamp.IsConnected);
    }

    [Fact]
    public async Task Broker_OpenedToTheHouse_KeepsTheAppsSessions_AndLetsNobodyInWithoutAnAccount()
    {
        await _rig.ConnectedAsync();
        await using var nameless = await MqttTestClient.ConnectAsync(_port);
        var since = _rig.Status.Current.Since;

        await _rig.Embedded.ListenAsync(toTheHouse: true, default);

        await Eventually.TrueAsync(() => !nameless.IsConnected);
        Assert.Equal("BadUserNameOrPassword", await TryAsync(null, null));
        await using (var fridge = await ConnectAsync("fridge"))
        {
            Assert.True(fridge.IsConnected);
            await _rig.Embedded.ListenAsync(toTheHouse: false, default);
            await Eventually.TrueAsync(() => !fridge.IsConnected);
        }

        Assert.Equal("Success", await TryAsync(null, null));
        Assert.Equal((true, since), (_rig.Status.Current.Connected, _rig.Status.Current.Since));
    }

    [Fact]
    public async Task HousesOwnPassword_KeepsWorkingBesidePlugsAccounts_WithItsSession()
    {
        var settings = new MqttOptions { Port = FreePort.Next(), Username = "house", Password = "house-secret" };
        await using var rig = new MqttRig(settings, new((user, _) => Task.FromResult(_accounts.GetValueOrDefault(user)), _ => Task.FromResult(false)));
        await rig.Embedded.StartAsync(CancellationToken.None);
        await using (var first = await MqttTestClient.ConnectAsync(settings.Port, "house", "house-secret", "bridge", keep: true))
        {
            await first.SubscribeAsync("tele/#");
        }

        await using var plug = await MqttTestClient.ConnectAsync(settings.Port, "fridge", "fridge-secret");
        await plug.PublishAsync("tele/fridge/SENSOR", "while away");
        await using var again = await MqttTestClient.ConnectAsync(settings.Port, "house", "house-secret", "bridge", keep: true);
        await again.PublishAsync("tele/lamp/SENSOR", "any topic");

        await Eventually.TrueAsync(() => again.Heard.Count == 2);
        Assert.Equal(["any topic", "while away"], again.Heard.Select(heard => heard.Text).Order());
        var (nameless, code) = await MqttTestClient.TryConnectAsync(settings.Port);
        await nameless.DisposeAsync();
        Assert.Equal("BadUserNameOrPassword", code);
    }

    [Fact]
    public async Task House_ThatMakesOpensAndRevokes_IsFollowedAtOnce()
    {
        await using var stores = await TestStores.CreateAsync();
        var staff = await stores.AddPersonAsync("staff", isStaff: true);
        var logins = new PlugLogins(stores.Houses);
        var settings = new MqttOptions { Port = FreePort.Next() };
        await using var rig = new MqttRig(settings, new(logins.FindAsync, logins.IsOpenAsync));
        await rig.Embedded.StartAsync(CancellationToken.None);
        var hearing = new PlugHearing(stores.Houses, stores.Signals, stores.Clock);
        var credentials = new PlugCredentials(stores.Houses, rig.Access, hearing, stores.Signals, stores.Clock);
        await new BrokerOpening(stores.Houses, rig.Embedded, stores.Signals, stores.Clock).OpenAsync(staff, default);
        var fridge = await credentials.MakeAsync(staff, new(PlugTopics.Tasmota, "fridge"), default);
        var lamp = await credentials.MakeAsync(staff, new(PlugTopics.Tasmota, "lamp"), default);
        await using var cold = await MqttTestClient.ConnectAsync(settings.Port, "fridge", fridge.Password);
        await using var bright = await MqttTestClient.ConnectAsync(settings.Port, "lamp", lamp.Password);

        await credentials.RevokeAsync(staff, fridge.Credential.Id, default);

        await Eventually.TrueAsync(() => !cold.IsConnected);
        var (refused, code) = await MqttTestClient.TryConnectAsync(settings.Port, "fridge", fridge.Password);
        await refused.DisposeAsync();
        Assert.Equal("BadUserNameOrPassword", code);
        Assert.True(bright.IsConnected && rig.Embedded.IsOpen && await logins.IsOpenAsync(default));
    }

    [Fact]
    public async Task Broker_WhosePlaceTheSettingsName_IsNotMoved()
    {
        var settings = new MqttOptions();
        settings.Embedded.Listen = "127.0.0.1:0";
        await using var rig = new MqttRig(settings);
        await rig.Embedded.StartAsync(CancellationToken.None);

        var refusal = await Assert.ThrowsAsync<RefusedException>(() => rig.Embedded.ListenAsync(toTheHouse: true, default));

        Assert.Equal("connect.portFixed", refusal.Code);
    }

    private void Give(string name) => _accounts[name] = new()
    {
        Id = _accounts.Count + 1, UserName = name, Family = PlugTopics.Tasmota, CreatedById = "staff",
        PasswordHash = BrokerPassword.HashOf($"{name}-secret"),
    };

    private Task<MqttTestClient> ConnectAsync(string name) => MqttTestClient.ConnectAsync(_port, name, $"{name}-secret");

    private async Task<string> TryAsync(string? user, string? password)
    {
        var (client, code) = await MqttTestClient.TryConnectAsync(_port, user, password);
        await client.DisposeAsync();
        return code;
    }
}

using MqttChat.Domain;
using MqttChat.Domain.Devices;
using MqttChat.Tests.Support;
using MqttChat.Web.Devices;
using MqttChat.Web.Mqtt;

namespace MqttChat.Tests.Mqtt;

/// <summary>Accounts at a real Mosquitto, made by its plugin or from the lines that we print; by delivery.</summary>
public sealed class DynamicSecurityTests
{
    [Fact]
    public async Task Accounts_OfTwoPlugs_AreMadeHeldApartAndTakenAway()
    {
        await using var broker = await MosquittoProcess.StartAsync(new() { DynamicSecurity = true });
        await using var rig = MqttRig.On(broker);
        var access = rig.Access;
        Assert.Equal(BrokerAccounts.DynamicSecurity, await access.FindAccountsAsync(default));
        await access.GrantAsync(Plug("fridge"), "f", default);
        await access.GrantAsync(Plug("lamp"), "l", default);
        await using var app = await broker.ConnectAsync();
        await app.SubscribeAsync("#");
        await using var fridge = await broker.ConnectAsync("fridge", "f");
        await using var lamp = await broker.ConnectAsync("lamp", "l");

        await CheckApartAsync(app, fridge, lamp);

        await access.WithdrawAsync(Plug("fridge"), default);
        await Eventually.TrueAsync(() => !fridge.IsConnected);
        Assert.Equal("NotAuthorized", (await MqttTestClient.TryConnectAsync(broker.Port, "fridge", "f")).Code);
        Assert.True(lamp.IsConnected);
        await access.WithdrawAsync(Plug("fridge"), default);
    }

    [Fact]
    public async Task Grant_OfWhatIsThereAlready_ReplacesOurs_AndRefusesOthers()
    {
        await using var broker = await MosquittoProcess.StartAsync(new() { DynamicSecurity = true });
        await using var rig = MqttRig.On(broker);
        var access = rig.Access;
        await access.GrantAsync(Plug("fridge"), "first", default);

        await access.GrantAsync(Plug("fridge"), "second", default);
        var refusal = await Assert.ThrowsAsync<RefusedException>(() => access.GrantAsync(Plug("admin"), "mine now", default));

        await using var fridge = await broker.ConnectAsync("fridge", "second");
        Assert.Equal("connect.nameTaken", refusal.Code);
        await access.WithdrawAsync(Plug("admin"), default);
        await using var admin = await broker.ConnectAsync("admin", MosquittoProcess.AppPassword);
        Assert.Equal("NotAuthorized", (await MqttTestClient.TryConnectAsync(broker.Port, "fridge", "first")).Code);
    }

    [Fact]
    public async Task Withdraw_OfAnEarlierAccount_LeavesTheLaterOneOfThatName()
    {
        await using var broker = await MosquittoProcess.StartAsync(new() { DynamicSecurity = true });
        await using var rig = MqttRig.On(broker);
        for (var id = 1; id < 10; id += 2)
        {
            await rig.Access.GrantAsync(Plug("fridge", id), "old", default);

            // Two clicks on "take away", and the name given anew at the same moment.
            await Task.WhenAll(
                rig.Access.WithdrawAsync(Plug("fridge", id), default), rig.Access.GrantAsync(Plug("fridge", id + 1), "new", default),
                rig.Access.WithdrawAsync(Plug("fridge", id), default));

            await using var fridge = await broker.ConnectAsync("fridge", "new");
            await using var app = await broker.ConnectAsync();
            await app.SubscribeAsync("tele/#");
            await fridge.PublishAsync("tele/fridge/SENSOR", "heard");
            await Eventually.TrueAsync(() => !app.Heard.IsEmpty);
        }
    }

    [Fact]
    public async Task Plug_ThatTakesOverTheAppsSession_HearsNothingOfIt()
    {
        await using var broker = await MosquittoProcess.StartAsync(new() { DynamicSecurity = true });
        await using var rig = MqttRig.On(broker);
        await rig.Access.GrantAsync(Plug("fridge"), "f", default);
        await using (var app = await MqttTestClient.ConnectAsync(broker.Port, MosquittoProcess.AppUser, MosquittoProcess.AppPassword, "mqttchat-ingest-0", keep: true))
        {
            await app.SubscribeAsync("#");
        }

        await broker.PublishAsync("tele/lamp/SENSOR", "queued");
        await using var thief = await MqttTestClient.ConnectAsync(broker.Port, "fridge", "f", "mqttchat-ingest-0", keep: true);
        await broker.PublishAsync("mqttchat/room/1", "live");
        await broker.PublishAsync("cmnd/fridge/POWER", "ON");

        await Eventually.TrueAsync(() => !thief.Heard.IsEmpty);
        Assert.All(thief.Heard, heard => Assert.Equal("cmnd/fridge/POWER", heard.Topic));
    }

    [Fact]
    public async Task App_MayUseAllTopics_AsWithTheAccessList()
    {
        await using var broker = await MosquittoProcess.StartAsync(new() { DynamicSecurity = true });
        await using var app = await broker.ConnectAsync();
        await app.SubscribeAsync("#");
        await app.SubscribeAsync("$SYS/broker/version");

        foreach (var topic in (string[])["cmnd/fridge/POWER", "mqttchat/rooms", "tele/x/SENSOR"])
        {
            await app.PublishAsync(topic, "x");
        }

        await Eventually.TrueAsync(() => app.Heard.Count >= 4);
        Assert.Equal(["$SYS/broker/version", "cmnd/fridge/POWER", "mqttchat/rooms", "tele/x/SENSOR"], app.Heard.Select(heard => heard.Topic).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Lines_ThatWePrint_DoTheSameInMosquittosFiles()
    {
        await using var broker = await MosquittoProcess.StartAsync();
        await using var rig = MqttRig.On(broker);
        Assert.Equal(BrokerAccounts.Files, await rig.Access.FindAccountsAsync(default));
        foreach (var name in (string[])["fridge", "lamp"])
        {
            await broker.AppendAsync("passwords", [ConnectWords.PasswordLine(Plug(name), name[..1])]);
            await broker.AppendAsync("acl", ConnectWords.AccessLines(Plug(name)).Split('\n'));
        }

        await Eventually.TrueAsync(async () =>
        {
            var (client, code) = await MqttTestClient.TryConnectAsync(broker.Port, "lamp", "l");
            await client.DisposeAsync();
            return code == "Success";
        });
        await using var app = await broker.ConnectAsync();
        await app.SubscribeAsync("#");
        await using var fridge = await broker.ConnectAsync("fridge", "f");
        await using var lamp = await broker.ConnectAsync("lamp", "l");

        await CheckApartAsync(app, fridge, lamp);
    }

    [Fact]
    public async Task Broker_Away_IsSaid()
    {
        await using var rig = new MqttRig(MqttRig.For(FreePort.Next()));
        var access = rig.Access;

        var asked = await Assert.ThrowsAsync<RefusedException>(() => access.FindAccountsAsync(default));
        var granted = await Assert.ThrowsAsync<RefusedException>(() => access.GrantAsync(Plug("fridge"), "f", default));

        Assert.Equal((RefusalKind.Unavailable, "connect.brokerAway"), (asked.Kind, asked.Code));
        Assert.Equal("connect.brokerAway", granted.Code);
    }

    [Fact]
    public async Task Settings_WithThePlugin_CarryTheSameGuarantees()
    {
        var usual = await GuaranteesAsync("mosquitto.conf");
        Assert.Equal(usual, await GuaranteesAsync("mosquitto-dynsec.conf"));
        Assert.Contains("upgrade_outgoing_qos true", usual);
    }

    private static async Task CheckApartAsync(MqttTestClient app, MqttTestClient fridge, MqttTestClient lamp)
    {
        foreach (var filter in (string[])["#", "cmnd/#", "mqttchat/#", "tele/lamp/#", "$SYS/#", "$CONTROL/#", "cmnd/fridge/#"])
        {
            await fridge.SubscribeAsync(filter);
        }

        foreach (var topic in (string[])["tele/lamp/SENSOR", "cmnd/lamp/POWER", "mqttchat/rooms", "zigbee2mqtt/x/set", "tele/fridge/SENSOR"])
        {
            await fridge.PublishAsync(topic, "by fridge");
        }

        await lamp.PublishAsync("tele/lamp/SENSOR", "by lamp");
        await app.PublishAsync("mqttchat/room/1", "");
        await app.PublishAsync("cmnd/lamp/POWER", "ON");
        await app.PublishAsync("cmnd/fridge/POWER", "ON");

        await Eventually.TrueAsync(() => fridge.Heard.Any(heard => heard.Topic == "cmnd/fridge/POWER"));
        Assert.All(fridge.Heard, heard => Assert.Equal("cmnd/fridge/POWER", heard.Topic));
        await Eventually.TrueAsync(() => app.Heard.Any(heard => heard.Text == "by lamp"));
        Assert.Equal(["tele/fridge/SENSOR"], app.Heard.Where(heard => heard.Text == "by fridge").Select(heard => heard.Topic));
    }

    private static async Task<string[]> GuaranteesAsync(string file) =>
    [
        .. (await File.ReadAllLinesAsync(Repository.PathOf("deploy", "mosquitto", file)))
            .Where(line => line.Length > 0 && !line.StartsWith('#'))
            .Where(line => !line.StartsWith("password_file ", StringComparison.Ordinal) && !line.StartsWith("acl_file ", StringComparison.Ordinal)
                && !line.StartsWith("plugin", StringComparison.Ordinal)),
    ];

    private static PlugCredential Plug(string name, int id = 0) => new()
    {
        Id = id,
        UserName = name, Family = PlugTopics.Tasmota, CreatedById = "staff", Accounts = BrokerAccounts.DynamicSecurity,
    };
}

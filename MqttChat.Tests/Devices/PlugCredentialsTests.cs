using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MqttChat.Domain;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Devices;
using MqttChat.Tests.Support;
using MqttChat.Web.Devices;

namespace MqttChat.Tests.Devices;

/// <summary>Making and revoking plugs' accounts, with a broker that does what it is told, or is away.</summary>
public class PlugCredentialsTests
{
    [Fact]
    public async Task Make_OfANewPlug_TellsThePasswordOnceAndKeepsNone()
    {
        await using var house = await DeviceHouse.CreateAsync();

        var made = await MakeAsync(house, "Fridge");

        Assert.Equal("fridge", made.Credential.UserName);
        Assert.Equal(house.Broker.Passwords["fridge"], made.Password);
        var given = Assert.Single(await ListAsync(house));
        Assert.Equal("staff", given.CreatedBy);
        Assert.Null(given.Credential.PasswordHash);
        Assert.NotNull(given.Credential.ReadyAt);
    }

    [Fact]
    public async Task Make_AtTheEmbeddedBroker_KeepsAHashThatFitsThePasswordAlone()
    {
        await using var house = await DeviceHouse.CreateAsync();
        house.Broker.Accounts = BrokerAccounts.Embedded;

        var made = await MakeAsync(house, "fridge");

        var found = await new PlugLogins(house.Stores.Houses).FindAsync("fridge", default);
        Assert.True(BrokerPassword.Matches(made.Password, found!.PasswordHash));
        Assert.False(BrokerPassword.Matches(made.Password + "x", found.PasswordHash));
        Assert.False(BrokerPassword.Matches("", found.PasswordHash));
        Assert.False(BrokerPassword.Matches(made.Password, null));
    }

    [Theory]
    [InlineData("203")]
    [InlineData("on")]
    [InlineData("null")]
    public void AtOnce_OfABridgeNamedLikeAYamlValue_IsText(string name)
    {
        var credential = new PlugCredential { UserName = name, Family = PlugTopics.Zigbee2Mqtt, CreatedById = "staff" };

        var lines = ConnectWords.AtOnce(credential, "secret", new("broker.example", [], 1883))!.Split('\n');

        Assert.Contains($"  base_topic: '{name}'", lines);
        Assert.Contains($"  user: '{name}'", lines);
        Assert.Contains("  server: 'mqtt://broker.example:1883'", lines);
    }

    [Fact]
    public async Task Make_OfWhatCannotBe_IsRefused()
    {
        await using var house = await DeviceHouse.CreateAsync();
        foreach (var (family, name, mac, expected) in ((string, string, string?, string)[])
        [
            ("tasmota", "", null, "nameEmpty"), ("tasmota", "\u200b", null, "nameEmpty"), ("tasmota", "a\nb", null, "nameInvalid"),
            ("tasmota", "\ud800!", null, "nameInvalid"), ("tasmota", new string('a', 65), null, "nameInvalid"), ("zigbee2mqtt", "冷蔵庫", null, "nameInvalid"),
            ("zigbee2mqtt", "tele", null, "nameReserved"), ("shelly2", "MqttChat", null, "nameReserved"),
            ("tasmota", "mqttapp", null, "nameReserved"), ("tasmota", "fridge", "12:34", "macInvalid"), ("toaster", "fridge", null, "familyUnknown"),
        ])
        {
            Assert.Equal($"Invalid connect.{expected}", await RefusalAsync(() => house.Credentials.MakeAsync(house.Staff, new(family, name, mac), default)));
        }

        Assert.Empty(house.Broker.Passwords);
    }

    [Theory]
    [InlineData("冷蔵庫", "^plug-[0-9a-f]{6}$")]
    [InlineData("холодильник", "^plug-[0-9a-f]{6}$")]
    [InlineData("ثلاجة", "^plug-[0-9a-f]{6}$")]
    [InlineData("🧊", "^plug-[0-9a-f]{6}$")]
    [InlineData("5号室", "^plug-[0-9a-f]{6}$")]
    [InlineData("Küche (Süd)", "^kuche-sud$")]
    [InlineData("Ｗａｓｈｅｒ　２", "^washer-2$")]
    [InlineData("a/b", "^a-b$")]
    [InlineData("#", "^plug-[0-9a-f]{6}$")]
    [InlineData("fridge; Topic lamp", "^fridge-topic-lamp$")]
    [InlineData("-fridge", "^fridge$")]
    [InlineData("Télé", "^plug-tele$")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "^a{24}$")]
    public async Task Make_OfANameInAnyScript_DerivesAUserName_AndAnotherTheSecondTime(string name, string user)
    {
        await using var house = await DeviceHouse.CreateAsync();

        var made = await MakeAsync(house, name);
        var again = await MakeAsync(house, name);

        Assert.Matches(user, made.Credential.UserName);
        Assert.Equal((name, name), (made.Credential.Label, made.Credential.ShownName));
        Assert.Equal(made.Password, house.Broker.Passwords[made.Credential.UserName]);
        Assert.NotEqual(made.Credential.UserName, again.Credential.UserName);
        Assert.InRange(again.Credential.UserName.Length, 2, 32);
        Assert.All(made.Credential.Topics.Writes, topic => Assert.Matches("^(tele|stat)/[a-z0-9-]+/#$", topic));
    }

    [Fact]
    public void Offered_AreTheFamiliesThatCanBeAdopted() => Assert.Equal([PlugTopics.Tasmota], PlugTopics.Offered);

    [Fact]
    public async Task Make_OfTheSameNameTwice_IsRefusedAndTheFirstStands()
    {
        await using var house = await DeviceHouse.CreateAsync();
        var first = await MakeAsync(house, "fridge");

        Assert.Equal("Conflict connect.nameTaken", await RefusalAsync(() => MakeAsync(house, "FRIDGE")));

        Assert.Equal(first.Password, house.Broker.Passwords["fridge"]);
        Assert.Single(await ListAsync(house));
    }

    [Fact]
    public async Task Make_WithTheBrokerAway_LeavesNothing_AndTheNameIsFree()
    {
        await using var house = await DeviceHouse.CreateAsync();
        house.Broker.IsAway = true;
        Assert.Equal("Unavailable connect.brokerAway", await RefusalAsync(() => MakeAsync(house, "fridge")));
        Assert.Empty(await ListAsync(house));

        house.Broker.IsAway = false;

        Assert.NotEmpty((await MakeAsync(house, "fridge")).Password);
    }

    [Fact]
    public async Task Make_OfANameWhoseMakingWasCutShort_TakesItOverAfterAMinute()
    {
        await using var house = await DeviceHouse.CreateAsync();
        await using (var store = await house.Stores.Houses.CreateDbContextAsync())
        {
            store.PlugCredentials.Add(new() { UserName = "fridge", Family = "tasmota", CreatedAt = house.Stores.Clock.GetUtcNow(), CreatedById = "x" });
            await store.SaveChangesAsync();
        }

        Assert.Equal("Conflict connect.nameTaken", await RefusalAsync(() => MakeAsync(house, "fridge")));
        house.Stores.Clock.Advance(TimeSpan.FromMinutes(2));

        await MakeAsync(house, "fridge");
        Assert.NotNull(Assert.Single(await ListAsync(house)).Credential.ReadyAt);
    }

    [Fact]
    public async Task Revoke_WithTheBrokerAway_StaysAsUnfinished_AndIsDoneAgain()
    {
        await using var house = await DeviceHouse.CreateAsync();
        var made = await MakeAsync(house, "fridge");
        house.Broker.IsAway = true;
        Assert.Equal("Unavailable connect.brokerAway", await RefusalAsync(() => house.Credentials.RevokeAsync(house.Staff, made.Credential.Id, default)));
        Assert.Null(Assert.Single(await ListAsync(house)).Credential.ReadyAt);

        house.Broker.IsAway = false;
        await house.Credentials.RevokeAsync(house.Staff, made.Credential.Id, default);

        Assert.Empty(house.Broker.Passwords);
        Assert.Empty(await ListAsync(house));
        Assert.Equal("NotFound connect.notFound", await RefusalAsync(() => house.Credentials.RevokeAsync(house.Staff, made.Credential.Id, default)));
    }

    [Fact]
    public async Task Plug_Removed_LosesItsAccount_AndNobodyElseDoes()
    {
        await using var house = await DeviceHouse.CreateAsync();
        var removal = house.Stores.Services.GetRequiredService<PlugRemoval>();
        await MakeAsync(house, "fridge");
        await MakeAsync(house, "lamp");
        var plug = await house.AdoptPlugAsync();

        house.Broker.IsAway = true;
        Assert.Equal("Unavailable connect.brokerAway", await RefusalAsync(() => removal.RemoveAsync(house.Staff, plug, default)));
        Assert.NotNull((await house.RowsAsync()).Single().AdoptedAt);
        house.Broker.IsAway = false;
        await removal.RemoveAsync(house.Staff, plug, default);

        Assert.Equal(["lamp"], house.Broker.Passwords.Keys);
        Assert.Empty((await house.Registry.AdoptedAsync(default)).Plugs);
        Assert.Equal(plug, Assert.Single(await house.Registry.IgnoredAsync(house.Staff, default)).Id);
        await house.Registry.AdoptAsync(house.Staff, plug, "Fridge again", null, default);
        Assert.Equal(plug, Assert.Single((await house.Registry.AdoptedAsync(default)).Plugs).Id);
    }

    [Fact]
    public async Task Plug_HeardForTheFirstTime_IsNoted_ButNotByWhatTheBrokerKept()
    {
        await using var house = await DeviceHouse.CreateAsync();
        var hearing = house.Stores.Services.GetRequiredService<PlugHearing>();
        await MakeAsync(house, "fridge");

        await hearing.HearAsync([house.Raw("tele/fridge/LWT", "Online", retained: true), house.Raw("tele/lamp/LWT", "Online")], default);
        Assert.Null(Assert.Single(await ListAsync(house)).Credential.FirstHeardAt);
        await hearing.HearAsync([house.Raw("tele/fridge/LWT", "Online")], default);

        Assert.NotNull(Assert.Single(await ListAsync(house)).Credential.FirstHeardAt);
    }

    [Theory]
    [InlineData("tasmota", "tele/fridge/SENSOR", true, false)]
    [InlineData("tasmota", "stat/fridge/RESULT", true, false)]
    [InlineData("tasmota", "cmnd/fridge/POWER", false, true)]
    [InlineData("tasmota", "tele/fridge2/SENSOR", false, false)]
    [InlineData("tasmota", "tasmota/discovery/A4CF12345678/config", true, false)]
    [InlineData("tasmota", "tasmota/discovery/A4CF12345679/config", false, false)]
    [InlineData("shelly1", "shellies/fridge/relay/0/power", true, true)]
    [InlineData("shelly1", "shellies/lamp/relay/0", false, false)]
    [InlineData("shelly2", "fridge/events/rpc", true, false)]
    [InlineData("shelly2", "fridge/command/switch:0", true, true)]
    [InlineData("zigbee2mqtt", "fridge/kitchen plug/set", true, true)]
    [InlineData("zigbee2mqtt", "mqttchat/rooms", false, false)]
    public void Topics_OfAPlug_AreItsOwn(string family, string topic, bool write, bool read)
    {
        var topics = PlugTopics.Of(family, "fridge", family == "tasmota" ? "A4CF12345678" : null);

        Assert.Equal((write, read), (topics.MayWrite(topic), topics.MaySubscribe(topic)));
    }

    [Theory]
    [InlineData("cmnd/fridge/#", true)]
    [InlineData("cmnd/fridge/+", true)]
    [InlineData("cmnd/fridge/POWER", true)]
    [InlineData("cmnd/+/POWER", false)]
    [InlineData("cmnd/#", false)]
    [InlineData("#", false)]
    [InlineData("$share/x/cmnd/fridge/#", false)]
    [InlineData("cmnd/fridge2/#", false)]
    [InlineData("tele/fridge/#", false)]
    public void Plug_MaySubscribe_ToItsCommandsAndToNothingWider(string filter, bool may) =>
        Assert.Equal(may, PlugTopics.Of("tasmota", "fridge", null).MaySubscribe(filter));

    private static Task<MadeCredential> MakeAsync(DeviceHouse house, string name) =>
        house.Credentials.MakeAsync(house.Staff, new(PlugTopics.Tasmota, name), default);

    private static Task<IReadOnlyList<GivenCredential>> ListAsync(DeviceHouse house) => house.Credentials.ListAsync(house.Staff, default);

    private static Task<string> RefusalAsync(Func<Task> act) => ChatHouse.RefusalAsync(act);
}

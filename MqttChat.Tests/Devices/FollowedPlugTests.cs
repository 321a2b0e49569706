using System.Text.Json;
using MqttChat.Domain;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Devices;
using MqttChat.Domain.Signals;

namespace MqttChat.Tests.Devices;

/// <summary>An adopted plug that is heard under another topic, told by its hardware address.</summary>
public sealed class FollowedPlugTests
{
    private const string Mac = "AABBCCDDEEFF";

    private static CancellationToken None => CancellationToken.None;

    [Theory]
    [InlineData("AABBCCDDEEFF")]
    [InlineData("aabbccddeeff")]
    public async Task Discovered_UnderANewTopic_IsOfferedAsTheSame(string mac)
    {
        await using var house = await DeviceHouse.CreateAsync();
        var id = await AdoptAnnouncedAsync(house);

        await MoveAsync(house, "freezer", mac);

        var heard = Assert.Single(await house.DiscoveredAsync());
        Assert.Equal(new KnownAs(id, "Fridge", StillSpeaks: false), heard.SameAs);
    }

    [Fact]
    public async Task Follow_KeepsIdNameRoomAndHistory_AndHearsTheNewTopic()
    {
        await using var house = await DeviceHouse.CreateAsync();
        var id = await AdoptAnnouncedAsync(house);
        var adoptedAt = Assert.Single(await house.RowsAsync()).AdoptedAt;
        await MoveAsync(house, "freezer", Mac);
        var heardId = Assert.Single(await house.DiscoveredAsync()).Plug.Id;
        var signalled = false;
        using var subscription = house.Stores.Signals.Subscribe(ReloadSignal.Plugs, () => signalled = true);

        var plug = await house.Registry.FollowAsync(house.Staff, heardId, None);

        Assert.Equal((id, "Fridge", house.RoomId, adoptedAt, "freezer"), (plug.Id, plug.Name, plug.RoomId, plug.AdoptedAt, plug.Address));
        Assert.True(signalled);
        Assert.Equal(id, Assert.Single(await house.RowsAsync()).Id);
        var adopted = await house.Registry.AdoptedAsync(None);
        Assert.Equal(id, adopted.Find("tele/freezer/SENSOR")?.Id);
        Assert.Null(adopted.Find("tele/fridge/SENSOR"));
        Assert.Empty(await house.DiscoveredAsync());
        Assert.Equal("cmnd/freezer/STATUS 11", $"{house.Commands.Sent.Last().Topic} {System.Text.Encoding.UTF8.GetString(house.Commands.Sent.Last().Payload)}");
    }

    [Fact]
    public async Task Follow_AndBackAgain_IsTheSamePlugStill()
    {
        await using var house = await DeviceHouse.CreateAsync();
        var id = await AdoptAnnouncedAsync(house);
        await MoveAsync(house, "freezer", Mac);
        await house.Registry.FollowAsync(house.Staff, Assert.Single(await house.DiscoveredAsync()).Plug.Id, None);
        house.Stores.Clock.Advance(TimeSpan.FromMinutes(1));

        await MoveAsync(house, "fridge", Mac);
        var back = await house.Registry.FollowAsync(house.Staff, Assert.Single(await house.DiscoveredAsync()).Plug.Id, None);

        Assert.Equal((id, "fridge"), (back.Id, back.Address));
        Assert.Single(await house.RowsAsync());
    }

    [Fact]
    public async Task Follow_WhileBothTopicsReport_IsRefusedInWords_UntilTheOldOneHasBeenSilent()
    {
        await using var house = await DeviceHouse.CreateAsync();
        await AdoptAnnouncedAsync(house);
        await MoveAsync(house, "freezer", Mac);
        house.Stores.Clock.Advance(TimeSpan.FromSeconds(10));
        await SpeakAsync(house, "fridge");

        var heard = Assert.Single(await house.DiscoveredAsync());

        Assert.True(heard.SameAs?.StillSpeaks);
        await RefusesAsync(RefusalKind.Conflict, "plug.bothSpeak", () => house.Registry.FollowAsync(house.Staff, heard.Plug.Id, None));

        house.Stores.Clock.Advance(TimeSpan.FromMinutes(15));
        await SpeakAsync(house, "freezer");
        Assert.False(Assert.Single(await house.DiscoveredAsync()).SameAs?.StillSpeaks);
        await house.Registry.FollowAsync(house.Staff, heard.Plug.Id, None);
    }

    [Theory]
    [InlineData("tele/fridge/LWT", "Offline", false)]
    [InlineData("tele/fridge/SENSOR", """{"ENERGY":{"Total":1.5,"Power":60}}""", true)]
    public async Task Follow_TheWillOrARetainedReadingOfTheOldTopic_IsNoReport(string topic, string payload, bool retained)
    {
        await using var house = await DeviceHouse.CreateAsync();
        await AdoptAnnouncedAsync(house);
        await MoveAsync(house, "freezer", Mac);
        house.Stores.Clock.Advance(TimeSpan.FromSeconds(10));

        await house.HearAsync(topic, payload, retained);

        Assert.False(Assert.Single(await house.DiscoveredAsync()).SameAs?.StillSpeaks);
    }

    [Fact]
    public async Task Discovered_BackUnderItsOwnTopicForLong_IsOfferedNoMore()
    {
        await using var house = await DeviceHouse.CreateAsync();
        await AdoptAnnouncedAsync(house);
        await MoveAsync(house, "freezer", Mac);
        house.Stores.Clock.Advance(TimeSpan.FromMinutes(20));

        await SpeakAsync(house, "fridge");

        Assert.Null(Assert.Single(await house.DiscoveredAsync()).SameAs);
    }

    [Fact]
    public async Task Follow_NothingLiveHeardUnderTheNewTopic_IsRefused()
    {
        await using var house = await DeviceHouse.CreateAsync();
        await AdoptAnnouncedAsync(house);
        await house.HearAsync(ConfigTopic(Mac), Config("freezer", Mac), retained: true);

        var heard = Assert.Single(await house.DiscoveredAsync());

        Assert.Null(heard.SameAs);
        await RefusesAsync(RefusalKind.Conflict, "plug.notTheSame", () => house.Registry.FollowAsync(house.Staff, heard.Plug.Id, None));
    }

    [Fact]
    public async Task Follow_AnotherAddressOrNoneAdoptedOrNobodyOfStaff_IsRefused()
    {
        await using var house = await DeviceHouse.CreateAsync();
        var id = await AdoptAnnouncedAsync(house);
        await MoveAsync(house, "freezer", "112233445566");
        var heard = Assert.Single(await house.DiscoveredAsync());
        Assert.Null(heard.SameAs);
        await RefusesAsync(RefusalKind.Conflict, "plug.notTheSame", () => house.Registry.FollowAsync(house.Staff, heard.Plug.Id, None));
        await RefusesAsync(RefusalKind.Conflict, "plug.alreadyAdopted", () => house.Registry.FollowAsync(house.Staff, id, None));
        await RefusesAsync(RefusalKind.NotFound, "plug.notFound", () => house.Registry.FollowAsync(house.Staff, 999, None));
        await RefusesAsync(RefusalKind.Forbidden, "plug.notStaff", () => house.Registry.FollowAsync(house.Member, heard.Plug.Id, None));
    }

    [Fact]
    public async Task Follow_PressedTwice_FollowsOnce()
    {
        await using var house = await DeviceHouse.CreateAsync();
        await AdoptAnnouncedAsync(house);
        await MoveAsync(house, "freezer", Mac);
        var heardId = Assert.Single(await house.DiscoveredAsync()).Plug.Id;

        await house.Registry.FollowAsync(house.Staff, heardId, None);

        await RefusesAsync(RefusalKind.NotFound, "plug.notFound", () => house.Registry.FollowAsync(house.Staff, heardId, None));
        Assert.Single(await house.RowsAsync());
    }

    private static async Task<int> AdoptAnnouncedAsync(DeviceHouse house)
    {
        await house.HearAsync(ConfigTopic(Mac), Config("fridge", Mac), retained: true);
        return await house.AdoptPlugAsync();
    }

    private static async Task MoveAsync(DeviceHouse house, string name, string mac)
    {
        await house.HearAsync(ConfigTopic(mac), Config(name, mac));
        await SpeakAsync(house, name);
    }

    private static Task SpeakAsync(DeviceHouse house, string name) =>
        house.HearAsync($"tele/{name}/SENSOR", """{"ENERGY":{"Total":1.6,"Power":61}}""");

    private static string ConfigTopic(string mac) => $"tasmota/discovery/{mac}/config";

    private static string Config(string name, string mac) => JsonSerializer.Serialize(new
    {
        dn = "Fridge plug", md = "Nous A1T", mac, t = name, ft = "%prefix%/%topic%/", tp = (string[])["cmnd", "stat", "tele"], rl = (int[])[1],
    });

    private static async Task RefusesAsync(RefusalKind kind, string code, Func<Task> call)
    {
        var refusal = await Assert.ThrowsAsync<RefusedException>(call);
        Assert.Equal((kind, code), (refusal.Kind, refusal.Code));
    }
}

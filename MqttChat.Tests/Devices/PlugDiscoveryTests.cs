using MqttChat.Domain.Devices;
using MqttChat.Domain.Signals;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Devices;

public class PlugDiscoveryTests
{
    private const string Config = """{"dn":"Fridge plug","md":"Nous A1T","mac":"AABBCCDDEEFF","t":"fridge","ft":"%prefix%/%topic%/","tp":["cmnd","stat","tele"],"rl":[1]}""";
    private const string ConfigTopic = "tasmota/discovery/AABBCCDDEEFF/config";

    [Fact]
    public async Task Hear_LiveReport_ListsThePlugOnline()
    {
        await using var house = await DeviceHouse.CreateAsync();
        await house.HearPlugAsync();
        await house.HearAsync("stat/fridge/POWER", "ON");
        var plug = Assert.Single(await house.DiscoveredAsync());
        Assert.Equal(("tasmota", "fridge", Availability.Online), (plug.Plug.Family, plug.Plug.Address, plug.Availability));
        Assert.Equal(house.Stores.Clock.GetUtcNow(), plug.LastReportAt);
        Assert.Equal(new("1", true, 60, 1.5), Assert.Single(plug.Channels));
    }

    [Fact]
    public async Task Hear_RetainedReport_IsStateButNoReport()
    {
        await using var house = await DeviceHouse.CreateAsync();
        await house.HearAsync("tele/fridge/SENSOR", """{"ENERGY":{"Power":60}}""", retained: true);
        var plug = Assert.Single(await house.DiscoveredAsync());
        Assert.Equal((Availability.Unknown, null), (plug.Availability, plug.LastReportAt));
        Assert.Equal(60, Assert.Single(plug.Channels).ActivePowerWatts);
    }

    [Fact]
    public async Task Hear_RetainedAfterLive_KeepsTheLiveReading()
    {
        await using var house = await DeviceHouse.CreateAsync();
        await house.HearPlugAsync();
        await house.HearAsync("tele/fridge/SENSOR", """{"ENERGY":{"Power":1}}""", retained: true);
        Assert.Equal(60, Assert.Single(Assert.Single(await house.DiscoveredAsync()).Channels).ActivePowerWatts);
    }

    [Theory]
    [InlineData("tele/fridge/LWT", "Online")]
    [InlineData("tele/fridge/SENSOR", """{"ENERGY":{"Power":60}}""")]
    [InlineData("stat/fridge/POWER", "ON")]
    public async Task Hear_RetainedThatIsCleared_LeavesNoGhost(string topic, string payload)
    {
        await using var house = await DeviceHouse.CreateAsync();
        await house.HearAsync(topic, payload, retained: true);
        Assert.Single(await house.DiscoveredAsync());

        await house.HearAsync(topic, "");

        Assert.Empty(await house.DiscoveredAsync());
    }

    [Fact]
    public async Task Hear_OneOfTwoRetainedCleared_KeepsWhatTheOtherSays()
    {
        await using var house = await DeviceHouse.CreateAsync();
        await house.HearAsync("tele/fridge/LWT", "Online", retained: true);
        await house.HearAsync("tele/fridge/SENSOR", """{"ENERGY":{"Power":60}}""", retained: true);

        await house.HearAsync("tele/fridge/SENSOR", "");

        var plug = Assert.Single(await house.DiscoveredAsync());
        Assert.Equal(Availability.Online, plug.Availability);
        Assert.Empty(plug.Channels);

        await house.HearAsync("tele/fridge/LWT", "");
        Assert.Empty(await house.DiscoveredAsync());
    }

    [Fact]
    public async Task Hear_ClearedAfterARestart_LeavesNoGhostEither()
    {
        await using var house = await DeviceHouse.CreateAsync();
        await house.HearAsync("tele/fridge/SENSOR", """{"ENERGY":{"Power":60}}""", retained: true);
        using var restarted = house.AnotherInstance();

        // A broker tells a new subscriber what it keeps.
        await restarted.AdoptedAsync(CancellationToken.None);
        await restarted.HearAsync([Said("tele/fridge/SENSOR", """{"ENERGY":{"Power":60}}""", retained: true)], CancellationToken.None);
        await restarted.HearAsync([Said("tele/fridge/SENSOR", "", retained: false)], CancellationToken.None);

        Assert.Empty(await house.DiscoveredAsync());

        HeardRaw Said(string topic, string payload, bool retained) =>
            new(topic, System.Text.Encoding.UTF8.GetBytes(payload), retained, house.Stores.Clock.GetUtcNow());
    }

    [Fact]
    public async Task Hear_AnotherTopicClearedAfterARestart_KeepsThePlug()
    {
        await using var house = await DeviceHouse.CreateAsync();
        await house.HearPlugAsync();
        using var restarted = house.AnotherInstance();

        await restarted.AdoptedAsync(CancellationToken.None);
        await restarted.HearAsync([new("tele/fridge/LWT", ReadOnlyMemory<byte>.Empty, false, house.Stores.Clock.GetUtcNow())], CancellationToken.None);

        Assert.Single(await house.DiscoveredAsync());
    }

    [Fact]
    public async Task Hear_ClearedOfAPlugThatSpeaksOnAnotherTopic_KeepsIt()
    {
        await using var house = await DeviceHouse.CreateAsync();
        await house.HearAsync("tele/fridge/LWT", "Online", retained: true);
        await house.HearPlugAsync();

        await house.HearAsync("tele/fridge/LWT", "");

        Assert.Equal(60, Assert.Single(Assert.Single(await house.DiscoveredAsync()).Channels).ActivePowerWatts);
    }

    [Fact]
    public async Task Hear_AvailabilityFirst_IsHeldAndShown()
    {
        await using var house = await DeviceHouse.CreateAsync();
        await house.HearAsync("tele/fridge/LWT", "Offline", retained: true);
        Assert.Equal(Availability.Offline, Assert.Single(await house.DiscoveredAsync()).Availability);
        await house.HearPlugAsync();
        Assert.Equal(Availability.Online, Assert.Single(await house.DiscoveredAsync()).Availability);
    }

    [Fact]
    public async Task Hear_Thermometer_DoesNotStay()
    {
        await using var house = await DeviceHouse.CreateAsync();
        await house.HearAsync("tele/garden/LWT", "Online", retained: true);
        Assert.Single(await house.DiscoveredAsync());
        await house.HearAsync("tele/garden/SENSOR", """{"DHT11":{"Temperature":20.5}}""");
        Assert.Empty(await house.DiscoveredAsync());
        await house.HearAsync("tele/garden/LWT", "Online", retained: true);
        Assert.Empty(await house.DiscoveredAsync());
        await house.HearAsync("stat/garden/POWER", "ON");
        Assert.Single(await house.DiscoveredAsync());
    }

    [Fact]
    public async Task Hear_GuessedThenAnnounced_IsOnePlug()
    {
        await using var house = await DeviceHouse.CreateAsync();
        var id = await house.HearPlugAsync();
        await house.HearAsync(ConfigTopic, Config, retained: true);
        var plug = Assert.Single(await house.DiscoveredAsync());
        Assert.Equal((id, "Fridge plug", "Nous A1T", "AABBCCDDEEFF"), (plug.Plug.Id, plug.Plug.ReportedName, plug.Plug.Model, plug.Plug.Mac));
        Assert.True(Assert.Single(plug.Plug.Channels).HasRelay);
        Assert.Equal(60, Assert.Single(plug.Channels).ActivePowerWatts);
    }

    [Fact]
    public async Task Hear_GuessedAtTheWrongSegment_IsOnePlugOnceAnnounced()
    {
        await using var house = await DeviceHouse.CreateAsync();
        await house.HearAsync("tele/up/tele/x/SENSOR", """{"ENERGY":{"Power":60}}""");
        var id = Assert.Single(await house.DiscoveredAsync()).Plug.Id;
        await house.HearAsync(ConfigTopic, """{"t":"x","ft":"tele/up/%prefix%/%topic%/","tp":["cmnd","stat","tele"],"rl":[1]}""");
        var plug = Assert.Single(await house.DiscoveredAsync());
        Assert.Equal((id, "tele/up/%prefix%/x", "tele/up/x"), (plug.Plug.Id, plug.Plug.TopicTemplate, plug.Plug.Address));
        await house.HearAsync("tele/up/stat/x/POWER", "ON");
        Assert.True(Assert.Single(Assert.Single(await house.DiscoveredAsync()).Channels).IsOn);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Hear_MeterWithoutRelay_IsKnownByItsSensorsMessage(bool sensorsFirst)
    {
        await using var house = await DeviceHouse.CreateAsync();
        var config = house.Raw(ConfigTopic, Config.Replace("[1]", "[0]", StringComparison.Ordinal), retained: true);
        var sensors = house.Raw("tasmota/discovery/AABBCCDDEEFF/sensors", """{"sn":{"ENERGY":{"Total":1,"Power":2}}}""", retained: true);
        await house.Registry.HearAsync([sensorsFirst ? sensors : config], CancellationToken.None);
        Assert.Empty(await house.DiscoveredAsync());
        await house.Registry.HearAsync([sensorsFirst ? config : sensors], CancellationToken.None);
        var plug = Assert.Single(await house.DiscoveredAsync());
        Assert.Equal("fridge", plug.Plug.Address);
        Assert.Empty(plug.Channels);
    }

    [Fact]
    public async Task Hear_AnnouncementTakenBack_RemovesASilentPlug()
    {
        await using var house = await DeviceHouse.CreateAsync();
        await house.HearAsync(ConfigTopic, Config, retained: true);
        Assert.Single(await house.DiscoveredAsync());
        await house.HearAsync(ConfigTopic, "");
        Assert.Empty(await house.DiscoveredAsync());
    }

    [Fact]
    public async Task Hear_CustomPrefixes_AreReadOnceAnnounced()
    {
        await using var house = await DeviceHouse.CreateAsync();
        await house.HearAsync(ConfigTopic, """{"t":"x","ft":"%topic%/%prefix%/","tp":["c","s","t"],"state":["AUS","EIN"],"rl":[1]}""");
        await house.Registry.HearAsync([house.Raw("x/s/POWER", "EIN"), house.Raw("x/t/SENSOR", """{"ENERGY":{"Power":4}}""")], CancellationToken.None);
        Assert.Equal(new("1", true, 4), Assert.Single(Assert.Single(await house.DiscoveredAsync()).Channels));
    }

    [Fact]
    public async Task Hear_AdoptedPlugAnnouncedAnew_LearnsItsDialect()
    {
        await using var house = await DeviceHouse.CreateAsync();
        await house.AdoptPlugAsync();
        await house.HearAsync(ConfigTopic, Config.Replace("\"rl\"", "\"state\":[\"AUS\",\"EIN\"],\"rl\"", StringComparison.Ordinal), retained: true);
        var plug = Assert.Single(await house.RowsAsync());
        Assert.Contains("EIN", plug.Dialect, StringComparison.Ordinal);
        Assert.Equal("Fridge", plug.Name);
    }

    [Fact]
    public async Task Hear_AdoptedPlug_IsDropped()
    {
        await using var house = await DeviceHouse.CreateAsync();
        await house.AdoptPlugAsync();
        await house.HearAsync("tele/fridge/SENSOR", """{"ENERGY":{"Power":60}}""");
        Assert.Empty(await house.DiscoveredAsync());
        Assert.Single(await house.RowsAsync());
    }

    [Fact]
    public async Task Hear_MorePlugsThanTheBound_DropsTheLongestSilent()
    {
        await using var house = await DeviceHouse.CreateAsync();
        var ignored = await house.HearPlugAsync("ignored");
        await house.Registry.IgnoreAsync(house.Staff, ignored, CancellationToken.None);
        await house.HearPlugAsync("oldest");
        house.Stores.Clock.Advance(TimeSpan.FromMinutes(1));
        await house.Registry.HearAsync(
            [.. Enumerable.Range(0, DiscoveredPlugs.Most).Select(index => house.Raw($"stat/p{index}/POWER", "ON"))], CancellationToken.None);
        house.Stores.Clock.Advance(TimeSpan.FromHours(1));
        await house.HearAsync("stat/p5/POWER", "ON");
        var rows = await house.RowsAsync();
        Assert.True(rows.Count <= DiscoveredPlugs.Most + 1, $"{rows.Count} rows");
        Assert.DoesNotContain(rows, row => row.Address == "oldest");
        Assert.Contains(rows, row => row.Address == "ignored");
    }

    [Fact]
    public async Task Hear_FloodOfInventedPlugs_WritesAtALimitedPace()
    {
        await using var house = await DeviceHouse.CreateAsync();
        for (var round = 0; round < 3; round++)
        {
            await house.Registry.HearAsync(
                [.. Enumerable.Range(0, 1000).Select(index => house.Raw($"stat/r{round}p{index}/POWER", "ON"))], CancellationToken.None);
        }

        Assert.InRange((await house.RowsAsync()).Max(row => row.Id), 1, DiscoveredPlugs.Most);
    }

    [Fact]
    public async Task Hear_SeveralInstancesAtOnce_MakeOneRow()
    {
        await using var house = await DeviceHouse.CreateAsync();
        using var other = house.AnotherInstance();
        HeardRaw[] batch = [.. Enumerable.Range(0, 50).Select(index => house.Raw($"stat/p{index}/POWER", "ON"))];
        await Task.WhenAll(
            Task.Run(() => house.Registry.HearAsync(batch, CancellationToken.None)), Task.Run(() => other.HearAsync(batch, CancellationToken.None)));
        Assert.Equal(50, (await house.RowsAsync()).Count);
        Assert.All(await other.DiscoveredAsync(house.Staff, CancellationToken.None), plug => Assert.Equal(Availability.Online, plug.Availability));
    }

    [Fact]
    public async Task Hear_AfterARestart_FindsTheRowAgain()
    {
        await using var house = await DeviceHouse.CreateAsync();
        var id = await house.HearPlugAsync();
        using var restarted = house.AnotherInstance();
        await restarted.HearAsync([house.Raw("stat/fridge/POWER", "OFF")], CancellationToken.None);
        var plug = Assert.Single(await restarted.DiscoveredAsync(house.Staff, CancellationToken.None));
        Assert.Equal(id, plug.Plug.Id);
        Assert.False(Assert.Single(plug.Channels).IsOn);
    }

    [Fact]
    public async Task Hear_NewPlugAndNewReading_TellThePages()
    {
        await using var house = await DeviceHouse.CreateAsync();
        var signals = 0;
        using var subscription = house.Stores.Signals.Subscribe(ReloadSignal.Plugs, () => Interlocked.Increment(ref signals));
        await house.HearPlugAsync();

        // One for the new row, one for the live reading; then one more when the reading changes.
        await Eventually.TrueAsync(() => Volatile.Read(ref signals) == 2);
        await house.HearAsync("stat/fridge/POWER", "ON");
        await Eventually.TrueAsync(() =>
        {
            house.Stores.Clock.Advance(TimeSpan.FromMilliseconds(100));
            return Volatile.Read(ref signals) == 3;
        });
    }

    [Fact]
    public async Task Follow_RowsReadBeforeTheEntryWasStored_KeepsItsReading()
    {
        await using var house = await DeviceHouse.CreateAsync();
        var plugs = new DiscoveredPlugs();
        var rows = new HeardPlugRows(house.Stores.Houses);
        plugs.Take(Domain.Devices.Formats.PlugFormats.Hear("stat/fridge/POWER", "ON"u8)!, house.Raw("stat/fridge/POWER", "ON"));
        var moment = plugs.Moment();
        var before = await rows.ReadAsync(CancellationToken.None);
        await rows.WriteAsync(plugs, 10, CancellationToken.None);
        plugs.Follow(before, AdoptedPlugs.Empty, moment);
        var row = Assert.Single(await house.RowsAsync());
        Assert.True(Assert.Single(plugs.WithReading(row).Channels).IsOn);
        plugs.Follow([], AdoptedPlugs.Empty, plugs.Moment());
        Assert.Empty(plugs.WithReading(row).Channels);
    }

    [Fact]
    public async Task Hear_NonsenseOfEveryKind_IsHarmless()
    {
        await using var house = await DeviceHouse.CreateAsync();
        await house.HearAsync("tele/x/STATE", "invalid");
        await house.HearAsync("tele/a+b/SENSOR", """{"ENERGY":{"Power":60}}""");
        await house.HearAsync("", "");
        await house.HearAsync("///", "{}");
        await house.HearAsync($"tele/{new string('x', 300)}/SENSOR", """{"ENERGY":{"Power":60}}""");
        await house.HearAsync("tele/x/SENSOR", new string('[', 70_000));
        Assert.Empty(await house.DiscoveredAsync());
        Assert.Empty(await house.RowsAsync());
    }
}

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Devices;
using MqttChat.Domain.Rooms;
using MqttChat.Domain.Signals;
using MqttChat.Domain.Telemetry;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Telemetry;

public class PowerFeedTests
{
    private static readonly Viewer Staff = new("staff", true);

    [Fact]
    public async Task Refresh_AfterAReport_ShowsPlugAndChannel()
    {
        await using var house = await HouseWithPlugsAsync();
        var feed = Feed(house);
        await house.StoreAsync(house.Sensor(house.Now, 100, 5.0));

        await feed.RefreshAsync(CancellationToken.None);

        var fridge = feed.Current.Plugs.Single(plug => plug.Name == "fridge");
        Assert.Equal((100.0, 5.0, Availability.Online), (fridge.ActivePowerWatts!.Value, fridge.EnergyKilowattHours!.Value, fridge.Availability));
        Assert.Equal(("Kitchen", "1"), (fridge.RoomName, Assert.Single(fridge.Channels).Channel));
        Assert.Null(feed.Current.Plugs.Single(plug => plug.Name == "heater").ActivePowerWatts);
    }

    [Fact]
    public async Task Refresh_OnePlugChanged_KeepsTheOthersRecords()
    {
        await using var house = await HouseWithPlugsAsync();
        var feed = Feed(house);
        await house.StoreAsync(house.Sensor(house.Now, 100, 5.0), house.Sensor(house.Now, 40, 1, "heater"));
        await feed.RefreshAsync(CancellationToken.None);
        var before = feed.Current;
        house.Stores.Clock.Advance(TimeSpan.FromSeconds(10));
        await house.StoreAsync(house.Sensor(house.Now, 120, 5.0));

        await feed.RefreshAsync(CancellationToken.None);

        Assert.Same(Of(before, "heater"), Of(feed.Current, "heater"));
        Assert.Equal(120, Of(feed.Current, "fridge").ActivePowerWatts);
    }

    [Fact]
    public async Task Refresh_NothingChanged_KeepsTheSnapshot()
    {
        await using var house = await HouseWithPlugsAsync();
        var feed = Feed(house);
        await house.StoreAsync(house.Sensor(house.Now, 100, 5.0));
        await feed.RefreshAsync(CancellationToken.None);
        var before = feed.Current;

        await feed.RefreshAsync(CancellationToken.None);

        Assert.Same(before, feed.Current);
    }

    [Fact]
    public async Task Refresh_ReadsOnlyRowsAfterTheLastChange()
    {
        await using var house = await HouseWithPlugsAsync();
        var feed = Feed(house);
        await house.StoreAsync(house.Sensor(house.Now, 100, 5.0), house.Sensor(house.Now, 40, 1, "heater"));
        await feed.RefreshAsync(CancellationToken.None);
        await house.StoreAsync(house.Sensor(house.Now, 120, 5.0));

        // A row that has not taken a new change number is not read, whatever stands in it.
        await house.SqlAsync("UPDATE \"ChannelStates\" SET \"ActivePowerWatts\" = 999 WHERE \"PlugId\" = 2");
        await feed.RefreshAsync(CancellationToken.None);

        Assert.Equal(40, Of(feed.Current, "heater").ActivePowerWatts);
        Assert.Equal(120, Of(feed.Current, "fridge").ActivePowerWatts);
    }

    [Fact]
    public async Task Subscribe_Signal_CallsAfterTheNewSnapshotUntilDisposed()
    {
        await using var house = await HouseWithPlugsAsync();
        var feed = Feed(house);
        var calls = 0;
        var subscription = feed.Subscribe(() => Interlocked.Increment(ref calls));
        await Eventually.TrueAsync(() => feed.Current.Version > 0);

        await house.StoreAsync(house.Sensor(house.Now, 100, 5.0));
        await Eventually.TrueAsync(() =>
        {
            house.Stores.Clock.Advance(TimeSpan.FromMilliseconds(250));
            return Of(feed.Current, "fridge").ActivePowerWatts == 100;
        });

        // Calls are part of the read that brought the snapshot; another read begins when they are over.
        await feed.RefreshAsync(CancellationToken.None);
        Assert.True(calls > 0);
        subscription.Dispose();
        var (version, before) = (feed.Current.Version, calls);
        await house.StoreAsync(house.Sensor(house.Now, 200, 5.0));
        house.Stores.Signals.Publish(ReloadSignal.Power);
        await feed.VisibleToAsync(Staff, CancellationToken.None);
        Assert.Equal(before, calls);
        Assert.True(feed.Current.Version > version);
    }

    [Fact]
    public async Task Subscribe_SignalLost_TheSafetyTimerCatchesUp()
    {
        await using var house = await HouseWithPlugsAsync();
        var feed = Feed(house);
        using var subscription = feed.Subscribe(() => { });
        await Eventually.TrueAsync(() => feed.Current.Version > 0);
        await using (var store = await house.Stores.Houses.CreateDbContextAsync())
        {
            await store.Plugs.Where(plug => plug.Id == 1).ExecuteUpdateAsync(set => set.SetProperty(plug => plug.Name, "freezer"));
        }

        await Eventually.TrueAsync(() =>
        {
            house.Stores.Clock.Advance(TimeSpan.FromSeconds(30));
            return feed.Current.Plugs.Any(plug => plug.Name == "freezer");
        });
    }

    [Fact]
    public async Task VisibleTo_Resident_OnlyRoomsOfWhichTheyAreMembers()
    {
        await using var house = await HouseWithPlugsAsync();
        var feed = Feed(house);
        var resident = await house.Stores.AddPersonAsync("ann");
        Assert.Empty(await feed.VisibleToAsync(resident, CancellationToken.None));

        await JoinKitchenAsync(house, resident);
        house.Stores.Signals.Publish(ReloadSignal.Rooms);

        Assert.Equal("fridge", Assert.Single(await feed.VisibleToAsync(resident, CancellationToken.None)).Name);
        Assert.Equal(2, (await feed.VisibleToAsync(Staff, CancellationToken.None)).Length);
    }

    [Fact]
    public async Task VisibleTo_ResidentWhenAPlugMovesIn_SeesItAtOnce()
    {
        await using var house = await HouseWithPlugsAsync();
        var feed = Feed(house);
        var resident = await house.Stores.AddPersonAsync("ann");
        await JoinKitchenAsync(house, resident);
        await SetRoomAsync(null);
        Assert.Empty(await feed.VisibleToAsync(resident, CancellationToken.None));

        await SetRoomAsync(1);
        house.Stores.Signals.Publish(ReloadSignal.Plugs);

        Assert.Equal("fridge", Assert.Single(await feed.VisibleToAsync(resident, CancellationToken.None)).Name);

        async Task SetRoomAsync(int? room)
        {
            await using var store = await house.Stores.Houses.CreateDbContextAsync();
            await store.Plugs.Where(plug => plug.Id == 1).ExecuteUpdateAsync(set => set.SetProperty(plug => plug.RoomId, room));
        }
    }

    [Fact]
    public async Task VisibleTo_RemovedMember_SeesNothingAfterTheSignalOrFiveSeconds()
    {
        await using var house = await HouseWithPlugsAsync();
        var feed = Feed(house);
        var resident = await house.Stores.AddPersonAsync("ann");
        await JoinKitchenAsync(house, resident);
        Assert.Single(await feed.VisibleToAsync(resident, CancellationToken.None));
        await using (var store = await house.Stores.Houses.CreateDbContextAsync())
        {
            await store.Memberships.ExecuteDeleteAsync();
        }

        house.Stores.Clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Empty(await feed.VisibleToAsync(resident, CancellationToken.None));
    }

    [Fact]
    public async Task Refresh_OneTotalForSeveralChannels_IsThePlugsOwnEnergy()
    {
        await using var house = await HouseWithPlugsAsync();
        var feed = Feed(house);
        await house.StoreAsync(house.Message("tele/fridge/SENSOR", """{"ENERGY":{"Total":436.786,"Power":[298,7,0]}}"""));
        house.Stores.Clock.Advance(TimeSpan.FromMinutes(5));
        await house.StoreAsync(house.Message("tele/fridge/SENSOR", """{"ENERGY":{"Total":436.886,"Power":[298,7,0]}}"""));

        await feed.RefreshAsync(CancellationToken.None);

        var plug = Of(feed.Current, "fridge");
        Assert.Equal((305.0, 436.886), (plug.ActivePowerWatts!.Value, plug.EnergyKilowattHours!.Value));
        Assert.Equal(0.1, plug.EnergyCountedKilowattHours, 9);
        Assert.Equal(["1", "2", "3"], plug.Channels.Select(channel => channel.Channel));
    }

    internal static async Task<IngestHouse> HouseWithPlugsAsync()
    {
        var house = await IngestHouse.CreateAsync();
        await using var store = await house.Stores.Houses.CreateDbContextAsync();
        store.Rooms.Add(new Room { Id = 1, Name = "Kitchen", CreatedAt = house.Now });
        await store.SaveChangesAsync();
        var fridge = IngestHouse.Plug(1, "fridge");
        fridge.RoomId = 1;
        store.Plugs.AddRange(fridge, IngestHouse.Plug(2, "heater"));
        await store.SaveChangesAsync();
        return house;
    }

    internal static async Task JoinKitchenAsync(IngestHouse house, Viewer viewer)
    {
        await using var store = await house.Stores.Houses.CreateDbContextAsync();
        store.Memberships.Add(new Membership { RoomId = 1, UserId = viewer.UserId, JoinedAt = house.Now });
        await store.SaveChangesAsync();
    }

    private static PowerFeed Feed(IngestHouse house) => house.Stores.Services.GetRequiredService<PowerFeed>();

    private static PlugPower Of(PowerSnapshot snapshot, string name) => snapshot.Plugs.Single(plug => plug.Name == name);
}

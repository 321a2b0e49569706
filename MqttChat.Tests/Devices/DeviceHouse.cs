using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Devices;
using MqttChat.Domain.Rooms;
using MqttChat.Domain.Signals;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Devices;

/// <summary>A house with a registry, a member of staff, a member of its one room, and a stranger.</summary>
internal sealed class DeviceHouse : IAsyncDisposable
{
    private DeviceHouse(TestStores stores) => Stores = stores;

    public TestStores Stores { get; }

    public FakePlugCommands Commands => (FakePlugCommands)Stores.Services.GetRequiredService<IPlugCommands>();

    public FakeBrokerAccess Broker => (FakeBrokerAccess)Stores.Services.GetRequiredService<IBrokerAccess>();

    public PlugCredentials Credentials => Stores.Services.GetRequiredService<PlugCredentials>();

    public DeviceRegistry Registry => Stores.Services.GetRequiredService<DeviceRegistry>();

    public required Viewer Staff { get; init; }

    public required Viewer Member { get; init; }

    public required Viewer Stranger { get; init; }

    public required int RoomId { get; init; }

    public static async Task<DeviceHouse> CreateAsync(bool membersMaySwitch = false)
    {
        var stores = await TestStores.CreateAsync(services => services
            .AddSingleton<IPlugCommands, FakePlugCommands>().AddSingleton<DeviceRegistry>()
            .AddSingleton<IBrokerAccess, FakeBrokerAccess>().AddSingleton<PlugHearing>().AddSingleton<PlugCredentials>().AddSingleton<PlugRemoval>());
        var member = await stores.AddPersonAsync("member");
        await using var house = await stores.Houses.CreateDbContextAsync();
        var room = new Room { Name = "Kitchen", MembersMaySwitch = membersMaySwitch, CreatedAt = stores.Clock.GetUtcNow() };
        house.Rooms.Add(room);
        await house.SaveChangesAsync();
        house.Memberships.Add(new Membership { RoomId = room.Id, UserId = member.UserId, JoinedAt = stores.Clock.GetUtcNow() });
        await house.SaveChangesAsync();
        return new DeviceHouse(stores)
        {
            Staff = await stores.AddPersonAsync("staff", isStaff: true),
            Member = member,
            Stranger = await stores.AddPersonAsync("stranger"),
            RoomId = room.Id,
        };
    }

    /// <summary>Another instance on the same database.</summary>
    public DeviceRegistry AnotherInstance() => ActivatorUtilities.CreateInstance<DeviceRegistry>(Stores.Services);

    /// <summary>Another instance that no signal reaches.</summary>
    public DeviceRegistry UnreachedInstance() =>
        ActivatorUtilities.CreateInstance<DeviceRegistry>(Stores.Services, new SignalHub(NullLogger<SignalHub>.Instance));

    public HeardRaw Raw(string topic, string payload, bool retained = false) =>
        new(topic, Encoding.UTF8.GetBytes(payload), retained, Stores.Clock.GetUtcNow());

    public Task HearAsync(string topic, string payload, bool retained = false) =>
        Registry.HearAsync([Raw(topic, payload, retained)], CancellationToken.None);

    public Task<IReadOnlyList<DiscoveredPlug>> DiscoveredAsync() => Registry.DiscoveredAsync(Staff, CancellationToken.None);

    public async Task<int> HearPlugAsync(string name = "fridge")
    {
        await HearAsync($"tele/{name}/SENSOR", """{"Time":"2026-03-02T13:00:10","ENERGY":{"Power":60,"Total":1.5}}""");
        return (await DiscoveredAsync()).Single(plug => plug.Plug.Address == name).Plug.Id;
    }

    public async Task<int> AdoptPlugAsync(bool inRoom = true)
    {
        var id = await HearPlugAsync();
        await Registry.AdoptAsync(Staff, id, "Fridge", inRoom ? RoomId : null, CancellationToken.None);
        return id;
    }

    public async Task<List<Plug>> RowsAsync()
    {
        await using var house = await Stores.Houses.CreateDbContextAsync();
        return await house.Plugs.AsNoTracking().Include(plug => plug.Channels).ToListAsync();
    }

    public ValueTask DisposeAsync() => Stores.DisposeAsync();
}

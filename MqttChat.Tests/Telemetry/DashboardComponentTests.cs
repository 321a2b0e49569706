using System.Security.Claims;
using AngleSharp.Dom;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Devices;
using MqttChat.Domain.Rooms;
using MqttChat.Domain.Telemetry;
using MqttChat.Domain.Telemetry.Habits;
using MqttChat.Tests.Devices;
using MqttChat.Tests.Support;
using MqttChat.Web.Accounts;
using MqttChat.Web.Mqtt;
using MqttChat.Web.Shell;
using MqttChat.Web.Telemetry;
using MudBlazor.Services;

namespace MqttChat.Tests.Telemetry;

/// <summary>The dashboard over real stores.</summary>
public sealed class DashboardComponentTests : BunitContext, IAsyncLifetime
{
    private TestStores _stores = null!;
    private Viewer _staff = null!;

    public async Task InitializeAsync()
    {
        _stores = await TestStores.CreateAsync(services => services
            .AddSingleton<IPlugCommands, FakePlugCommands>().AddSingleton<DeviceRegistry>().AddTelemetryCore());
        _staff = await _stores.AddPersonAsync("staff", isStaff: true);
        JSInterop.Mode = JSRuntimeMode.Loose;
        // Watches the session of a circuit; here is none.
        ComponentFactories.AddStub<SessionGuard>();
        ComponentFactories.AddStub<MqttChat.Web.Rooms.UnreadCount>();
        Services.AddLocalization().AddMudServices();
        Services.AddSingleton<TimeProvider>(_stores.Clock).AddSingleton(_stores.Signals).AddSingleton<RefusalMessages>()
            .AddSingleton(_stores.Services.GetRequiredService<PowerFeed>())
            .AddSingleton(_stores.Services.GetRequiredService<PowerHistory>())
            .AddSingleton(_stores.Services.GetRequiredService<PlugHabits>())
            .AddSingleton(_stores.Services.GetRequiredService<EnergyHistory>()).AddSingleton<HousePrice>().AddSingleton<LastUnusual>()
            .AddSingleton(_stores.Services.GetRequiredService<DeviceRegistry>())
            .AddSingleton(Households.Of()).AddSingleton<BrokerStatus>().AddSingleton<Ticks>().AddSingleton<LivePower>()
            .AddSingleton<IHttpContextAccessor, HttpContextAccessor>().AddSingleton<ViewerZone>()
            .AddSingleton<AuthenticationStateProvider>(new SignedIn(_staff));
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        await DisposeAsync();
        await _stores.DisposeAsync();
    }

    [Fact]
    public void Dashboard_OfAHouseWithoutPlugs_SaysWhatToDo()
    {
        var page = RenderLive();

        page.WaitForAssertion(() => Assert.Equal("No plugs yet", page.Find(".mc-empty h2").TextContent));
        Assert.Equal("/plugs/connect", page.Find(".mc-empty a").GetAttribute("href"));
    }

    [Theory]
    [InlineData("refused.credentials", "It rejected the user name or password.", "Check Mqtt:Username and Mqtt:Password")]
    [InlineData("unreachable", "Its address can’t be reached.", "Mqtt:Host and Mqtt:Port")]
    [InlineData("tls", "certificate", "Mqtt:CaFile")]
    [InlineData("new.reason", "Reason: new.reason.", "Look in the broker’s log")]
    public void Dashboard_WithTheBrokerAway_SaysSinceWhenWhyWhereAndWhatToDo(string reason, string why, string next)
    {
        Services.GetRequiredService<BrokerStatus>().Set(false, reason, "broker.example.org:8883");

        var alert = RenderLive().Find("[role=alert]").TextContent;

        Assert.Contains(why, alert, StringComparison.Ordinal);
        Assert.Contains("broker.example.org:8883", alert, StringComparison.Ordinal);
        Assert.Contains(next, alert, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dashboard_WithTheBrokerAway_HasNoLiveSwitchAndNothingThatLooksOnline()
    {
        await AdoptAsync("fridge", withRelay: true);
        Services.GetRequiredService<BrokerStatus>().Set(false, "unreachable");

        var page = RenderLive();

        page.WaitForAssertion(() => Assert.True(page.Find(".plug-tile [role=switch]").HasAttribute("disabled")));
        // The style takes "online" away under this mark.
        Assert.NotNull(page.Find(".broker-away .plug-tile"));
    }

    [Fact]
    public void Dashboard_WhenTheBrokerComesBack_TakesTheBannerAway()
    {
        var broker = Services.GetRequiredService<BrokerStatus>();
        broker.Set(false, "unreachable");
        var page = RenderLive();
        Assert.NotEmpty(page.FindAll("[role=alert]"));

        broker.Set(true, null);

        page.WaitForAssertion(() => Assert.Empty(page.FindAll("[role=alert]")));
    }

    [Fact]
    public async Task Dashboard_WithPlugs_HasATileEach()
    {
        await AdoptAsync("fridge");
        await AdoptAsync("kettle");

        var page = RenderLive();

        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll(".plug-tile").Count));
        // Heard, but never reported since: nothing is known of today, which is not zero.
        Assert.Equal(["Power now", "Energy today"], page.FindAll(".summary dt").Take(2).Select(word => word.TextContent));
        Assert.Equal("–", page.Find(".today-so-far dd").TextContent.Trim());
        Assert.Equal("", page.Find(".today-so-far-before").TextContent.Trim());
    }

    [Fact]
    public async Task Dashboard_WithRooms_IsAsBroadAsTheirPlugs_ByName()
    {
        var member = await _stores.AddPersonAsync("member");
        await AdoptAsync("fridge", await AddRoomAsync(member, false));
        await AdoptAsync("kettle");
        await AdoptAsync("lamp");

        var page = RenderLive();

        page.WaitForAssertion(() => Assert.Equal(["Kitchen", "No room"], page.FindAll(".dashboard-room h2").Select(head => head.TextContent)));
        Assert.Equal(["--plugs: 1; --columns: 1", "--plugs: 2; --columns: 2"], page.FindAll(".dashboard-room").Select(room => room.GetAttribute("style")));
    }

    [Theory]
    [InlineData(4, 4)]
    [InlineData(5, 3)]
    [InlineData(7, 4)]
    [InlineData(9, 3)]
    [InlineData(200, 4)]
    public void RoomOfPlugs_StandsInColumns_ThatLeaveTheLastRowAsFullAsCanBe(int plugs, int columns) =>
        Assert.Equal(columns, new RoomOfPlugs(1, "Kitchen", [.. Enumerable.Range(1, plugs).Select(id => Plugs.Plug(id))]).Columns);

    [Theory]
    [InlineData(3.5, 2.25, "", "3.50 kWh", "2.25 kWh by this time yesterday")]
    [InlineData(3.5, 2.25, "JPY", "3.50 kWh ¥109", "2.25 kWh · ¥70 by this time yesterday")]
    [InlineData(3.5, null, "EUR", "3.50 kWh €108.50", "")]
    [InlineData(null, null, "JPY", "–", "")]
    public void TodaySoFar_SaysEnergyAndCost_BesideYesterday(double? today, double? yesterday, string currency, string main, string before)
    {
        Services.AddSingleton(Households.Of(new() { Currency = currency, PricePerKilowattHour = currency.Length == 0 ? 0 : 31 }));

        var shown = Render<TodaySoFar>(parameters => parameters.Add(one => one.Energy, today is { } energy ? new EnergySoFar(energy, yesterday) : null));

        Assert.Equal(main, Words(shown.Find("dd")));
        Assert.Equal(before, Words(shown.Find(".today-so-far-before")));

        string Words(IElement text) => string.Join(' ', text.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task RoomPower_OfARoomWithoutPlugs_RendersNothing()
    {
        await AdoptAsync("fridge");

        var panel = Render<RoomPower>(parameters => parameters.Add(one => one.RoomId, 77).Add(one => one.Viewer, _staff));

        Assert.Equal("", panel.Markup.Trim());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RoomPower_ForAMember_ListsItsPlugs_AndSwitchesWhereTheRoomAllowsIt(bool allowed)
    {
        var member = await _stores.AddPersonAsync("member");
        var room = await AddRoomAsync(member, allowed);
        await AdoptAsync("fridge", room);
        await AdoptAsync("kettle");

        var panel = Render<RoomPower>(parameters => parameters.Add(one => one.RoomId, room).Add(one => one.Viewer, member));

        panel.WaitForAssertion(() => Assert.Equal("fridge", Assert.Single(panel.FindAll(".room-plug a")).TextContent));
        Assert.Equal(allowed, panel.FindComponent<RoomPlug>().Instance.MaySwitch);
    }

    private IRenderedComponent<Dashboard> RenderLive()
    {
        SetRendererInfo(new RendererInfo("Server", isInteractive: true));
        return Render<Dashboard>();
    }

    private async Task<int> AddRoomAsync(Viewer member, bool membersMaySwitch)
    {
        await using var house = await _stores.Houses.CreateDbContextAsync();
        var room = new Room { Name = "Kitchen", MembersMaySwitch = membersMaySwitch, CreatedAt = _stores.Clock.GetUtcNow() };
        house.Rooms.Add(room);
        await house.SaveChangesAsync();
        house.Memberships.Add(new Membership { RoomId = room.Id, UserId = member.UserId, JoinedAt = _stores.Clock.GetUtcNow() });
        await house.SaveChangesAsync();
        return room.Id;
    }

    private async Task AdoptAsync(string name, int? roomId = null, bool withRelay = false)
    {
        var registry = _stores.Services.GetRequiredService<DeviceRegistry>();
        await registry.HearAsync(
            [new HeardRaw($"tele/{name}/SENSOR", """{"Time":"2026-03-02T12:00:00","ENERGY":{"Total":1.5,"Power":85}}"""u8.ToArray(), false, _stores.Clock.GetUtcNow())],
            default);
        if (withRelay)
        {
            await registry.HearAsync([new HeardRaw($"stat/{name}/POWER", "ON"u8.ToArray(), false, _stores.Clock.GetUtcNow())], default);
        }

        var heard = (await registry.DiscoveredAsync(_staff, default)).Single(one => one.Plug.Address == name);
        await registry.AdoptAsync(_staff, heard.Plug.Id, name, roomId, default);
    }

    private sealed class SignedIn(Viewer viewer) : AuthenticationStateProvider
    {
        public override Task<AuthenticationState> GetAuthenticationStateAsync() => Task.FromResult(new AuthenticationState(new ClaimsPrincipal(
            new ClaimsIdentity([new(ClaimTypes.NameIdentifier, viewer.UserId), new(ClaimTypes.Role, Roles.Staff)], "test"))));
    }
}

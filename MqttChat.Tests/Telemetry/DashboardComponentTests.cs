using System.Security.Claims;
using Bunit;
using Bunit.TestDoubles;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Devices;
using MqttChat.Domain.Telemetry;
using MqttChat.Tests.Devices;
using MqttChat.Tests.Support;
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
        Services.AddLocalization().AddMudServices();
        Services.AddSingleton<TimeProvider>(_stores.Clock).AddSingleton(_stores.Signals).AddSingleton<RefusalMessages>()
            .AddSingleton(_stores.Services.GetRequiredService<PowerFeed>())
            .AddSingleton(_stores.Services.GetRequiredService<PowerHistory>())
            .AddSingleton(_stores.Services.GetRequiredService<DeviceRegistry>())
            .AddSingleton<BrokerStatus>().AddSingleton<Ticks>().AddSingleton<LivePower>()
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
        var page = Render<Dashboard>();

        page.WaitForAssertion(() => Assert.Equal("No plugs yet", page.Find(".mc-empty h2").TextContent));
        Assert.Equal("/plugs/new", page.Find(".mc-empty a").GetAttribute("href"));
    }

    [Fact]
    public void Dashboard_WithTheBrokerAway_SaysSinceWhenAndWhy()
    {
        Services.GetRequiredService<BrokerStatus>().Set(false, "refused.credentials");

        var page = Render<Dashboard>();

        Assert.Contains("It refuses the user name or password.", page.Find("[role=alert]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Dashboard_WhenTheBrokerComesBack_TakesTheBannerAway()
    {
        var broker = Services.GetRequiredService<BrokerStatus>();
        broker.Set(false, "unreachable");
        var page = Render<Dashboard>();
        Assert.NotEmpty(page.FindAll("[role=alert]"));

        broker.Set(true, null);

        page.WaitForAssertion(() => Assert.Empty(page.FindAll("[role=alert]")));
    }

    [Fact]
    public async Task Dashboard_WithPlugs_HasATileEach()
    {
        await AdoptAsync("fridge");
        await AdoptAsync("kettle");

        var page = Render<Dashboard>();

        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll(".plug-tile").Count));
    }

    private async Task AdoptAsync(string name)
    {
        var registry = _stores.Services.GetRequiredService<DeviceRegistry>();
        await registry.HearAsync(
            [new HeardRaw($"tele/{name}/SENSOR", """{"Time":"2026-03-02T12:00:00","ENERGY":{"Total":1.5,"Power":85}}"""u8.ToArray(), false, _stores.Clock.GetUtcNow())],
            default);
        var heard = (await registry.DiscoveredAsync(_staff, default)).Single(one => one.Plug.Address == name);
        await registry.AdoptAsync(_staff, heard.Plug.Id, name, null, default);
    }

    private sealed class SignedIn(Viewer viewer) : AuthenticationStateProvider
    {
        public override Task<AuthenticationState> GetAuthenticationStateAsync() => Task.FromResult(new AuthenticationState(new ClaimsPrincipal(
            new ClaimsIdentity([new(ClaimTypes.NameIdentifier, viewer.UserId), new(ClaimTypes.Role, Roles.Staff)], "test"))));
    }
}

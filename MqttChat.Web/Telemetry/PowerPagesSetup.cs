using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.Extensions.DependencyInjection.Extensions;
using MqttChat.Domain;
using MqttChat.Domain.Accounts.Settings;
using MqttChat.Domain.Telemetry;
using MqttChat.Web.Rooms;

namespace MqttChat.Web.Telemetry;

internal static class PowerPagesSetup
{
    /// <summary>What the pages that show power need beside the domain.</summary>
    public static WebApplicationBuilder AddPowerPages(this WebApplicationBuilder builder)
    {
        builder.Services.AddHttpContextAccessor();
        builder.Services.TryAddSingleton<TelemetryFindings>();
        builder.Services.AddSingleton(provider => HouseDaysOf(provider.GetRequiredService<HouseSettings>()));
        builder.Services.AddSingleton<HousePrice>().AddSingleton<LastUnusual>();
        builder.Services.AddSingleton<Ticks>();
        builder.Services.AddScoped<ViewerZone>();
        builder.Services.AddScoped<LivePower>();
        builder.Services.AddScoped<CircuitHandler>(circuit => circuit.GetRequiredService<LivePower>());
        builder.Services.Configure<RoomPageParts>(page => page.Aside = typeof(RoomPower));
        return builder;
    }

    private static HouseDays HouseDaysOf(HouseSettings settings) => new(() => settings.Current.Zone);
}

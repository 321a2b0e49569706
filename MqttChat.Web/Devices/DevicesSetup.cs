using Microsoft.Extensions.DependencyInjection.Extensions;
using MqttChat.Domain.Devices;
using MqttChat.Web.Rooms;

namespace MqttChat.Web.Devices;

internal static class DevicesSetup
{
    public static WebApplicationBuilder AddDevices(this WebApplicationBuilder builder)
    {
        builder.Services.TryAddSingleton<DeviceRegistry>();
        builder.Services.TryAddSingleton<PlugPlaces>();
        builder.Services.TryAddSingleton<BrokerAddress>();
        builder.Services.TryAddSingleton<PlugLights>();
        builder.Services.AddSingleton<PlugLogins>().AddSingleton<PlugHearing>().AddSingleton<PlugCredentials>()
            .AddSingleton<BrokerOpening>().AddSingleton<PlugRemoval>().AddSingleton<PlugChannelSettings>().AddSingleton<FirstSteps>();
        builder.Services.Configure<RoomPageParts>(page => page.Start = typeof(StepsCard));
        return builder;
    }

    public static WebApplication MapDevices(this WebApplication app)
    {
        return app;
    }
}

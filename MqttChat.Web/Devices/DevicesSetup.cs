using Microsoft.Extensions.DependencyInjection.Extensions;
using MqttChat.Domain.Devices;

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
            .AddSingleton<BrokerOpening>().AddSingleton<PlugRemoval>();
        return builder;
    }

    public static WebApplication MapDevices(this WebApplication app)
    {
        return app;
    }
}

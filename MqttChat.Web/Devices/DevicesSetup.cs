namespace MqttChat.Web.Devices;

internal static class DevicesSetup
{
    public static WebApplicationBuilder AddDevices(this WebApplicationBuilder builder)
    {
        return builder;
    }

    public static WebApplication MapDevices(this WebApplication app)
    {
        return app;
    }
}

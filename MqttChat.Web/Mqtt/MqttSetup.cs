namespace MqttChat.Web.Mqtt;

internal static class MqttSetup
{
    public static WebApplicationBuilder AddMqtt(this WebApplicationBuilder builder)
    {
        return builder;
    }

    public static WebApplication MapMqtt(this WebApplication app)
    {
        return app;
    }
}

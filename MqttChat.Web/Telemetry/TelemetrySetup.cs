namespace MqttChat.Web.Telemetry;

internal static class TelemetrySetup
{
    public static WebApplicationBuilder AddTelemetry(this WebApplicationBuilder builder)
    {
        return builder;
    }

    public static WebApplication MapTelemetry(this WebApplication app)
    {
        return app;
    }
}

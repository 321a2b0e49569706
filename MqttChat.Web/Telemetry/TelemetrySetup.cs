using MqttChat.Domain.Telemetry;

namespace MqttChat.Web.Telemetry;

internal static class TelemetrySetup
{
    public static WebApplicationBuilder AddTelemetry(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<IngestOptions>().BindConfiguration(IngestOptions.Section).ValidateOnStart();
        builder.Services.AddOptions<TelemetryOptions>().BindConfiguration(TelemetryOptions.Section).ValidateOnStart();
        builder.Services.AddTelemetryCore();
        builder.Services.AddHostedService<RetentionService>();
        return builder;
    }

    public static WebApplication MapTelemetry(this WebApplication app)
    {
        return app;
    }
}

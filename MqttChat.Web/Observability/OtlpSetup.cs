using System.Diagnostics;
using Microsoft.AspNetCore.Components.Server.Circuits;
using MqttChat.Domain;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace MqttChat.Web.Observability;

/// <summary>Sends metrics and traces to a collector, where one is named; without, nothing of OpenTelemetry runs.</summary>
internal static class OtlpSetup
{
    // The framework's own, of which none carries a path's values or a person.
    private static readonly string[] FrameworkMeters =
        ["System.Runtime", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.Http.Connections"];

    public static WebApplicationBuilder AddOtlp(this WebApplicationBuilder builder)
    {
        var options = builder.Configuration.GetSection(ObservabilityOptions.Section).Get<ObservabilityOptions>() ?? new();
        var named = ObservabilityOptions.IsAddress(options.OtlpEndpoint) && options.Protocol is not null;
        if (!named && !ObservabilityOptions.IsAddress(builder.Configuration[ObservabilityOptions.EndpointVariable]))
        {
            return builder;
        }

        builder.Services.AddScoped<CircuitHandler, CircuitTraces>();
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource
                .AddService("mqttchat", serviceVersion: typeof(OtlpSetup).Assembly.GetName().Version?.ToString(3)).AddEnvironmentVariableDetector())
            .WithMetrics(metrics => metrics.AddMeter([HouseActivities.Name, .. FrameworkMeters])
                .AddOtlpExporter(exporter => Aim(exporter, named ? options : null, "v1/metrics")))
            .WithTracing(traces => traces.AddSource(HouseActivities.Name)
                .AddAspNetCoreInstrumentation(web => web.Filter = IsTraced)
                .AddProcessor<SecretsRemoved>()
                .AddOtlpExporter(exporter => Aim(exporter, named ? options : null, "v1/traces")));
        return builder;
    }

    // Without a setting the exporter reads the specification's own variables.
    private static void Aim(OtlpExporterOptions exporter, ObservabilityOptions? options, string path)
    {
        if (options is null)
        {
            return;
        }

        exporter.Protocol = options.Protocol!.Value;
        exporter.Endpoint = exporter.Protocol == OtlpExportProtocol.Grpc
            ? new Uri(options.OtlpEndpoint)
            : new Uri(new Uri(options.OtlpEndpoint.TrimEnd('/') + "/"), path);
    }

    // Health checks and files would drown the rest, and a circuit's socket is open for hours.
    private static bool IsTraced(HttpContext http) =>
        !http.Request.Path.StartsWithSegments("/health") && !http.Request.Path.StartsWithSegments("/_blazor")
        && !Path.HasExtension(http.Request.Path.Value);

    /// <summary>
    /// Paths and queries carry codes of invitations, set-up and new passwords; the route says which page it was. At the end, where
    /// nobody adds anything any more.
    /// </summary>
    private sealed class SecretsRemoved : BaseProcessor<Activity>
    {
        private static readonly string[] Removed = ["url.path", "url.query", "url.full", "http.target", "http.url", "user_agent.original"];

        public override void OnEnd(Activity data)
        {
            foreach (var tag in Removed)
            {
                data.SetTag(tag, null);
            }
        }
    }

    /// <summary>What a page does begins a trace of its own: the request that it would belong to is the socket's.</summary>
    private sealed class CircuitTraces : CircuitHandler
    {
        public override Func<CircuitInboundActivityContext, Task> CreateInboundActivityHandler(Func<CircuitInboundActivityContext, Task> next) =>
            async context =>
            {
                Activity.Current = null;
                await next(context);
            };
    }
}

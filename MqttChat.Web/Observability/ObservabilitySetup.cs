using Microsoft.Extensions.Options;
using MqttChat.Domain.Persistence;

namespace MqttChat.Web.Observability;

internal static class ObservabilitySetup
{
    /// <summary>Metrics, traces where a collector is named, and the page that staff look at.</summary>
    public static WebApplicationBuilder AddObservability(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<ObservabilityOptions>().BindConfiguration(ObservabilityOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<ObservabilityOptions>, ObservabilityOptionsValidation>();
        builder.Services.AddSingleton<StoreSizes>();
        builder.Services.AddSingleton<CounterHistory>();
        builder.Services.AddSingleton<HouseStatus>();
        builder.Services.AddHostedService<HouseMetrics>();
        builder.Services.AddHostedService<StatusSampler>();
        return builder.AddOtlp();
    }
}

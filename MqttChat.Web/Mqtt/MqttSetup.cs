using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using MqttChat.Domain.Devices;
using MqttChat.Domain.Telemetry;

namespace MqttChat.Web.Mqtt;

internal static class MqttSetup
{
    /// <summary>The sessions with the broker, and the broker itself where the settings name none.</summary>
    public static WebApplicationBuilder AddMqtt(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<MqttOptions>().BindConfiguration(MqttOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<MqttOptions>, MqttOptionsValidation>();
        services.TryAddSingleton<IngestCounters>();
        services.AddSingleton<BrokerStatus>();
        services.AddSingleton<ThisInstance>();
        services.AddSingleton<EmbeddedBroker>();
        services.AddSingleton<BrokerConnector>();
        services.AddSingleton<SignalSession>();
        services.AddSingleton<IPlugCommands>(provider => provider.GetRequiredService<SignalSession>());
        services.AddSingleton<DiscoverySession>();
        services.AddSingleton<HearWork>(provider => async (messages, cancellation) =>
        {
            await provider.GetRequiredService<PlugHearing>().HearAsync(messages, cancellation).ConfigureAwait(false);
            await provider.GetRequiredService<DeviceRegistry>().HearAsync(messages, cancellation).ConfigureAwait(false);
        });
        services.AddSingleton<LoginWork>(provider =>
            new(provider.GetRequiredService<PlugLogins>().FindAsync, provider.GetRequiredService<PlugLogins>().IsOpenAsync));
        services.AddSingleton<DynamicSecurity>();
        services.AddSingleton<IBrokerAccess, BrokerAccess>();
        services.AddSingleton<IBrokerPort>(provider => provider.GetRequiredService<EmbeddedBroker>());
        // Started in this order and stopped in the reverse one: the broker outlives its clients.
        services.AddHostedService(provider => provider.GetRequiredService<EmbeddedBroker>());
        services.AddHostedService<SignalService>();
        services.AddHostedService<IngestService>();
        services.AddHostedService<DiscoveryService>();
        return builder;
    }

    public static WebApplication MapMqtt(this WebApplication app) => app;

    private sealed class SignalService(SignalSession session) : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken) => session.RunAsync(stoppingToken);
    }

    private sealed class DiscoveryService(DiscoverySession session) : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken) => session.RunAsync(stoppingToken);
    }
}

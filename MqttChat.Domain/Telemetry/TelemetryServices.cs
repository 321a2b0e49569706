using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MqttChat.Domain.Devices;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Persistence.Postgres;
using MqttChat.Domain.Persistence.Sqlite;
using MqttChat.Domain.Persistence.SqlServer;
using MqttChat.Domain.Signals;
using MqttChat.Domain.Telemetry.Feed;
using MqttChat.Domain.Telemetry.Freshness;
using MqttChat.Domain.Telemetry.Habits;
using MqttChat.Domain.Telemetry.Ingest;

namespace MqttChat.Domain.Telemetry;

/// <summary>Adds all of telemetry that needs no host: ingest, leases, the read models and retention.</summary>
public static class TelemetryServices
{
    /// <summary>
    /// Needs the stores, <see cref="DeviceRegistry"/>, <see cref="SignalHub"/> and a <see cref="TimeProvider"/>; options are bound by the caller.
    /// </summary>
    public static IServiceCollection AddTelemetryCore(this IServiceCollection services)
    {
        services.AddOptions<IngestOptions>();
        services.AddOptions<TelemetryOptions>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<IngestOptions>, IngestOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TelemetryOptions>, TelemetryOptionsValidator>());
        services.TryAddSingleton<AdoptedPlugsSource>(provider => provider.GetRequiredService<DeviceRegistry>().AdoptedAsync);
        services.TryAddSingleton<PlugInDoubt>(provider => provider.GetService<DeviceRegistry>() is { } registry ? registry.AskSoon : _ => { });
        services.TryAddSingleton<ToldChannels>(provider => new ToldChannelStates(
            provider.GetRequiredService<IDbContextFactory<TelemetryDbContext>>(), provider.GetRequiredService<ILogger<DeviceRegistry>>()).ReadAsync);
        services.TryAddSingleton(CreateWriter);
        services.TryAddSingleton<ReadOnlyTelemetry>();
        services.TryAddSingleton<IngestCounters>();
        services.TryAddSingleton(provider => SilenceRule.Of(provider.GetRequiredService<IOptions<TelemetryOptions>>().Value));
        services.TryAddSingleton<IngestLeases>();
        services.TryAddSingleton<IngestInstances>();
        services.TryAddSingleton<IngestLayout>();
        services.TryAddSingleton<PowerFeed>();
        services.TryAddSingleton(provider => new PowerHistory(
            provider.GetRequiredService<IDbContextFactory<HouseDbContext>>(), provider.GetRequiredService<IDbContextFactory<TelemetryDbContext>>(),
            provider.GetRequiredService<ReadOnlyTelemetry>(), provider.GetRequiredService<IOptions<TelemetryOptions>>(),
            provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(_ => new HouseDays(TimeZoneInfo.Local));
        services.TryAddSingleton(provider => new EnergyHistory(
            provider.GetRequiredService<PowerFeed>(), provider.GetRequiredService<ReadOnlyTelemetry>(), provider.GetRequiredService<HouseDays>(),
            provider.GetRequiredService<SignalHub>(), provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(provider => new PlugHabits(provider.GetRequiredService<ReadOnlyTelemetry>(), provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<TelemetryRetention>();
        services.TryAddSingleton(provider => new ReportIngest(
            provider.GetRequiredService<AdoptedPlugsSource>(), provider.GetRequiredService<IDbContextFactory<TelemetryDbContext>>(),
            provider.GetRequiredService<ITelemetryWriter>(), provider.GetRequiredService<SignalHub>(),
            provider.GetRequiredService<IngestCounters>(), provider.GetRequiredService<IOptions<IngestOptions>>(),
            provider.GetRequiredService<PlugInDoubt>(), provider.GetRequiredService<TimeProvider>()));
        return services;
    }

    private static ITelemetryWriter CreateWriter(IServiceProvider provider)
    {
        var database = provider.GetRequiredService<DatabaseOptions>();
        return database.Provider switch
        {
            DatabaseProvider.Sqlite => new SqliteTelemetryWriter(database),
            DatabaseProvider.Postgres => new PostgresTelemetryWriter(database),
            _ => new SqlServerTelemetryWriter(database),
        };
    }
}

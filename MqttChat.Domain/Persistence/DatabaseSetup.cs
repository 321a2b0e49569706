using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MqttChat.Domain.Persistence.Postgres;
using MqttChat.Domain.Persistence.Sqlite;
using MqttChat.Domain.Persistence.SqlServer;

namespace MqttChat.Domain.Persistence;

/// <summary>
/// Builds both stores' contexts: the one helper that runtime, tests and the design-time factories share, because a context
/// built from options alone misses Identity's passkey tables.
/// </summary>
public static class DatabaseSetup
{
    /// <summary>Adds context factories for both stores, and a scoped <see cref="HouseDbContext"/> for Identity's stores.</summary>
    public static IServiceCollection AddDatabases(this IServiceCollection services, DatabaseOptions database)
    {
        services.Configure<IdentityOptions>(options => options.Stores.SchemaVersion = IdentitySchemaVersions.Version3);
        services.AddSingleton(database);
        if (database.Provider == DatabaseProvider.Sqlite)
        {
            services.AddContext<HouseDbContext, SqliteHouseDbContext>(options => options.UseSqlite(database.House));
            services.AddContext<TelemetryDbContext, SqliteTelemetryDbContext>(options => options.UseSqlite(database.Telemetry));
        }
        else if (database.Provider == DatabaseProvider.Postgres)
        {
            services.AddContext<HouseDbContext, PostgresHouseDbContext>(options => options.UsePostgres(database.House, HouseDbContext.Schema));
            services.AddContext<TelemetryDbContext, PostgresTelemetryDbContext>(
                options => options.UsePostgres(database.Telemetry, TelemetryDbContext.Schema));
        }
        else
        {
            services.AddContext<HouseDbContext, SqlServerHouseDbContext>(options => options.UseSqlServer(
                database.House, engine => engine.MigrationsHistoryTable("__EFMigrationsHistory", HouseDbContext.Schema)));
            services.AddContext<TelemetryDbContext, SqlServerTelemetryDbContext>(options => options.UseSqlServer(
                database.Telemetry, engine => engine.MigrationsHistoryTable("__EFMigrationsHistory", TelemetryDbContext.Schema)));
        }

        return services;
    }

    /// <summary>Brings both stores to the newest schema. Runs before anything else starts.</summary>
    public static async Task MigrateDatabasesAsync(this IServiceProvider services, CancellationToken cancellation)
    {
        if (services.GetRequiredService<DatabaseOptions>() is { Provider: DatabaseProvider.Sqlite } files)
        {
            await SqliteFiles.MakeAsync(files, cancellation);
        }

        await using var house = await services.GetRequiredService<IDbContextFactory<HouseDbContext>>().CreateDbContextAsync(cancellation);
        await MigrateAsync(house, cancellation);
        await using var telemetry = await services.GetRequiredService<IDbContextFactory<TelemetryDbContext>>().CreateDbContextAsync(cancellation);
        await MigrateAsync(telemetry, cancellation);
    }

    /// <summary>Throws when a store cannot be read.</summary>
    public static async Task CheckDatabasesAsync(this IServiceProvider services, CancellationToken cancellation)
    {
        if (services.GetRequiredService<DatabaseOptions>() is { Provider: DatabaseProvider.Sqlite } files && SqliteFiles.Missing(files) is { } missing)
        {
            throw new FileNotFoundException("The database's file is gone.", missing);
        }

        await using var house = await services.GetRequiredService<IDbContextFactory<HouseDbContext>>().CreateDbContextAsync(cancellation);
        await house.Houses.AnyAsync(cancellation);
        await using var telemetry = await services.GetRequiredService<IDbContextFactory<TelemetryDbContext>>().CreateDbContextAsync(cancellation);
        await telemetry.DeadLetters.AnyAsync(cancellation);
    }

    /// <summary>A provider with the stores and nothing else, for design time and tests.</summary>
    public static ServiceProvider BuildStores(DatabaseOptions database) =>
        new ServiceCollection().AddLogging().AddDatabases(database).BuildServiceProvider();

    private static async Task MigrateAsync(DbContext store, CancellationToken cancellation)
    {
        if (store.Database.IsSqlite())
        {
            await SqliteMigrationLock.GiveUpOldAsync(store, TimeProvider.System, cancellation);
        }
        else if (store.Database.IsNpgsql())
        {
            await PostgresServerCheck.PrepareAsync(store, cancellation);
        }

        await store.Database.MigrateAsync(cancellation);
    }

    private static void AddContext<TBase, TContext>(this IServiceCollection services, Action<DbContextOptionsBuilder> configure)
        where TBase : DbContext
        where TContext : TBase
    {
        services.AddPooledDbContextFactory<TContext>(configure);
        services.AddSingleton<IDbContextFactory<TBase>, FactoryAdapter<TBase, TContext>>();
        services.AddScoped<TBase>(scope => scope.GetRequiredService<IDbContextFactory<TContext>>().CreateDbContext());
    }

    // IDbContextFactory<T> is not variant.
    private sealed class FactoryAdapter<TBase, TContext>(IDbContextFactory<TContext> inner) : IDbContextFactory<TBase>
        where TBase : DbContext
        where TContext : TBase
    {
        public TBase CreateDbContext() => inner.CreateDbContext();

        public async Task<TBase> CreateDbContextAsync(CancellationToken cancellation = default) =>
            await inner.CreateDbContextAsync(cancellation);
    }
}

using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Persistence.Postgres;
using MqttChat.Domain.Persistence.Sqlite;
using MqttChat.Domain.Persistence.SqlServer;

namespace MqttChat.Domain.Persistence;

/// <summary>How much the stores take.</summary>
/// <param name="HouseBytes">The house store.</param>
/// <param name="TelemetryBytes">The telemetry store.</param>
/// <param name="FreeBytes">What is left on the disk of SQLite's files; null where a server keeps them.</param>
public sealed record StoreSize(long HouseBytes, long TelemetryBytes, long? FreeBytes);

/// <summary>Measures the stores; asked for now and then, read at any time.</summary>
public sealed class StoreSizes(
    DatabaseOptions database, IDbContextFactory<HouseDbContext> houses, IDbContextFactory<TelemetryDbContext> telemetry)
{
    private volatile StoreSize? _current;

    /// <summary>As last measured; null before the first time.</summary>
    public StoreSize? Current => _current;

    /// <summary>Measures anew; throws as the engine and the file system do.</summary>
    public async Task MeasureAsync(CancellationToken cancellation) => _current = database.Provider == DatabaseProvider.Sqlite
        ? new(SqliteFiles.SizeOf(database.House), SqliteFiles.SizeOf(database.Telemetry), SqliteFiles.FreeFor(database.Telemetry))
        : new(
            await OfSchemaAsync(houses, HouseDbContext.Schema, cancellation), await OfSchemaAsync(telemetry, TelemetryDbContext.Schema, cancellation), null);

    private static async Task<long> OfSchemaAsync<T>(IDbContextFactory<T> stores, string schema, CancellationToken cancellation)
        where T : DbContext
    {
        await using var store = await stores.CreateDbContextAsync(cancellation);
        return store.Database.IsNpgsql()
            ? await PostgresSizes.OfSchemaAsync(store.Database, schema, cancellation)
            : await SqlServerSizes.OfSchemaAsync(store.Database, schema, cancellation);
    }
}

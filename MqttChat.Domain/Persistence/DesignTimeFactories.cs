using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.Extensions.DependencyInjection;
using MqttChat.Domain.Persistence.Postgres;
using MqttChat.Domain.Persistence.Sqlite;
using MqttChat.Domain.Persistence.SqlServer;

namespace MqttChat.Domain.Persistence;

// For `dotnet ef`; nothing connects, so the connection strings only have to parse.
internal abstract class DesignTimeFactory<TContext>(DatabaseOptions database) : IDesignTimeDbContextFactory<TContext>
    where TContext : DbContext
{
    protected static readonly DatabaseOptions Sqlite = new(DatabaseProvider.Sqlite, "Data Source=:memory:", "Data Source=:memory:", "");
    protected static readonly DatabaseOptions SqlServer = new(DatabaseProvider.SqlServer, "Server=.", "Server=.", "");
    protected static readonly DatabaseOptions Postgres = new(DatabaseProvider.Postgres, "Host=none;Database=none", "Host=none;Database=none", "");

    public TContext CreateDbContext(string[] args) =>
        DatabaseSetup.BuildStores(database).GetRequiredService<IDbContextFactory<TContext>>().CreateDbContext();
}

internal sealed class SqliteHouseFactory() : DesignTimeFactory<SqliteHouseDbContext>(Sqlite);

internal sealed class SqliteTelemetryFactory() : DesignTimeFactory<SqliteTelemetryDbContext>(Sqlite);

internal sealed class SqlServerHouseFactory() : DesignTimeFactory<SqlServerHouseDbContext>(SqlServer);

internal sealed class SqlServerTelemetryFactory() : DesignTimeFactory<SqlServerTelemetryDbContext>(SqlServer);

internal sealed class PostgresHouseFactory() : DesignTimeFactory<PostgresHouseDbContext>(Postgres);

internal sealed class PostgresTelemetryFactory() : DesignTimeFactory<PostgresTelemetryDbContext>(Postgres);

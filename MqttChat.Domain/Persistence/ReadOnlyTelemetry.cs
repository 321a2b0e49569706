using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Persistence.Sqlite;
using MqttChat.Domain.Persistence.SqlServer;

namespace MqttChat.Domain.Persistence;

/// <summary>
/// The telemetry store as charts and exports read it: a read replica where one is set, which may lag. Rights are never read there.
/// </summary>
internal sealed class ReadOnlyTelemetry(DatabaseOptions database)
{
    private readonly DbContextOptions _options = database.Provider == DatabaseProvider.Sqlite
        ? new DbContextOptionsBuilder<SqliteTelemetryDbContext>().UseSqlite(database.TelemetryReadOnly)
            .UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking).Options
        : new DbContextOptionsBuilder<SqlServerTelemetryDbContext>().UseSqlServer(database.TelemetryReadOnly)
            .UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking).Options;

    public TelemetryDbContext Create() => _options is DbContextOptions<SqliteTelemetryDbContext> sqlite
        ? new SqliteTelemetryDbContext(sqlite)
        : new SqlServerTelemetryDbContext((DbContextOptions<SqlServerTelemetryDbContext>)_options);
}

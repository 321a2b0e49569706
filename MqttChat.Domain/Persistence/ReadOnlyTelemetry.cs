using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Persistence.Postgres;
using MqttChat.Domain.Persistence.Sqlite;
using MqttChat.Domain.Persistence.SqlServer;

namespace MqttChat.Domain.Persistence;

/// <summary>
/// The telemetry store as charts and exports read it: a read replica where one is set, which may lag. Rights are never read there.
/// </summary>
internal sealed class ReadOnlyTelemetry(DatabaseOptions database)
{
    private readonly DbContextOptions _options = database.Provider switch
    {
        DatabaseProvider.Sqlite => Reading<SqliteTelemetryDbContext>(options => options.UseSqlite(database.TelemetryReadOnly)),
        DatabaseProvider.Postgres => Reading<PostgresTelemetryDbContext>(
            options => options.UsePostgres(database.TelemetryReadOnly, TelemetryDbContext.Schema)),
        _ => Reading<SqlServerTelemetryDbContext>(options => options.UseSqlServer(database.TelemetryReadOnly)),
    };

    public TelemetryDbContext Create() => _options switch
    {
        DbContextOptions<SqliteTelemetryDbContext> sqlite => new SqliteTelemetryDbContext(sqlite),
        DbContextOptions<PostgresTelemetryDbContext> postgres => new PostgresTelemetryDbContext(postgres),
        _ => new SqlServerTelemetryDbContext((DbContextOptions<SqlServerTelemetryDbContext>)_options),
    };

    private static DbContextOptions<T> Reading<T>(Action<DbContextOptionsBuilder> engine)
        where T : TelemetryDbContext
    {
        var options = new DbContextOptionsBuilder<T>();
        engine(options);
        return options.UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking).Options;
    }
}

using Microsoft.EntityFrameworkCore;

namespace MqttChat.Domain.Persistence.Sqlite;

/// <summary>The house store on SQLite, which can neither order nor compare a <see cref="DateTimeOffset"/>.</summary>
public sealed class SqliteHouseDbContext(DbContextOptions<SqliteHouseDbContext> options) : HouseDbContext(options)
{
    /// <inheritdoc />
    protected override void ConfigureConventions(ModelConfigurationBuilder builder) => UtcTicks.Apply(builder);
}

/// <summary>The telemetry store on SQLite.</summary>
public sealed class SqliteTelemetryDbContext(DbContextOptions<SqliteTelemetryDbContext> options) : TelemetryDbContext(options)
{
    /// <inheritdoc />
    protected override void ConfigureConventions(ModelConfigurationBuilder builder) => UtcTicks.Apply(builder);
}

using Microsoft.EntityFrameworkCore;

namespace MqttChat.Domain.Persistence.SqlServer;

/// <summary>The house store on SQL Server, in a schema of its own.</summary>
public sealed class SqlServerHouseDbContext(DbContextOptions<SqlServerHouseDbContext> options) : HouseDbContext(options)
{
    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder builder)
    {
        builder.HasDefaultSchema(Schema);
        base.OnModelCreating(builder);
    }
}

/// <summary>The telemetry store on SQL Server, in a schema of its own.</summary>
public sealed class SqlServerTelemetryDbContext(DbContextOptions<SqlServerTelemetryDbContext> options) : TelemetryDbContext(options)
{
    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder builder)
    {
        builder.HasDefaultSchema(Schema);
        base.OnModelCreating(builder);
    }
}

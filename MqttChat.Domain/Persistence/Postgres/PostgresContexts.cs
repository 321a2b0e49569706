using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Accounts;

namespace MqttChat.Domain.Persistence.Postgres;

/// <summary>The house store on PostgreSQL, in a schema of its own.</summary>
public sealed class PostgresHouseDbContext(DbContextOptions<PostgresHouseDbContext> options) : HouseDbContext(options)
{
    /// <inheritdoc />
    protected override void ConfigureConventions(ModelConfigurationBuilder builder) => PostgresConventions.Apply(builder);

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder builder)
    {
        builder.HasDefaultSchema(Schema);
        base.OnModelCreating(builder);

        // People are looked for in capitals or not, of any script: "C" knows the capitals of ASCII alone.
        builder.Entity<AppUser>().Property(user => user.DisplayName).UseCollation("default");
    }
}

/// <summary>The telemetry store on PostgreSQL, in a schema of its own.</summary>
public sealed class PostgresTelemetryDbContext(DbContextOptions<PostgresTelemetryDbContext> options) : TelemetryDbContext(options)
{
    /// <inheritdoc />
    protected override void ConfigureConventions(ModelConfigurationBuilder builder) => PostgresConventions.Apply(builder);

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder builder)
    {
        builder.HasDefaultSchema(Schema);
        base.OnModelCreating(builder);
    }
}

internal static class PostgresConventions
{
    /// <summary>
    /// Texts are compared and ordered by their bytes, whatever the database's own collation; its own times end at the microsecond,
    /// and a time that was read must find its row again.
    /// </summary>
    public static void Apply(ModelConfigurationBuilder builder)
    {
        UtcTicks.Apply(builder);
        builder.Properties<string>().UseCollation("C");
    }
}

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace MqttChat.Domain.Persistence.Sqlite;

/// <summary>The house store on SQLite.</summary>
public sealed class SqliteHouseDbContext(DbContextOptions<SqliteHouseDbContext> options) : HouseDbContext(options)
{
    /// <inheritdoc />
    protected override void ConfigureConventions(ModelConfigurationBuilder builder) => SqliteConventions.Apply(builder);
}

/// <summary>The telemetry store on SQLite.</summary>
public sealed class SqliteTelemetryDbContext(DbContextOptions<SqliteTelemetryDbContext> options) : TelemetryDbContext(options)
{
    /// <inheritdoc />
    protected override void ConfigureConventions(ModelConfigurationBuilder builder) => SqliteConventions.Apply(builder);
}

internal static class SqliteConventions
{
    /// <summary>SQLite can neither order nor compare a <see cref="DateTimeOffset"/>: it is stored as UTC ticks.</summary>
    public static void Apply(ModelConfigurationBuilder builder) =>
        builder.Properties<DateTimeOffset>().HaveConversion<UtcTicksConverter>();

    private sealed class UtcTicksConverter() : ValueConverter<DateTimeOffset, long>(
        time => time.UtcTicks, ticks => new DateTimeOffset(ticks, TimeSpan.Zero));
}

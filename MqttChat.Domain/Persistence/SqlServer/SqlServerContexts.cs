using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Chat;
using MqttChat.Domain.Devices;

namespace MqttChat.Domain.Persistence.SqlServer;

/// <summary>The house store on SQL Server, in a schema of its own.</summary>
public sealed class SqlServerHouseDbContext(DbContextOptions<SqlServerHouseDbContext> options) : HouseDbContext(options)
{
    private const string Exact = "Latin1_General_100_BIN2";

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder builder)
    {
        builder.HasDefaultSchema(Schema);
        base.OnModelCreating(builder);

        // Ids of programs and MQTT topics tell "a" from "A" (and "ア" from "ｱ"); the server's own collation usually does not.
        builder.Entity<Message>().Property(message => message.ClientMessageId).UseCollation(Exact);
        builder.Entity<Plug>().Property(plug => plug.Address).UseCollation(Exact);
        builder.Entity<Plug>().Property(plug => plug.TopicTemplate).UseCollation(Exact);
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

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace MqttChat.Domain.Persistence.SqlServer;

/// <summary>What SQL Server tells of its pages without a special right.</summary>
internal static class SqlServerSizes
{
    private const int PageBytes = 8192;

    /// <summary>The bytes of all tables and indexes of a schema.</summary>
    public static async Task<long> OfSchemaAsync(DatabaseFacade database, string schema, CancellationToken cancellation)
    {
        var pages = await database.SqlQuery<long?>($"""
            SELECT SUM(unit.total_pages) AS Value
            FROM sys.tables AS one
            JOIN sys.schemas AS named ON named.schema_id = one.schema_id
            JOIN sys.partitions AS part ON part.object_id = one.object_id
            JOIN sys.allocation_units AS unit ON unit.container_id = part.partition_id
            WHERE named.name = {schema}
            """).SingleAsync(cancellation);
        return (pages ?? 0) * PageBytes;
    }
}

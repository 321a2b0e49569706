using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace MqttChat.Domain.Persistence.Postgres;

/// <summary>What PostgreSQL tells of its files without a special right.</summary>
internal static class PostgresSizes
{
    /// <summary>The bytes of all tables and indexes of a schema.</summary>
    public static async Task<long> OfSchemaAsync(DatabaseFacade database, string schema, CancellationToken cancellation) =>
        await database.SqlQuery<long>($"""
            SELECT coalesce(sum(pg_total_relation_size(one.oid)), 0)::bigint AS "Value"
            FROM pg_class AS one JOIN pg_namespace AS named ON named.oid = one.relnamespace
            WHERE named.nspname = {schema} AND one.relkind = 'r'
            """).SingleAsync(cancellation);
}

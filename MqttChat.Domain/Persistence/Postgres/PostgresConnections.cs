using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace MqttChat.Domain.Persistence.Postgres;

/// <summary>What every connection to PostgreSQL has, unless its connection string says otherwise.</summary>
internal static class PostgresConnections
{
    /// <summary>A server takes 100 connections as it comes: two instances with three pools each fit.</summary>
    private const int PoolSize = 15;

    /// <summary>In seconds: a server that is cut off without a word is given up after this.</summary>
    private const int CommandTimeout = 15;

    /// <summary>In seconds, until a connection stands.</summary>
    private const int ConnectTimeout = 5;

    /// <summary>Nobody waits longer than this for a row that another holds.</summary>
    private const string LockTimeout = "-c lock_timeout=3s";

    /// <summary>What is missing in a connection string, in words that follow its key; null when nothing is.</summary>
    public static string? Missing(string connection)
    {
        var builder = new NpgsqlConnectionStringBuilder(connection);
        return builder.Host is null or "" ? "PostgreSQL needs Host=..."
            : builder.Database is null or "" ? "PostgreSQL needs Database=..." : null;
    }

    /// <summary>The connection string with what it leaves open.</summary>
    public static NpgsqlConnectionStringBuilder Complete(string connection)
    {
        var builder = new NpgsqlConnectionStringBuilder(connection);
        builder.ApplicationName ??= "mqttchat";
        builder.Options ??= LockTimeout;
        var given = builder.Keys.Cast<string>().ToHashSet(StringComparer.OrdinalIgnoreCase);
        builder.MaxPoolSize = given.Contains("Maximum Pool Size") ? builder.MaxPoolSize : Math.Max(PoolSize, builder.MinPoolSize);
        builder.CommandTimeout = given.Contains("Command Timeout") ? builder.CommandTimeout : CommandTimeout;
        builder.Timeout = given.Contains("Timeout") ? builder.Timeout : ConnectTimeout;
        return builder;
    }

    /// <summary>The context is on that database, and its migrations are noted in that schema.</summary>
    public static void UsePostgres(this DbContextOptionsBuilder options, string connection, string schema) => options.UseNpgsql(
        Complete(connection).ToString(),
        engine => engine.MigrationsHistoryTable("__EFMigrationsHistory", schema)
            .ExecutionStrategy(dependencies => new NonRetryingExecutionStrategy(dependencies)));
}

using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace MqttChat.Domain.Persistence.Postgres;

/// <summary>Refuses a server on which a house would not work, before anything is written there.</summary>
internal static class PostgresServerCheck
{
    /// <summary>The oldest version that its makers still mend.</summary>
    private const int OldestVersion = 14;

    private static readonly TimeSpan LongestStep = TimeSpan.FromHours(1);

    /// <summary>Makes the database where there is none, checks it, and readies the connection for migrations. Throws a <see cref="DbException"/> that names the setting.</summary>
    public static async Task PrepareAsync(DbContext store, CancellationToken cancellation)
    {
        var setting = store is HouseDbContext ? "ConnectionStrings:House" : "ConnectionStrings:Telemetry";
        var creator = store.GetService<IRelationalDatabaseCreator>();
        if (!await creator.ExistsAsync(cancellation))
        {
            await creator.CreateAsync(cancellation);
        }

        await store.Database.OpenConnectionAsync(cancellation);
        var connection = (NpgsqlConnection)store.Database.GetDbConnection();
        if (await UnfitAsync(connection, cancellation) is { } why)
        {
            throw new UnfitServerException($"{setting}: {why}");
        }

        // An instance waits while another migrates, and a new index of many readings takes its time.
        store.Database.SetCommandTimeout(LongestStep);
        await store.Database.ExecuteSqlRawAsync("SET lock_timeout = 0", cancellation);
    }

    /// <summary>Why a server of that version, encoding and role is no place for a house; null where it is.</summary>
    internal static string? Unfit(Version version, string encoding, bool isReplica) =>
        version.Major < OldestVersion ? $"PostgreSQL {version} is too old, {OldestVersion} is the oldest that works."
        : encoding != "UTF8" ? $"the database's encoding is {encoding}. Make one with: CREATE DATABASE ... ENCODING 'UTF8' TEMPLATE template0."
        : isReplica ? "this server is a read replica, which takes no writes. Name the primary; a replica belongs in ConnectionStrings:TelemetryReadOnly."
        : null;

    private static async Task<string?> UnfitAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("SELECT current_setting('server_encoding'), pg_is_in_recovery()", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return Unfit(connection.PostgreSqlVersion, reader.GetString(0), reader.GetBoolean(1));
    }

    private sealed class UnfitServerException(string message) : DbException(message);
}

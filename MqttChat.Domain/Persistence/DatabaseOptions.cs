using System.Data.Common;
using Microsoft.Data.SqlClient;
using Microsoft.Data.Sqlite;
using MqttChat.Domain.Persistence.Postgres;
using Npgsql;

namespace MqttChat.Domain.Persistence;

/// <summary>Which engine the stores run on.</summary>
public enum DatabaseProvider
{
    /// <summary>Two files, no server.</summary>
    Sqlite,
    /// <summary>Two schemas, in one database or two.</summary>
    SqlServer,
    /// <summary>Two schemas, in one database or two.</summary>
    Postgres,
}

/// <summary>Where the stores are, resolved from the settings: nothing here is relative to the current directory.</summary>
/// <param name="Provider">The engine.</param>
/// <param name="House">The house store's connection string.</param>
/// <param name="Telemetry">The telemetry store's connection string.</param>
/// <param name="TelemetryReadOnly">A read replica for charts and exports; the telemetry store itself where there is none.</param>
public sealed record DatabaseOptions(DatabaseProvider Provider, string House, string Telemetry, string TelemetryReadOnly)
{
    /// <summary>Two SQLite files in one folder, which migrating makes.</summary>
    public static DatabaseOptions SqliteIn(string directory)
    {
        var telemetry = FileConnection(Path.Combine(directory, "telemetry.db"));
        return new(DatabaseProvider.Sqlite, FileConnection(Path.Combine(directory, "house.db")), telemetry, telemetry);
    }

    /// <summary>Why the engine cannot use a connection string, without its value; null when it can, and for the empty one.</summary>
    public static string? Fault(DatabaseProvider provider, string connection)
    {
        try
        {
            DbConnectionStringBuilder _ = provider switch
            {
                DatabaseProvider.SqlServer => new SqlConnectionStringBuilder(connection),
                DatabaseProvider.Postgres => new NpgsqlConnectionStringBuilder(connection),
                _ => new SqliteConnectionStringBuilder(connection),
            };
            return provider == DatabaseProvider.Postgres && !string.IsNullOrWhiteSpace(connection) ? PostgresConnections.Missing(connection) : null;
        }
        catch (Exception error) when (error is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            return $"no connection string of {provider}.";
        }
    }

    // Only migrating makes a file: were an empty one made where the house's file was moved away, the house would go on in it.
    private static string FileConnection(string path) =>
        new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = 5, Mode = SqliteOpenMode.ReadWrite }.ToString();
}

using System.Data.Common;
using Microsoft.Data.SqlClient;
using Microsoft.Data.Sqlite;

namespace MqttChat.Domain.Persistence;

/// <summary>Which engine the stores run on.</summary>
public enum DatabaseProvider
{
    /// <summary>Two files, no server.</summary>
    Sqlite,
    /// <summary>Two schemas, in one database or two.</summary>
    SqlServer,
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

    /// <summary>Whether the engine understands a connection string; the empty one is.</summary>
    public static bool IsReadable(DatabaseProvider provider, string connection)
    {
        try
        {
            DbConnectionStringBuilder _ = provider == DatabaseProvider.SqlServer
                ? new SqlConnectionStringBuilder(connection) : new SqliteConnectionStringBuilder(connection);
            return true;
        }
        catch (Exception error) when (error is ArgumentException or FormatException)
        {
            return false;
        }
    }

    // Only migrating makes a file: were an empty one made where the house's file was moved away, the house would go on in it.
    private static string FileConnection(string path) =>
        new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = 5, Mode = SqliteOpenMode.ReadWrite }.ToString();
}

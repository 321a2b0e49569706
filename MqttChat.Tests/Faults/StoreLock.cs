using Microsoft.Data.Sqlite;

namespace MqttChat.Tests.Faults;

/// <summary>Holds the write lock of a store's file, as a backup or a curious hand would.</summary>
internal sealed class StoreLock : IAsyncDisposable
{
    public const string House = "house.db";
    public const string Telemetry = "telemetry.db";

    private readonly SqliteConnection _connection;

    private StoreLock(SqliteConnection connection) => _connection = connection;

    public static async Task<StoreLock> TakeAsync(string dataDirectory, string file)
    {
        var connection = new SqliteConnection(Connection(dataDirectory, file));
        await connection.OpenAsync();
        await RunAsync(connection, "BEGIN IMMEDIATE");
        return new StoreLock(connection);
    }

    /// <summary>What SQLite finds wrong with both files; empty when they are clean.</summary>
    public static async Task<string> FaultsAsync(string dataDirectory)
    {
        List<string> found = [];
        foreach (var file in (string[])[House, Telemetry])
        {
            await using var connection = new SqliteConnection(Connection(dataDirectory, file));
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA integrity_check";
            if (await command.ExecuteScalarAsync() is not "ok")
            {
                found.Add(file);
            }
        }

        return string.Join(", ", found);
    }

    public async ValueTask DisposeAsync()
    {
        await RunAsync(_connection, "ROLLBACK");
        await _connection.DisposeAsync();
    }

    private static string Connection(string dataDirectory, string file) => new SqliteConnectionStringBuilder
    {
        DataSource = Path.Combine(dataDirectory, file), Mode = SqliteOpenMode.ReadWrite, Pooling = false, DefaultTimeout = 30,
    }.ToString();

    private static async Task RunAsync(SqliteConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }
}

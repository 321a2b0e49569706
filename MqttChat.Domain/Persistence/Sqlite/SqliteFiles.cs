using Microsoft.Data.Sqlite;

namespace MqttChat.Domain.Persistence.Sqlite;

/// <summary>The files that SQLite's stores are in.</summary>
internal static class SqliteFiles
{
    /// <summary>Makes folders and files that are not there yet; throws as the file system and SQLite do.</summary>
    public static async Task MakeAsync(DatabaseOptions database, CancellationToken cancellation)
    {
        foreach (var (connectionString, file) in Of(database))
        {
            if (Path.GetDirectoryName(file) is { Length: > 0 } folder)
            {
                Directory.CreateDirectory(folder);
            }

            if (File.Exists(file))
            {
                continue;
            }

            var making = new SqliteConnectionStringBuilder(connectionString) { Mode = SqliteOpenMode.ReadWriteCreate, Pooling = false };
            await using var connection = new SqliteConnection(making.ToString());
            await connection.OpenAsync(cancellation);
            await using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA journal_mode = WAL;";
            await command.ExecuteNonQueryAsync(cancellation);
        }
    }

    /// <summary>Opens a connection to be kept, whose commits survive a power cut, and gives it to who writes through it.</summary>
    public static T OpenDurable<T>(string connectionString, Func<SqliteConnection, T> use, string furtherPragmas = "")
    {
        var connection = new SqliteConnection(connectionString);
        try
        {
            connection.Open();
            using var pragma = connection.CreateCommand();
            pragma.CommandText = $"PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; {furtherPragmas}";
            pragma.ExecuteNonQuery();
            return use(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>A file that was there when the program started and is gone: connections that are open would go on writing into nothing.</summary>
    public static string? Missing(DatabaseOptions database) =>
        Of(database).Select(store => store.File).FirstOrDefault(file => !File.Exists(file));

    /// <summary>What a store's file takes, with what its log holds and has not been moved into it.</summary>
    public static long SizeOf(string connection) =>
        FileOf(connection) is { } file ? ((string[])[file, $"{file}-wal"]).Sum(part => new FileInfo(part) is { Exists: true } there ? there.Length : 0) : 0;

    /// <summary>What is left on the disk that a store's file is on; null for a store in memory.</summary>
    public static long? FreeFor(string connection) => FileOf(connection) is { } file ? new DriveInfo(Path.GetDirectoryName(file)!).AvailableFreeSpace : null;

    private static string? FileOf(string connection) =>
        new SqliteConnectionStringBuilder(connection).DataSource is { Length: > 0 } file and not ":memory:" ? Path.GetFullPath(file) : null;

    private static IEnumerable<(string Connection, string File)> Of(DatabaseOptions database) =>
        from connection in (string[])[database.House, database.Telemetry]
        let file = FileOf(connection)
        where file is not null
        select (connection, file);
}

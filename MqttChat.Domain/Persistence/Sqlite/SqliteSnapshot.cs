using Microsoft.Data.Sqlite;
using MqttChat.Domain.Persistence.Backups;

namespace MqttChat.Domain.Persistence.Sqlite;

/// <summary>Copies SQLite's stores while programs go on writing into them.</summary>
internal static class SqliteSnapshot
{
    private const int Busy = 5;

    // A try waits a second for each store.
    private const int Tries = 30;

    /// <summary>Copies all stores as they were at one moment, which it returns; the copies are checked.</summary>
    public static DateTimeOffset Copy(IReadOnlyList<(string Connection, string To)> stores, TimeProvider clock, CancellationToken cancellation)
    {
        var readers = new List<SqliteConnection>();
        try
        {
            var takenAt = HoldMoment([.. stores.Select(store => store.Connection)], readers, clock, cancellation);
            foreach (var ((_, to), reader) in stores.Zip(readers))
            {
                cancellation.ThrowIfCancellationRequested();
                CopyInto(reader, to);
                Check(to);
            }

            return takenAt;
        }
        finally
        {
            readers.ForEach(reader => reader.Dispose());
        }
    }

    /// <summary>Throws <see cref="BackupRefusedException"/> or as SQLite does when a store's copy is damaged; it is not written to.</summary>
    public static void Check(string file)
    {
        using var store = OpenUntouched(file);
        using var command = store.CreateCommand();
        command.CommandText = "PRAGMA integrity_check(1)";
        if (command.ExecuteScalar() is not "ok")
        {
            throw new BackupRefusedException($"{file} is damaged.");
        }
    }

    /// <summary>The migrations that a store's copy has had.</summary>
    public static IReadOnlyList<string> MigrationsOf(string file)
    {
        using var store = OpenUntouched(file);
        using var command = store.CreateCommand();
        command.CommandText = """SELECT "MigrationId" FROM "__EFMigrationsHistory" ORDER BY 1""";
        using var rows = command.ExecuteReader();
        var migrations = new List<string>();
        while (rows.Read())
        {
            migrations.Add(rows.GetString(0));
        }

        return migrations;
    }

    private static DateTimeOffset HoldMoment(IReadOnlyList<string> connections, List<SqliteConnection> readers, TimeProvider clock, CancellationToken cancellation)
    {
        for (var tried = 1; ; tried++)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                return HoldMoment(connections, readers, clock);
            }
            catch (SqliteException error) when (error.SqliteErrorCode == Busy && tried < Tries)
            {
                // All is let go before the next try: a store must not stand still for as long as the other one is busy.
                readers.ForEach(reader => reader.Dispose());
                readers.Clear();
            }
        }
    }

    // For an instant nobody writes to any store: what the readers see from then on belongs together, however long they copy.
    private static DateTimeOffset HoldMoment(IReadOnlyList<string> connections, List<SqliteConnection> readers, TimeProvider clock)
    {
        var writers = new List<SqliteConnection>();
        try
        {
            foreach (var connection in connections)
            {
                writers.Add(Open(connection));
                writers[^1].BeginTransaction(deferred: false);
                readers.Add(Open(connection));
            }

            foreach (var reader in readers)
            {
                reader.BeginTransaction(deferred: true);
                using var look = reader.CreateCommand();
                look.CommandText = "SELECT COUNT(*) FROM sqlite_master";
                look.ExecuteScalar();
            }

            return clock.GetUtcNow();
        }
        finally
        {
            writers.ForEach(writer => writer.Dispose());
        }
    }

    private static void CopyInto(SqliteConnection reader, string to)
    {
        // Made first, so that SQLite gives its own files beside it the same rights.
        PrivateFiles.Create(to).Dispose();
        using var target = Open(new SqliteConnectionStringBuilder { DataSource = to, Mode = SqliteOpenMode.ReadWrite }.ToString());
        reader.BackupDatabase(target);
    }

    private static SqliteConnection Open(string connection)
    {
        var store = new SqliteConnection(new SqliteConnectionStringBuilder(connection) { Pooling = false, DefaultTimeout = 1 }.ToString());
        store.Open();
        using var patience = store.CreateCommand();
        patience.CommandText = "PRAGMA busy_timeout = 1000";
        patience.ExecuteNonQuery();
        return store;
    }

    // Immutable: else SQLite would make files beside the backup, which may be on a disk that nobody may write to.
    private static SqliteConnection OpenUntouched(string file) => Open(new SqliteConnectionStringBuilder
    {
        DataSource = $"{new Uri(Path.GetFullPath(file)).AbsoluteUri}?immutable=1", Mode = SqliteOpenMode.ReadOnly,
    }.ToString());
}

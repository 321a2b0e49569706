using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using MqttChat.Domain.Persistence;

namespace MqttChat.Tests.Support;

/// <summary>
/// Empty SQLite stores of the newest schema, made once for the whole run and copied by every test that wants some: to migrate anew costs
/// half a second each time. What migrations do is tested in <c>MigrationTests</c>.
/// </summary>
internal static class MigratedFiles
{
    private static readonly Lazy<Task<string>> Made = new(MakeAsync);

    /// <summary>Puts both stores' files into a folder; files that are there already stay.</summary>
    public static async Task CopyToAsync(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(await Made.Value, "*.db"))
        {
            var copy = Path.Combine(folder, Path.GetFileName(file));
            if (!File.Exists(copy))
            {
                File.Copy(file, copy);
            }
        }
    }

    private static async Task<string> MakeAsync()
    {
        var folder = Directory.CreateTempSubdirectory("mqttchat-migrated-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        var files = DatabaseOptions.SqliteIn(folder);
        await using (var stores = DatabaseSetup.BuildStores(files))
        {
            await stores.MigrateDatabasesAsync(CancellationToken.None);
        }

        EmptyLog(files.House);
        EmptyLog(files.Telemetry);
        return folder;
    }

    // What is still in the log beside a file would not be copied with it.
    private static void EmptyLog(string store)
    {
        using (var pooled = new SqliteConnection(store))
        {
            SqliteConnection.ClearPool(pooled);
        }

        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder(store) { Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE);";
        command.ExecuteNonQuery();
    }
}

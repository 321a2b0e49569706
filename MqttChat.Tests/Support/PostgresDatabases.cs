using MqttChat.Domain.Persistence;
using Npgsql;

namespace MqttChat.Tests.Support;

/// <summary>
/// Databases with empty stores of the newest schema, on one PostgreSQL for the whole run, which starts when the first test asks for it.
/// It keeps nothing through a crash: the fault tests start one of their own.
/// </summary>
internal static class PostgresDatabases
{
    private const string Template = "migrated";

    private static readonly Lazy<Task<PostgresServer>> Started = new(StartAsync);
    private static int _made;

    /// <summary>Makes one and returns where it is.</summary>
    public static async Task<DatabaseOptions> MakeAsync()
    {
        var server = await Started.Value;
        var name = $"house_{Interlocked.Increment(ref _made)}";
        await server.ExecuteAsync($"CREATE DATABASE {name} TEMPLATE {Template}");
        return At(server.Connection(name));
    }

    /// <summary>An empty one without any schema.</summary>
    public static async Task<DatabaseOptions> MakeEmptyAsync(string with = "")
    {
        var server = await Started.Value;
        var name = $"empty_{Interlocked.Increment(ref _made)}";
        await server.ExecuteAsync($"CREATE DATABASE {name} {with}");
        return At(server.Connection(name));
    }

    /// <summary>Ends its connections and deletes it.</summary>
    public static async Task DropAsync(DatabaseOptions database)
    {
        foreach (var connection in (string[])[database.House, database.Telemetry])
        {
            await using var pooled = new NpgsqlConnection(connection);
            NpgsqlConnection.ClearPool(pooled);
        }

        await (await Started.Value).ExecuteAsync($"DROP DATABASE {new NpgsqlConnectionStringBuilder(database.House).Database} WITH (FORCE)");
    }

    private static DatabaseOptions At(string connection) => new(DatabaseProvider.Postgres, connection, connection, connection);

    private static async Task<PostgresServer> StartAsync()
    {
        var server = await PostgresServer.StartAsync("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off");
        await server.ExecuteAsync($"CREATE DATABASE {Template}");
        var connection = new NpgsqlConnectionStringBuilder(server.Connection(Template)) { Pooling = false }.ToString();
        await using var stores = DatabaseSetup.BuildStores(At(connection));
        await stores.MigrateDatabasesAsync(CancellationToken.None);
        return server;
    }
}

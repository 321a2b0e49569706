using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Signals;

namespace MqttChat.Benchmarks;

/// <summary>Both stores as SQLite files in a folder of their own.</summary>
internal sealed class Stores : IAsyncDisposable
{
    private Stores(string folder, ServiceProvider services) => (Folder, Services) = (folder, services);

    public string Folder { get; }

    public ServiceProvider Services { get; }

    public IDbContextFactory<HouseDbContext> Houses => Services.GetRequiredService<IDbContextFactory<HouseDbContext>>();

    public static async Task<Stores> CreateAsync(Action<IServiceCollection> add, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("mqttchat-benchmark-").FullName;
        var services = new ServiceCollection().AddLogging().AddDatabases(DatabaseOptions.SqliteIn(folder))
            .AddSingleton(TimeProvider.System).AddSingleton<SignalHub>();
        add(services);
        var provider = services.BuildServiceProvider();
        await provider.MigrateDatabasesAsync(cancellation);
        return new Stores(folder, provider);
    }

    /// <summary>A plain SQLite file with durable commits beside the stores: what the engine alone can do here.</summary>
    public SqliteConnection OpenRaw(string table)
    {
        var connection = new SqliteConnection($"Data Source={Path.Combine(Folder, "raw.db")}");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; {table}";
        command.ExecuteNonQuery();
        return connection;
    }

    public async ValueTask DisposeAsync()
    {
        await Services.DisposeAsync();
        SqliteConnection.ClearAllPools();
        Directory.Delete(Folder, recursive: true);
    }
}

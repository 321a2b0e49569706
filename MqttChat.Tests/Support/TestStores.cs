using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Signals;
using Npgsql;

namespace MqttChat.Tests.Support;

/// <summary>Both stores, real and migrated (<see cref="TestEngine"/>), with a folder of their own with a clock that tests move.</summary>
public sealed class TestStores : IAsyncDisposable
{
    private TestStores(string directory, ServiceProvider services, FakeTimeProvider clock)
    {
        Directory = directory;
        Services = services;
        Clock = clock;
    }

    public string Directory { get; }

    public ServiceProvider Services { get; }

    public FakeTimeProvider Clock { get; }

    public SignalHub Signals => Services.GetRequiredService<SignalHub>();

    public IDbContextFactory<HouseDbContext> Houses => Services.GetRequiredService<IDbContextFactory<HouseDbContext>>();

    public IDbContextFactory<TelemetryDbContext> Telemetry => Services.GetRequiredService<IDbContextFactory<TelemetryDbContext>>();

    /// <summary>Makes and migrates the stores; <paramref name="add"/> registers what the test drives.</summary>
    public static async Task<TestStores> CreateAsync(Action<IServiceCollection>? add = null)
    {
        var directory = System.IO.Directory.CreateTempSubdirectory("mqttchat-test-").FullName;
        var database = await TestEngine.MakeStoresAsync(directory);
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero));
        var services = new ServiceCollection().AddLogging().AddDatabases(database)
            .AddSingleton<TimeProvider>(clock).AddSingleton<SignalHub>();
        add?.Invoke(services);
        var provider = services.BuildServiceProvider();
        return new TestStores(directory, provider, clock);
    }

    /// <summary>The row of a house that has been set up: whoever makes what is limited in number comes one after the other by its lock.</summary>
    public async Task AddHouseAsync()
    {
        await using var house = await Houses.CreateDbContextAsync();
        house.Houses.Add(new House { Name = "Test house", CreatedAt = Clock.GetUtcNow() });
        await house.SaveChangesAsync();
    }

    /// <summary>A person who can sign in nowhere, but own, read and write.</summary>
    public async Task<Viewer> AddPersonAsync(string name, bool isStaff = false)
    {
        await using var house = await Houses.CreateDbContextAsync();
        var user = new AppUser
        {
            DisplayName = name,
            UserName = $"{name}@example.org",
            NormalizedUserName = $"{name}@example.org".ToUpperInvariant(),
            CreatedAt = Clock.GetUtcNow(),
        };
        house.Users.Add(user);
        await house.SaveChangesAsync();
        return new Viewer(user.Id, isStaff);
    }

    /// <summary>Runs a statement in the house store; tables and columns in quotes, which every engine takes.</summary>
    public async Task HouseSqlAsync(string sql)
    {
        await using var house = await Houses.CreateDbContextAsync();
        await house.Database.ExecuteSqlRawAsync(TestEngine.IsPostgres ? $"SET search_path TO house; {sql}" : sql);
    }

    /// <summary>Nobody else writes into the house store's rooms and the telemetry store's leases until the answer is disposed of.</summary>
    public async Task<IAsyncDisposable> LockAsync(bool telemetry)
    {
        var database = Services.GetRequiredService<DatabaseOptions>();
        if (database.Provider == DatabaseProvider.Postgres)
        {
            var server = new NpgsqlConnection(database.House);
            await server.OpenAsync();
            await server.BeginTransactionAsync();
            await using var locking = new NpgsqlCommand("LOCK TABLE house.\"Rooms\", telemetry.\"IngestLeases\" IN ACCESS EXCLUSIVE MODE", server);
            await locking.ExecuteNonQueryAsync();
            return server;
        }

        var file = new SqliteConnection($"Data Source={Path.Combine(Directory, telemetry ? "telemetry.db" : "house.db")};Pooling=False");
        await file.OpenAsync();
        file.BeginTransaction(deferred: false);
        return file;
    }

    public async ValueTask DisposeAsync()
    {
        var database = Services.GetRequiredService<DatabaseOptions>();
        await Services.DisposeAsync();
        if (database.Provider == DatabaseProvider.Postgres)
        {
            await PostgresDatabases.DropAsync(database);
        }

        SqliteConnection.ClearAllPools();
        await TestFolder.DeleteAsync(Directory);
    }
}

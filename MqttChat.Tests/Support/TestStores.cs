using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Signals;

namespace MqttChat.Tests.Support;

/// <summary>Both stores as real, migrated SQLite files in a folder of their own, with a clock that tests move.</summary>
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
        await MigratedFiles.CopyToAsync(directory);
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero));
        var services = new ServiceCollection().AddLogging().AddDatabases(DatabaseOptions.SqliteIn(directory))
            .AddSingleton<TimeProvider>(clock).AddSingleton<SignalHub>();
        add?.Invoke(services);
        var provider = services.BuildServiceProvider();
        return new TestStores(directory, provider, clock);
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

    public async ValueTask DisposeAsync()
    {
        await Services.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        await TestFolder.DeleteAsync(Directory);
    }
}

using System.Data.Common;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Persistence.Postgres;
using MqttChat.Domain.Telemetry;
using MqttChat.Tests.Support;
using Npgsql;

namespace MqttChat.Tests.Persistence;

/// <summary>What is particular to PostgreSQL: its making, its checks at start, its comparing of texts and keeping of times.</summary>
public sealed class PostgresStoresTests : IAsyncLifetime
{
    private DatabaseOptions _database = null!;

    public PostgresStoresTests() => TestEngine.UsePostgres();

    public async Task InitializeAsync() => _database = await PostgresDatabases.MakeEmptyAsync();

    public Task DisposeAsync() => PostgresDatabases.DropAsync(_database);

    [Fact]
    public async Task Migrations_ByTwoInstancesAtOnce_MakeBothSchemasOnce()
    {
        await using var one = DatabaseSetup.BuildStores(_database);
        await using var other = DatabaseSetup.BuildStores(_database);

        await Task.WhenAll(one.MigrateDatabasesAsync(default), other.MigrateDatabasesAsync(default));

        await using var house = await Houses(one).CreateDbContextAsync();
        await using var telemetry = await one.GetRequiredService<IDbContextFactory<TelemetryDbContext>>().CreateDbContextAsync();
        Assert.Empty(await house.Database.GetPendingMigrationsAsync());
        Assert.Empty(await telemetry.Database.GetPendingMigrationsAsync());
        Assert.Equal(0, await house.Set<IdentityUserPasskey<string>>().CountAsync());
        Assert.Equal(0, await house.DataProtectionKeys.CountAsync());
        var outside = await house.Database.SqlQueryRaw<string>(
            "SELECT tablename::text AS \"Value\" FROM pg_tables WHERE schemaname = 'public'").ToListAsync();
        Assert.Empty(outside);
        await one.CheckDatabasesAsync(default);
    }

    [Fact]
    public async Task Migrations_WithoutADatabase_MakeIt()
    {
        var made = new NpgsqlConnectionStringBuilder(_database.House) { Database = $"made_{Guid.NewGuid():N}" }.ToString();
        var database = new DatabaseOptions(DatabaseProvider.Postgres, made, made, made);
        await using var stores = DatabaseSetup.BuildStores(database);

        await stores.MigrateDatabasesAsync(default);

        await stores.CheckDatabasesAsync(default);
        await PostgresDatabases.DropAsync(database);
    }

    [Fact]
    public async Task Migrations_OfADatabaseThatIsNotUtf8_SayWhichSettingAndMakeNothing()
    {
        var latin = await PostgresDatabases.MakeEmptyAsync("ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0");
        await using var stores = DatabaseSetup.BuildStores(latin);

        var error = await Assert.ThrowsAnyAsync<DbException>(() => stores.MigrateDatabasesAsync(default));

        Assert.StartsWith("ConnectionStrings:House: the database's encoding is LATIN1.", error.Message, StringComparison.Ordinal);
        await PostgresDatabases.DropAsync(latin);
    }

    [Theory]
    [InlineData("13.9", "UTF8", false, "PostgreSQL 13.9 is too old, 14 is the oldest that works.")]
    [InlineData("14.0", "UTF8", true, "this server is a read replica")]
    [InlineData("14.0", "UTF8", false, null)]
    public void Server_ThatDoesNotFit_IsToldWhy(string version, string encoding, bool isReplica, string? why)
    {
        var told = PostgresServerCheck.Unfit(Version.Parse(version), encoding, isReplica);

        Assert.Equal(why is null, told is null);
        Assert.StartsWith(why ?? "", told ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Texts_AreComparedByTheirBytes_AndTimesKeptToTheTick()
    {
        await using var stores = await TestStores.CreateAsync();
        Assert.Equal(DatabaseProvider.Postgres, stores.Services.GetRequiredService<DatabaseOptions>().Provider);
        await using var telemetry = await stores.Telemetry.CreateDbContextAsync();
        await using var house = await stores.Houses.CreateDbContextAsync();
        var at = new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.FromHours(9)).AddTicks(1_234_567);
        foreach (var name in (string[])["b", "B", "ａ", "a", "é"])
        {
            house.Plugs.Add(new() { Family = "tasmota", Address = name, TopicTemplate = "%prefix%/%topic%", Name = name });
        }

        telemetry.PowerSamples.AddRange(new PowerSample { ChannelId = 1, At = at }, new PowerSample { ChannelId = 1, At = at.AddTicks(1) });
        await house.SaveChangesAsync();
        await telemetry.SaveChangesAsync();

        Assert.Equal(["B", "a", "b", "é", "ａ"], await house.Plugs.OrderBy(plug => plug.Address).Select(plug => plug.Address).ToListAsync());
        Assert.Equal(at, (await telemetry.PowerSamples.AsNoTracking().SingleAsync(sample => sample.At == at)).At);
        Assert.Equal(at.AddTicks(1), await telemetry.PowerSamples.MaxAsync(sample => sample.At));
    }

    [Fact]
    public async Task Sizes_OfBothStores_AreMeasured()
    {
        await using var stores = await TestStores.CreateAsync(services => services.AddSingleton<StoreSizes>());
        var sizes = stores.Services.GetRequiredService<StoreSizes>();

        await sizes.MeasureAsync(default);

        Assert.True(sizes.Current is { HouseBytes: > 8192, TelemetryBytes: > 8192, FreeBytes: null }, $"{sizes.Current}");
    }

    private static IDbContextFactory<HouseDbContext> Houses(IServiceProvider services) => services.GetRequiredService<IDbContextFactory<HouseDbContext>>();
}

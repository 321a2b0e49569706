using Microsoft.Data.SqlClient;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.DependencyInjection;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Persistence.Postgres;
using MqttChat.Domain.Persistence.Sqlite;
using MqttChat.Domain.Persistence.SqlServer;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Persistence;

public sealed class MigrationTests
{
    private static readonly DatabaseOptions SomeServer = new(DatabaseProvider.SqlServer, "Server=none", "Server=none", "Server=none");

    [Fact]
    public async Task SqliteMigrations_OnEmptyFiles_MakeBothStores()
    {
        await using var stores = await TestStores.CreateAsync();
        await using var house = await stores.Houses.CreateDbContextAsync();
        await using var telemetry = await stores.Telemetry.CreateDbContextAsync();

        Assert.True(File.Exists(Path.Combine(stores.Directory, "house.db")));
        Assert.True(File.Exists(Path.Combine(stores.Directory, "telemetry.db")));
        Assert.Empty(await house.Database.GetPendingMigrationsAsync());
        Assert.Empty(await telemetry.Database.GetPendingMigrationsAsync());
        Assert.Equal(0, await house.Database.SqlQueryRaw<int>("SELECT COUNT(*) AS Value FROM AspNetUserPasskeys").SingleAsync());
        Assert.Equal(0, await telemetry.PowerSamples.CountAsync());
    }

    [Fact]
    public async Task SqliteMigrations_KilledWhileTheyRan_GoOnAtTheNextStart()
    {
        await using var stores = await TestStores.CreateAsync();
        await using var house = await stores.Houses.CreateDbContextAsync();
        await house.Database.ExecuteSqlRawAsync("INSERT INTO __EFMigrationsLock VALUES (1, '2026-03-02 12:00:00+00:00')");
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(3));

        await stores.Services.MigrateDatabasesAsync(deadline.Token);

        Assert.Equal(0, await house.Database.SqlQueryRaw<int>("SELECT COUNT(*) AS Value FROM __EFMigrationsLock").SingleAsync());
    }

    [Theory]
    [InlineData(typeof(SqliteHouseDbContext))]
    [InlineData(typeof(SqliteTelemetryDbContext))]
    [InlineData(typeof(SqlServerHouseDbContext))]
    [InlineData(typeof(SqlServerTelemetryDbContext))]
    [InlineData(typeof(PostgresHouseDbContext))]
    [InlineData(typeof(PostgresTelemetryDbContext))]
    public async Task Migrations_OfEveryContext_MatchItsModel(Type context)
    {
        var database = context.Name.StartsWith("Sqlite", StringComparison.Ordinal)
            ? new DatabaseOptions(DatabaseProvider.Sqlite, "Data Source=:memory:", "Data Source=:memory:", "")
            : context.Name.StartsWith("Postgres", StringComparison.Ordinal)
                ? new DatabaseOptions(DatabaseProvider.Postgres, "Host=none;Database=none", "Host=none;Database=none", "") : SomeServer;
        await using var services = DatabaseSetup.BuildStores(database);
        await using var db = context.Name.EndsWith("HouseDbContext", StringComparison.Ordinal)
            ? (DbContext)services.GetRequiredService<IDbContextFactory<HouseDbContext>>().CreateDbContext()
            : services.GetRequiredService<IDbContextFactory<TelemetryDbContext>>().CreateDbContext();

        Assert.False(db.Database.HasPendingModelChanges());
    }

    [Fact]
    public async Task SqlServerScript_OfBothStores_KeepsToTheirSchemas()
    {
        await using var services = DatabaseSetup.BuildStores(SomeServer);
        await using var house = services.GetRequiredService<IDbContextFactory<HouseDbContext>>().CreateDbContext();
        await using var telemetry = services.GetRequiredService<IDbContextFactory<TelemetryDbContext>>().CreateDbContext();

        var houseScript = house.GetService<IMigrator>().GenerateScript(options: MigrationsSqlGenerationOptions.Idempotent);
        var telemetryScript = telemetry.GetService<IMigrator>().GenerateScript(options: MigrationsSqlGenerationOptions.Idempotent);

        Assert.Contains("CREATE TABLE [house].[Messages]", houseScript, StringComparison.Ordinal);
        Assert.Contains("CREATE TABLE [house].[AspNetUserPasskeys]", houseScript, StringComparison.Ordinal);
        // "a" and "A" are two ids, also where the database's own collation takes them for one.
        Assert.Contains("[ClientMessageId] nvarchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL", houseScript, StringComparison.Ordinal);
        Assert.Contains("CREATE TABLE [telemetry].[PowerSamples]", telemetryScript, StringComparison.Ordinal);
        Assert.DoesNotContain("[house]", telemetryScript, StringComparison.Ordinal);
        Assert.DoesNotContain("SYSTEM_VERSIONING", houseScript + telemetryScript, StringComparison.Ordinal);
    }

    [SqlServerFact]
    public async Task SqlServerMigrations_OnAnEmptyDatabase_Apply()
    {
        var connection = new SqlConnectionStringBuilder(SqlServerFactAttribute.ConnectionString) { InitialCatalog = $"mqttchat_{Guid.NewGuid():N}" }.ToString();
        await using var services = DatabaseSetup.BuildStores(new DatabaseOptions(DatabaseProvider.SqlServer, connection, connection, connection));
        try
        {
            await services.MigrateDatabasesAsync(CancellationToken.None);
            await using var telemetry = services.GetRequiredService<IDbContextFactory<TelemetryDbContext>>().CreateDbContext();
            Assert.Equal(0, await telemetry.PowerSamples.CountAsync());
        }
        finally
        {
            await using var house = services.GetRequiredService<IDbContextFactory<HouseDbContext>>().CreateDbContext();
            await house.Database.EnsureDeletedAsync();
        }
    }
}

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Persistence.Backups;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Persistence;

/// <summary>What a backup takes and refuses, and what a restore refuses before it touches anything.</summary>
public sealed class BackupTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mqttchat-backup-").FullName;
    private TestStores _stores = null!;

    private string Backup => Path.Combine(_folder, "a backup #1");

    private string Restored => Path.Combine(_folder, "restored");

    public async Task InitializeAsync()
    {
        _stores = await TestStores.CreateAsync();
        await _stores.AddPersonAsync("mia");
    }

    public async Task DisposeAsync()
    {
        await _stores.DisposeAsync();
        await TestFolder.DeleteAsync(_folder);
    }

    [Fact]
    public async Task Backup_OfAHouseInUse_IsRestoredWithItsFilesAndForItsOwnerOnly()
    {
        Put("uploads/2026/cat.txt", "meow");
        Put("broker.json", "{}");
        Put("mqttchat.log", "not this");
        Put("logs/today", "nor this");
        Put("demo/house.db", "nor that");
        await using var open = await _stores.Houses.CreateDbContextAsync();
        await open.Database.OpenConnectionAsync();
        await open.Database.ExecuteSqlRawAsync("BEGIN DEFERRED");
        Assert.Equal(1, await open.Users.CountAsync());

        var manifest = await BackUpAsync();
        await RestoreAsync();

        Assert.Equal(["files/broker.json", "files/uploads/2026/cat.txt"], manifest.Files.Select(file => file.Path));
        Assert.Equal(_stores.Clock.GetUtcNow(), manifest.TakenAt);
        Assert.Equal("meow", await File.ReadAllTextAsync(Path.Combine(Restored, "uploads", "2026", "cat.txt")));
        Assert.Equal(["broker.json", "house.db", "telemetry.db", "uploads"], Directory.GetFileSystemEntries(Restored).Select(Path.GetFileName).Order());
        Assert.All(Everything(Backup).Concat(Everything(Restored)), path => Assert.Equal(Directory.Exists(path) ? "700" : "600", ModeOf(path)));
        await using var services = DatabaseSetup.BuildStores(DatabaseOptions.SqliteIn(Restored));
        await services.MigrateDatabasesAsync(CancellationToken.None);
        await using var house = await services.GetRequiredService<IDbContextFactory<HouseDbContext>>().CreateDbContextAsync();
        Assert.Equal("mia", (await house.Users.SingleAsync()).DisplayName);
        Assert.Equal("wal", await house.Database.SqlQueryRaw<string>("SELECT journal_mode AS Value FROM pragma_journal_mode").SingleAsync());
    }

    [Fact]
    public async Task Backup_WhereSomethingIs_OverwritesNothing()
    {
        await BackUpAsync();
        var before = await File.ReadAllBytesAsync(Path.Combine(Backup, "manifest.json"));

        await RefusedAsync(BackUpAsync, "there already");
        await RefusedAsync(() => MakeBackup().RunAsync(Path.Combine(_stores.Directory, "backup"), default), "inside the data directory");
        Directory.CreateDirectory(Path.Combine(_folder, "next.unfinished"));
        await RefusedAsync(() => MakeBackup().RunAsync(Path.Combine(_folder, "next"), default), "cut off");

        Assert.Equal(before, await File.ReadAllBytesAsync(Path.Combine(Backup, "manifest.json")));
        Assert.False(Directory.Exists(Path.Combine(_folder, "next")));
    }

    [Fact]
    public async Task Backup_OfADamagedStore_IsRefusedAndLeavesNothing()
    {
        await using (var house = await _stores.Houses.CreateDbContextAsync())
        {
            await house.Database.ExecuteSqlRawAsync("PRAGMA wal_checkpoint(TRUNCATE)");
        }

        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        await using (var file = File.OpenWrite(Path.Combine(_stores.Directory, "house.db")))
        {
            file.Position = 2 * 4096;
            await file.WriteAsync(Enumerable.Repeat((byte)0xA5, 3 * 4096).ToArray());
        }

        await Assert.ThrowsAnyAsync<Exception>(BackUpAsync);

        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Theory]
    [InlineData("without its manifest", "did not finish")]
    [InlineData("with a changed store", "damaged")]
    [InlineData("with a store cut short", "damaged")]
    [InlineData("of another form", "does not know")]
    [InlineData("that leads elsewhere", "outside")]
    [InlineData("of a newer schema", "newer MqttChat")]
    public async Task Restore_OfABackupThatIsNotRight_TouchesNothing(string kind, string why)
    {
        Put("note", "text");
        if (kind == "of a newer schema")
        {
            await using var house = await _stores.Houses.CreateDbContextAsync();
            await house.Database.ExecuteSqlRawAsync("INSERT INTO __EFMigrationsHistory VALUES ('99990101000000_Later', '11.0.0')");
        }

        await BackUpAsync();
        await SpoilAsync(kind);

        await RefusedAsync(RestoreAsync, why);

        Assert.False(Directory.Exists(Restored));
    }

    [Fact]
    public async Task Restore_IntoADirectoryThatHoldsSomething_TouchesNothing()
    {
        await BackUpAsync();
        Directory.CreateDirectory(Restored);
        await File.WriteAllTextAsync(Path.Combine(Restored, "house.db"), "somebody's");

        await RefusedAsync(RestoreAsync, "overwrites nothing");

        Assert.Equal("somebody's", await File.ReadAllTextAsync(Path.Combine(Restored, "house.db")));
        Assert.Single(Directory.GetFileSystemEntries(Restored));
    }

    [Fact]
    public async Task Restore_CutOffBefore_IsSeenAndRefused()
    {
        await BackUpAsync();
        Directory.CreateDirectory(Path.Combine(Restored, ".restoring"));

        Assert.True(HouseRestore.IsUnfinished(Restored));
        await RefusedAsync(RestoreAsync, "cut off");
    }

    private static async Task RefusedAsync(Func<Task> work, string why) =>
        Assert.Contains(why, (await Assert.ThrowsAsync<BackupRefusedException>(work)).Message, StringComparison.Ordinal);

    private static IEnumerable<string> Everything(string folder) => [folder, .. Directory.GetFileSystemEntries(folder, "*", SearchOption.AllDirectories)];

    private static string ModeOf(string path) => OperatingSystem.IsWindows() ? "" : Convert.ToString((int)File.GetUnixFileMode(path), 8);

    private void Put(string path, string text)
    {
        var file = Path.Combine(_stores.Directory, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    private HouseBackup MakeBackup() => new(DatabaseOptions.SqliteIn(_stores.Directory), _stores.Directory, "0.0.0", _stores.Clock);

    private Task<BackupManifest> BackUpAsync() => MakeBackup().RunAsync(Backup, CancellationToken.None);

    private Task<BackupManifest> RestoreAsync() =>
        new HouseRestore(_stores.Services, DatabaseOptions.SqliteIn(Restored), Restored).RunAsync(Backup, CancellationToken.None);

    private async Task SpoilAsync(string kind)
    {
        var manifest = Path.Combine(Backup, "manifest.json");
        var store = Path.Combine(Backup, "telemetry.db");
        switch (kind)
        {
            case "without its manifest":
                File.Delete(manifest);
                break;
            case "with a changed store":
                await using (var file = File.OpenWrite(store))
                {
                    file.Position = 5000;
                    file.WriteByte(0xA5);
                }

                break;
            case "with a store cut short":
                await using (var file = File.OpenWrite(store))
                {
                    file.SetLength(8192);
                }

                break;
            case "of another form":
                await File.WriteAllTextAsync(manifest, (await File.ReadAllTextAsync(manifest)).Replace("\"format\": 1", "\"format\": 2", StringComparison.Ordinal));
                break;
            case "that leads elsewhere":
                await File.WriteAllTextAsync(manifest, (await File.ReadAllTextAsync(manifest)).Replace("files/note", "files/../../note", StringComparison.Ordinal));
                break;
        }
    }
}

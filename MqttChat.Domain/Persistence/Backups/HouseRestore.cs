using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MqttChat.Domain.Persistence.Sqlite;

namespace MqttChat.Domain.Persistence.Backups;

/// <summary>
/// Puts a backup into an empty data directory: the backup is checked before anything is touched, all is copied beside its place, and only
/// then renamed. Cut off meanwhile, it leaves a mark by which the program refuses to start.
/// </summary>
/// <param name="services">The stores' contexts, which know this program's migrations.</param>
/// <param name="database">Where the stores go.</param>
/// <param name="dataDirectory">Where other files go.</param>
public sealed class HouseRestore(IServiceProvider services, DatabaseOptions database, string dataDirectory)
{
    private const string Staging = ".restoring";

    /// <summary>Whether a restore into this directory was cut off.</summary>
    public static bool IsUnfinished(string dataDirectory) => Directory.Exists(Path.Combine(dataDirectory, Staging));

    /// <summary>Restores; throws <see cref="BackupRefusedException"/>, and as SQLite and the file system do.</summary>
    public async Task<BackupManifest> RunAsync(string folder, CancellationToken cancellation)
    {
        var manifest = await BackupManifest.ReadAsync(folder, cancellation);
        await CheckAsync(folder, manifest, cancellation);
        RefuseUnlessEmpty();
        var staging = Path.Combine(dataDirectory, Staging);
        PrivateFiles.MakeFolder(dataDirectory);
        PrivateFiles.Claim(staging);
        try
        {
            await CopyAsync(folder, staging, manifest, cancellation);
        }
        catch
        {
            Directory.Delete(staging, recursive: true);
            throw;
        }

        // From here on a failure leaves the staging folder behind, and with it the mark.
        foreach (var (file, place) in Places(manifest))
        {
            PrivateFiles.MakeFolder(Path.GetDirectoryName(place)!);
            File.Move(Path.Combine(staging, file.Path), place, overwrite: false);
        }

        Directory.Delete(staging, recursive: true);
        return manifest;
    }

    private async Task CheckAsync(string folder, BackupManifest manifest, CancellationToken cancellation)
    {
        foreach (var file in manifest.All)
        {
            var path = Path.Combine(folder, file.Path);
            if (!File.Exists(path) || await PrivateFiles.DigestAsync(path, cancellation) != (file.Bytes, file.Sha256))
            {
                throw new BackupRefusedException($"{path} is missing or not what the manifest says: the backup is damaged.");
            }
        }

        await using var house = await services.GetRequiredService<IDbContextFactory<HouseDbContext>>().CreateDbContextAsync(cancellation);
        await using var telemetry = await services.GetRequiredService<IDbContextFactory<TelemetryDbContext>>().CreateDbContextAsync(cancellation);
        await Task.Run(
            () =>
            {
                CheckStore(Path.Combine(folder, manifest.House.Path), house, manifest);
                CheckStore(Path.Combine(folder, manifest.Telemetry.Path), telemetry, manifest);
            },
            cancellation);
    }

    private static void CheckStore(string file, DbContext known, BackupManifest manifest)
    {
        SqliteSnapshot.Check(file);
        if (SqliteSnapshot.MigrationsOf(file).Except(known.Database.GetMigrations(), StringComparer.Ordinal).Any())
        {
            throw new BackupRefusedException(
                $"{file} is from a newer MqttChat ({manifest.Version}). Restore it with that version or a newer one.");
        }
    }

    private void RefuseUnlessEmpty()
    {
        if (IsUnfinished(dataDirectory))
        {
            throw new BackupRefusedException(
                $"An earlier restore into {dataDirectory} was cut off. Delete all that is in that folder, {Staging} included, and restore again.");
        }

        var first = Directory.Exists(dataDirectory)
            ? Directory.EnumerateFileSystemEntries(dataDirectory).FirstOrDefault(entry => Path.GetFileName(entry) != "lost+found") : null;
        if ((first ?? SqliteFiles.Of(database).Select(store => store.File).FirstOrDefault(File.Exists)) is { } there)
        {
            throw new BackupRefusedException(
                $"{there} is there already, and a restore overwrites nothing. Stop MqttChat, move the data directory away, or name an empty one by Data:Directory.");
        }
    }

    private static async Task CopyAsync(string folder, string staging, BackupManifest manifest, CancellationToken cancellation)
    {
        foreach (var file in manifest.All)
        {
            var to = Path.Combine(staging, file.Path);
            PrivateFiles.MakeFolder(Path.GetDirectoryName(to)!);
            if (await PrivateFiles.CopyAsync(Path.Combine(folder, file.Path), to, cancellation) != (file.Bytes, file.Sha256))
            {
                throw new BackupRefusedException($"{to} is not what was written: is the disk all right?");
            }
        }
    }

    // The house's own store last.
    private IEnumerable<(BackupFile File, string Place)> Places(BackupManifest manifest)
    {
        var stores = SqliteFiles.Of(database).Select(store => store.File).ToList();
        foreach (var file in manifest.Files)
        {
            yield return (file, Path.Combine(dataDirectory, file.Path[BackupManifest.FilesFolder.Length..]));
        }

        yield return (manifest.Telemetry, stores[1]);
        yield return (manifest.House, stores[0]);
    }
}

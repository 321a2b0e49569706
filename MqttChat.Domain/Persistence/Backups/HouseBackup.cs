using MqttChat.Domain.Persistence.Sqlite;

namespace MqttChat.Domain.Persistence.Backups;

/// <summary>
/// Copies a house on SQLite into a folder, while the program runs in another process: both stores as they were at one moment, then
/// the data directory's other files (a message names its file only after the file is there).
/// </summary>
/// <param name="database">The stores.</param>
/// <param name="dataDirectory">Where other files are.</param>
/// <param name="version">The program's version, for the manifest.</param>
/// <param name="clock">Tells the moment.</param>
public sealed class HouseBackup(DatabaseOptions database, string dataDirectory, string version, TimeProvider clock)
{
    /// <summary>What a folder is called until its backup is whole.</summary>
    internal const string Unfinished = ".unfinished";

    /// <summary>
    /// Makes the backup; the folder must not be there yet, and appears only when all is in it. Throws <see cref="BackupRefusedException"/>,
    /// and as SQLite and the file system do.
    /// </summary>
    public async Task<BackupManifest> RunAsync(string folder, CancellationToken cancellation)
    {
        var target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        var unfinished = target + Unfinished;
        Refuse(target, unfinished);
        PrivateFiles.Claim(unfinished);
        try
        {
            var manifest = await FillAsync(unfinished, cancellation);
            await manifest.WriteAsync(unfinished, cancellation);
            File.Delete(PrivateFiles.ClaimIn(unfinished));
            if (Directory.Exists(target))
            {
                // Empty, or this fails.
                Directory.Delete(target);
            }

            Directory.Move(unfinished, target);
            return manifest;
        }
        catch
        {
            Directory.Delete(unfinished, recursive: true);
            throw;
        }
    }

    private void Refuse(string target, string unfinished)
    {
        if (SqliteFiles.Of(database).Count() < 2)
        {
            throw new BackupRefusedException("The stores are not in files.");
        }

        if (SqliteFiles.Missing(database) is { } missing)
        {
            throw new BackupRefusedException($"There is no house to back up: {missing} is not there. Is Data:Directory the running program's?");
        }

        if (File.Exists(target) || (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any()))
        {
            throw new BackupRefusedException($"{target} is there already, and a backup overwrites nothing. Name a new folder.");
        }

        if ((target + Path.DirectorySeparatorChar).StartsWith(Path.TrimEndingDirectorySeparator(Path.GetFullPath(dataDirectory)) + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            throw new BackupRefusedException($"{target} is inside the data directory, which is what is backed up. Name a folder elsewhere, best on another disk.");
        }

        if (Path.Exists(unfinished))
        {
            throw new BackupRefusedException($"{unfinished} is there: another backup runs, or one was cut off. If none runs, delete it.");
        }
    }

    private async Task<BackupManifest> FillAsync(string folder, CancellationToken cancellation)
    {
        var stores = SqliteFiles.Of(database).ToList();
        string[] names = ["house.db", "telemetry.db"];
        var takenAt = await Task.Run(
            () => SqliteSnapshot.Copy([.. stores.Zip(names, (store, name) => (store.Connection, Path.Combine(folder, name)))], clock, cancellation),
            cancellation);
        var files = await CopyFilesAsync(folder, stores.Select(store => store.File), cancellation);
        return new BackupManifest(
            BackupManifest.CurrentFormat, version, takenAt, await DescribeAsync(folder, names[0], cancellation),
            await DescribeAsync(folder, names[1], cancellation), files);
    }

    private async Task<List<BackupFile>> CopyFilesAsync(string folder, IEnumerable<string> stores, CancellationToken cancellation)
    {
        var files = new List<BackupFile>();
        foreach (var file in DataFiles.In(Path.GetFullPath(dataDirectory), stores))
        {
            var to = Path.Combine(folder, BackupManifest.FilesFolder, file);
            PrivateFiles.MakeFolder(Path.GetDirectoryName(to)!);
            try
            {
                var (bytes, hash) = await PrivateFiles.CopyAsync(Path.Combine(dataDirectory, file), to, cancellation);
                files.Add(new BackupFile(BackupManifest.FilesFolder + file, bytes, hash));
            }
            catch (FileNotFoundException)
            {
                // Deleted since the folder was listed: it is not in this house any more.
            }
        }

        return files;
    }

    private static async Task<BackupFile> DescribeAsync(string folder, string name, CancellationToken cancellation)
    {
        var (bytes, hash) = await PrivateFiles.DigestAsync(Path.Combine(folder, name), cancellation);
        return new BackupFile(name, bytes, hash);
    }
}

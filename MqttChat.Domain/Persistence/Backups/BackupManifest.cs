using System.Text.Json;

namespace MqttChat.Domain.Persistence.Backups;

/// <summary>A backup or a restore that must not go on; the message says why and what to do, in plain words.</summary>
public sealed class BackupRefusedException(string message) : Exception(message);

/// <summary>A file of a backup.</summary>
/// <param name="Path">Below the backup's folder, with <c>/</c>.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Its hash in lower-case hexadecimal digits.</param>
public sealed record BackupFile(string Path, long Bytes, string Sha256);

/// <summary>What a backup holds. It is written last: a folder without it is no backup.</summary>
/// <param name="Format">How the folder is laid out; only <see cref="CurrentFormat"/> is known.</param>
/// <param name="Version">The program that made it.</param>
/// <param name="TakenAt">The moment whose state both stores have.</param>
/// <param name="House">The house store.</param>
/// <param name="Telemetry">The telemetry store.</param>
/// <param name="Files">Whatever else was in the data directory.</param>
public sealed record BackupManifest(
    int Format, string Version, DateTimeOffset TakenAt, BackupFile House, BackupFile Telemetry, IReadOnlyList<BackupFile> Files)
{
    /// <summary>The layout that this program writes and reads.</summary>
    public const int CurrentFormat = 1;

    internal const string FileName = "manifest.json";

    /// <summary>What the paths of <see cref="Files"/> begin with.</summary>
    internal const string FilesFolder = "files/";

    private const long MostBytes = 64 << 20;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, RespectNullableAnnotations = true };

    /// <summary>Both stores and all else.</summary>
    internal IEnumerable<BackupFile> All => [House, Telemetry, .. Files];

    internal async Task WriteAsync(string folder, CancellationToken cancellation)
    {
        await using var file = PrivateFiles.Create(Path.Combine(folder, FileName));
        await JsonSerializer.SerializeAsync(file, this, Json, cancellation);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Reads a backup's manifest; throws <see cref="BackupRefusedException"/> where there is none that can be used.</summary>
    internal static async Task<BackupManifest> ReadAsync(string folder, CancellationToken cancellation)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            throw new BackupRefusedException($"{folder} is no backup, or one that did not finish: there is no {FileName} in it.");
        }

        await using var file = File.OpenRead(path);
        if (file.Length > MostBytes || await ParseAsync(file, cancellation) is not { } manifest)
        {
            throw new BackupRefusedException($"{path} cannot be read: the backup is damaged.");
        }

        if (manifest.Format != CurrentFormat)
        {
            throw new BackupRefusedException(
                $"{folder} was made by MqttChat {manifest.Version}, in a form that this version does not know. Restore it with that version or a newer one.");
        }

        return manifest.All.All(one => IsBelow(one.Path)) && manifest.Files.All(one => one.Path.StartsWith(FilesFolder, StringComparison.Ordinal))
            ? manifest : throw new BackupRefusedException($"{path} names files outside the backup.");
    }

    private static async Task<BackupManifest?> ParseAsync(Stream file, CancellationToken cancellation)
    {
        try
        {
            var manifest = await JsonSerializer.DeserializeAsync<BackupManifest>(file, Json, cancellation);
            return manifest is { House: not null, Telemetry: not null, Files: not null } && manifest.All.All(one => one is { Path: not null, Sha256: not null })
                ? manifest : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // Also where somebody else wrote the manifest: nothing may be put outside the data directory.
    private static bool IsBelow(string path) =>
        path.Length > 0 && !Path.IsPathRooted(path) && !path.Contains('\\', StringComparison.Ordinal) && !path.Contains('\0', StringComparison.Ordinal)
        && path.Split('/').All(part => part is not ("" or "." or ".."));
}

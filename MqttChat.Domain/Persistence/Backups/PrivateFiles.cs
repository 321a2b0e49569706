using System.Security.Cryptography;

namespace MqttChat.Domain.Persistence.Backups;

/// <summary>Files and folders that only their owner may read: they hold what people said, and the keys of sign-ins.</summary>
internal static class PrivateFiles
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes a folder and those above it that are missing; the framework would make the upper ones readable for all.</summary>
    public static void MakeFolder(string path)
    {
        if (Directory.Exists(path))
        {
            return;
        }

        if (Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(path)) is { Length: > 0 } above)
        {
            MakeFolder(above);
        }

        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, Owner | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Makes a folder to work in, and the file that says whose it is: throws when another process has it already.</summary>
    public static void Claim(string folder)
    {
        MakeFolder(folder);
        Create(ClaimIn(folder)).Dispose();
    }

    public static string ClaimIn(string folder) => Path.Combine(folder, ".claim");

    /// <summary>Makes a file that must not be there yet.</summary>
    public static FileStream Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = Owner;
        }

        return new FileStream(path, options);
    }

    /// <summary>Copies to the disk itself, not only to the machine's memory; tells what was copied.</summary>
    public static async Task<(long Bytes, string Sha256)> CopyAsync(string from, string to, CancellationToken cancellation)
    {
        await using var source = File.OpenRead(from);
        await using var target = Create(to);
        await source.CopyToAsync(target, cancellation);
        target.Flush(flushToDisk: true);
        return await DigestAsync(to, cancellation);
    }

    public static async Task<(long Bytes, string Sha256)> DigestAsync(string path, CancellationToken cancellation)
    {
        await using var file = File.OpenRead(path);
        return (file.Length, Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellation)));
    }
}

namespace MqttChat.Domain.Persistence.Backups;

/// <summary>
/// Which files of the data directory a backup takes besides the stores: all, but for logs, the demo's own house, names that begin
/// with a dot, and links (they lead elsewhere).
/// </summary>
internal static class DataFiles
{
    private static readonly string[] StoreSuffixes = ["", "-wal", "-shm", "-journal"];
    private static readonly string[] LeftFolders = ["demo", "logs", "lost+found"];

    private static readonly EnumerationOptions Below = new()
    {
        AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = false, RecurseSubdirectories = true,
    };

    /// <summary>Paths below the directory, with <c>/</c>, in order.</summary>
    public static IReadOnlyList<string> In(string directory, IEnumerable<string> stores)
    {
        if (!Directory.Exists(directory))
        {
            return [];
        }

        var left = stores.SelectMany(store => StoreSuffixes, (store, suffix) => store + suffix).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. new DirectoryInfo(directory).EnumerateFileSystemInfos()
                .Where(entry => !entry.Attributes.HasFlag(FileAttributes.ReparsePoint) && !entry.Name.StartsWith('.'))
                .SelectMany(entry => entry is DirectoryInfo folder
                    ? LeftFolders.Contains(folder.Name) ? [] : folder.EnumerateFiles("*", Below) : [(FileInfo)entry])
                .Where(file => !left.Contains(file.FullName) && file.Extension != ".log")
                .Select(file => Path.GetRelativePath(directory, file.FullName).Replace(Path.DirectorySeparatorChar, '/'))
                .Order(StringComparer.Ordinal),
        ];
    }
}

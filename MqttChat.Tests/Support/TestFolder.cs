namespace MqttChat.Tests.Support;

/// <summary>Folders that go with their test.</summary>
public static class TestFolder
{
    /// <summary>
    /// Deletes it with all that is in it. Work that was under way when a test ended may make a file in it at this moment (a journal
    /// of SQLite), so it is tried again.
    /// </summary>
    public static Task DeleteAsync(string folder) => Eventually.TrueAsync(() => TryDelete(folder), what: $"{folder} is deleted");

    private static bool TryDelete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            return !Directory.Exists(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}

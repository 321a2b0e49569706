using Microsoft.Extensions.Logging;

namespace MqttChat.Domain.Rooms;

/// <summary>Turns a locked, full or absent database into an answer that a person understands.</summary>
internal static class Storage
{
    /// <summary>
    /// Runs the work away from the caller's thread (SQLite blocks it while it waits for a lock) and throws
    /// <see cref="RefusalKind.Unavailable"/> with <paramref name="code"/> when the database fails.
    /// </summary>
    public static async Task<T> RunAsync<T>(Func<Task<T>> work, string code, ILogger logger, CancellationToken cancellation)
    {
        try
        {
            return await Task.Run(work, cancellation).ConfigureAwait(false);
        }
        catch (Exception error) when (StoreFaults.IsFault(error))
        {
            logger.LogWarning(error, "The database refused: {Code}", code);
            throw new RefusedException(RefusalKind.Unavailable, code);
        }
    }
}

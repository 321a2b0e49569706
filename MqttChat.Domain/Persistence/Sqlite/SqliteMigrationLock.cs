using Microsoft.EntityFrameworkCore;

namespace MqttChat.Domain.Persistence.Sqlite;

/// <summary>
/// EF Core keeps the lock of a migration as a row, and waits for ever, without a word, for one that a killed program left behind. A
/// SQLite house has one program: what is still held after a few seconds is nobody's.
/// </summary>
internal static class SqliteMigrationLock
{
    private const int Tries = 10;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Waits for the lock, and takes away one that nobody gives back.</summary>
    public static async Task GiveUpOldAsync(DbContext store, TimeProvider clock, CancellationToken cancellation)
    {
        // A file that is not there must not be made here: making it belongs to the migration, which also sets the journal's mode.
        if (!await store.Database.CanConnectAsync(cancellation)
            || !await AnyAsync(store, "SELECT COUNT(*) AS Value FROM sqlite_master WHERE name = '__EFMigrationsLock'", cancellation))
        {
            return;
        }

        for (var tried = 0; await AnyAsync(store, "SELECT COUNT(*) AS Value FROM __EFMigrationsLock", cancellation); tried++)
        {
            if (tried == Tries)
            {
                await store.Database.ExecuteSqlRawAsync("DELETE FROM __EFMigrationsLock", cancellation);
                return;
            }

            await Task.Delay(Pause, clock, cancellation);
        }
    }

    private static async Task<bool> AnyAsync(DbContext store, string count, CancellationToken cancellation) =>
        await store.Database.SqlQueryRaw<int>(count).SingleAsync(cancellation) > 0;
}

using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Chat;

namespace MqttChat.Domain.Persistence.Sqlite;

/// <summary>
/// Posts on SQLite: prepared commands on one kept connection. Through the entities the same batch takes several times as long,
/// and everybody who posts waits for the one writer that a file has.
/// </summary>
internal sealed class SqlitePostStore(DatabaseOptions database, IDbContextFactory<HouseDbContext> houses, TimeProvider clock) : IPostStore, IDisposable
{
    private SqlitePostConnection? _kept;

    public async Task<List<StoredPost>> StoreAsync(List<PendingPost> batch, CancellationToken cancellation)
    {
        var answers = Write(batch, cancellation);
        var repeats = answers.Where(answer => answer.RepeatOf != 0).Select(answer => answer.RepeatOf).ToArray();
        var firsts = repeats.Length == 0 ? [] : await FindAsync(repeats, cancellation).ConfigureAwait(false);
        return [.. answers.Select(answer =>
            answer.Refusal is not null ? StoredPost.Refused(answer.Post, answer.Refusal)
            : answer.RepeatOf == 0 ? new StoredPost(answer.Post, answer.Message, IsRepeat: false)
            : new StoredPost(answer.Post, firsts[answer.RepeatOf], IsRepeat: true))];
    }

    public void Dispose() => Drop();

    // The caller is the one writer, on a thread of the pool that may wait for the file.
    private List<SqlitePostConnection.Answer> Write(List<PendingPost> batch, CancellationToken cancellation)
    {
        try
        {
            _kept ??= SqlitePostConnection.Open(database.House);
            return _kept.Write(batch, clock.GetUtcNow(), cancellation);
        }
        catch
        {
            // The file may be gone, full or another: the next batch starts from nothing.
            Drop();
            throw;
        }
    }

    private async Task<Dictionary<long, Message>> FindAsync(long[] ids, CancellationToken cancellation)
    {
        await using var house = await houses.CreateDbContextAsync(cancellation).ConfigureAwait(false);
        return await house.Messages.AsNoTracking().Where(message => EF.Parameter(ids).Contains(message.Id))
            .ToDictionaryAsync(message => message.Id, cancellation).ConfigureAwait(false);
    }

    private void Drop()
    {
        _kept?.Dispose();
        _kept = null;
    }
}

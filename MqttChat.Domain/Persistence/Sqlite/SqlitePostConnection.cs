using Microsoft.Data.Sqlite;
using MqttChat.Domain.Chat;
using MqttChat.Domain.Rooms;

namespace MqttChat.Domain.Persistence.Sqlite;

/// <summary>One kept connection with the prepared commands of a transaction of posts. Times are UTC ticks.</summary>
internal sealed class SqlitePostConnection : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteStatement _member;
    private readonly SqliteStatement _first;
    private readonly SqliteStatement _room;
    private readonly SqliteStatement _message;

    private SqlitePostConnection(SqliteConnection connection)
    {
        _connection = connection;
        _member = new(connection, """
            SELECT r."ArchivedAt" IS NOT NULL FROM "Memberships" m JOIN "Rooms" r ON r."Id" = m."RoomId" WHERE m."RoomId" = $1 AND m."UserId" = $2
            """);
        _first = new(connection, """SELECT "Id" FROM "Messages" WHERE "AuthorId" = $1 AND "ClientMessageId" = $2""");
        _room = new(connection, """
            UPDATE "Rooms" SET "LastChange" = "LastChange" + 1, "LastSequence" = "LastSequence" + 1, "LastMessageAt" = $1
            WHERE "Id" = $2 RETURNING "LastSequence", "LastChange"
            """);
        _message = new(connection, """
            INSERT INTO "Messages" ("RoomId", "Sequence", "Change", "AuthorId", "Text", "ClientMessageId", "SentAt")
            VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING "Id"
            """);
    }

    /// <summary>What became of one post: its new message, the id of the one it repeats, or why it is refused.</summary>
    internal readonly record struct Answer(PendingPost Post, Message? Message = null, long RepeatOf = 0, RefusedException? Refusal = null);

    public static SqlitePostConnection Open(string connectionString) =>
        SqliteFiles.OpenDurable(connectionString, connection => new SqlitePostConnection(connection));

    public List<Answer> Write(List<PendingPost> batch, DateTimeOffset now, CancellationToken cancellation)
    {
        using var transaction = _connection.BeginTransaction(deferred: false);

        // Only now, with the lock in hand: who gave up meanwhile was told so, and nothing of theirs may appear.
        var answers = new List<Answer>(batch.Count);
        foreach (var post in batch.Where(post => post.TryTake()))
        {
            cancellation.ThrowIfCancellationRequested();
            answers.Add(Write(post, now));
        }

        transaction.Commit();
        return answers;
    }

    public void Dispose()
    {
        Array.ForEach([_member, _first, _room, _message], statement => statement.Dispose());
        _connection.Dispose();
    }

    private Answer Write(PendingPost post, DateTimeOffset now)
    {
        if (_member.Scalar(post.RoomId, post.AuthorId) is not { } isArchived)
        {
            return new(post, Refusal: RoomAccess.NotFound());
        }

        if (_first.Scalar(post.AuthorId, post.ClientMessageId) is { } first)
        {
            return new(post, RepeatOf: first);
        }

        if (isArchived != 0)
        {
            return new(post, Refusal: RoomAccess.Archived());
        }

        Span<long> last = stackalloc long[2];
        _room.Row(last, now.UtcTicks, post.RoomId);
        var message = post.ToMessage(last[0], last[1], now);
        message.Id = _message.Scalar(
            message.RoomId, message.Sequence, message.Change, message.AuthorId, message.Text, message.ClientMessageId, now.UtcTicks)!.Value;
        return new(post, message);
    }
}

using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using MqttChat.Domain;
using MqttChat.Domain.Chat;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Persistence.Sqlite;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Chat;

/// <summary>Posts of one batch to several rooms: one that is archived or deleted in between holds up no other.</summary>
public sealed class EntityPostStoreTests
{
    [Theory]
    [InlineData("DELETE FROM \"Rooms\" WHERE \"Id\" = {0}", "NotFound room.notFound")]
    [InlineData("UPDATE \"Rooms\" SET \"ArchivedAt\" = 1 WHERE \"Id\" = {0}", "Conflict room.archived")]
    public async Task Store_WhereOneRoomWentBetweenTheQuestionAndTheLock_RefusesItsPostsAlone(string sql, string refused)
    {
        await using var house = await ChatHouse.CreateAsync();
        var ann = await house.PersonAsync("Ann");
        var (gone, living) = (await house.RoomAsync(ann), await house.RoomAsync(ann));
        var store = new EntityPostStore(
            new Interrupted(house, string.Format(System.Globalization.CultureInfo.InvariantCulture, sql, gone)), house.Stores.Clock);
        PendingPost[] batch = [Post(ann.UserId, gone, "a"), Post(ann.UserId, gone, "a"), Post(ann.UserId, living, "b"), Post(ann.UserId, gone, "c")];

        var answers = await store.StoreAsync([.. batch], default);

        Assert.Equal(batch.Length, answers.Count);
        Assert.All(answers, answer => Assert.Equal(
            answer.Post.RoomId == gone ? refused : "stored", answer.Refusal is { } why ? $"{why.Kind} {why.Code}" : "stored"));
        Assert.Equal("b", Assert.Single(await house.StoredAsync(living)).ClientMessageId);
        Assert.Empty(await house.StoredAsync(gone));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Post_IntoARoomArchivedInTheStore_IsRefused_WhoeverArchivedIt(bool throughEntities)
    {
        await using var house = await ChatHouse.CreateAsync(throughEntities: throughEntities);
        var ann = await house.PersonAsync("Ann");
        var room = await house.RoomAsync(ann);
        var first = await house.PostAsync(ann, room, "hello", "same");
        await using (var other = await house.Stores.Houses.CreateDbContextAsync())
        {
            // As another instance does, whose signal has not come.
            await other.Rooms.ExecuteUpdateAsync(set => set.SetProperty(one => one.ArchivedAt, house.Stores.Clock.GetUtcNow()));
        }

        Assert.Equal("Conflict room.archived", await ChatHouse.RefusalAsync(() => house.PostAsync(ann, room, "more")));
        Assert.Equal(new PostResult(first, true), await house.Chat.PostAsync(ann, room, "hello", "same", default));
        Assert.Single(await house.StoredAsync(room));
    }

    private static PendingPost Post(string author, int room, string id) => new(author, room, "hello", id);

    /// <summary>Runs another statement right before the room's row is locked, as another instance can on a server.</summary>
    private sealed class Interrupted(ChatHouse house, string sql) : DbCommandInterceptor, IDbContextFactory<HouseDbContext>
    {
        private bool _done;

        public HouseDbContext CreateDbContext() => new SqliteHouseDbContext(new DbContextOptionsBuilder<SqliteHouseDbContext>()
            .UseApplicationServiceProvider(house.Stores.Services).UseSqlite(house.Get<DatabaseOptions>().House).AddInterceptors(this).Options);

        public override async ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
        {
            if (!_done && command.CommandText.StartsWith("UPDATE \"Rooms\"", StringComparison.Ordinal))
            {
                _done = true;
                await using var other = command.Connection!.CreateCommand();
                other.Transaction = command.Transaction;
#pragma warning disable CA2100 // The test's own words.
                other.CommandText = sql;
#pragma warning restore CA2100
                await other.ExecuteNonQueryAsync(cancellationToken);
            }

            return result;
        }
    }
}

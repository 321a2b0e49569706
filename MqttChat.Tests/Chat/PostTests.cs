using MqttChat.Domain;
using MqttChat.Domain.Chat;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Chat;

public class PostTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Post_Member_IsStoredExactlyAsWritten(bool throughEntities)
    {
        await using var house = await ChatHouse.CreateAsync(throughEntities: throughEntities);
        var ann = await house.PersonAsync("Ann");
        var room = await house.RoomAsync(ann);
        const string text = "  line one\r\n\t停電 \U0001F469\u200D\U0001F373 <b> \u202E ";

        var result = await house.Chat.PostAsync(ann, room, text, "a", default);

        Assert.False(result.IsRepeat);
        Assert.Equal(("Ann", 1L, 1L), (result.Message.AuthorName, result.Message.Sequence, result.Message.Change));
        Assert.Equal(text, Assert.Single(await house.StoredAsync(room)).Text);
    }

    [Theory]
    [InlineData("", "message.empty")]
    [InlineData(" \n\u3000\u200B", "message.empty")]
    [InlineData("a\0b", "message.unreadable")]
    [InlineData("a{half}b", "message.unreadable")]
    public async Task Post_TextThatCannotStand_IsRefused(string text, string code)
    {
        // Half a surrogate pair cannot stand in an attribute.
        var sent = text.Replace("{half}", "\uD800", StringComparison.Ordinal);
        await using var house = await ChatHouse.CreateAsync();
        var ann = await house.PersonAsync("Ann");
        var room = await house.RoomAsync(ann);

        Assert.Equal($"Invalid {code}", await ChatHouse.RefusalAsync(() => house.PostAsync(ann, room, sent)));
        Assert.Empty(await house.StoredAsync(room));
    }

    [Fact]
    public async Task Post_LengthOf4000_IsTheLimit()
    {
        await using var house = await ChatHouse.CreateAsync();
        var ann = await house.PersonAsync("Ann");
        var room = await house.RoomAsync(ann);

        await house.PostAsync(ann, room, new string('あ', 4000));

        Assert.Equal("Invalid message.tooLong", await ChatHouse.RefusalAsync(() => house.PostAsync(ann, room, new string('あ', 4001))));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Post_RepeatedInParallel_MakesOneMessage(bool throughEntities)
    {
        await using var house = await ChatHouse.CreateAsync(throughEntities: throughEntities);
        var ann = await house.PersonAsync("Ann");
        var room = await house.RoomAsync(ann);

        var results = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => house.Chat.PostAsync(ann, room, "hello", "same", default)));

        Assert.Single(await house.StoredAsync(room));
        Assert.Single(results, result => !result.IsRepeat);
        Assert.Single(results.Select(result => result.Message.Id).Distinct());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Post_SameIdInAnotherRoom_IsAConflictAndMembershipComesFirst(bool throughEntities)
    {
        await using var house = await ChatHouse.CreateAsync(throughEntities: throughEntities);
        var ann = await house.PersonAsync("Ann");
        var bob = await house.PersonAsync("Bob");
        var (mine, other, closed) = (await house.RoomAsync(ann), await house.RoomAsync(ann), await house.RoomAsync(bob, isOpen: false));
        await house.PostAsync(ann, mine, "hello", "x");

        Assert.Equal("Conflict message.idInOtherRoom", await ChatHouse.RefusalAsync(() => house.PostAsync(ann, other, "hello", "x")));
        Assert.Equal("NotFound room.notFound", await ChatHouse.RefusalAsync(() => house.PostAsync(ann, closed, "hello", "x")));
        Assert.False((await house.Chat.PostAsync(bob, closed, "hello", "x", default)).IsRepeat);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Post_ManyInParallel_LeavesNoGapAndCommitsTogether(bool throughEntities)
    {
        await using var house = await ChatHouse.CreateAsync(throughEntities: throughEntities);
        var ann = await house.PersonAsync("Ann");
        var stranger = await house.PersonAsync("Eve");
        var room = await house.RoomAsync(ann, isOpen: false);

        var posts = Enumerable.Range(0, 32).Select(_ => Task.Run(async () =>
        {
            for (var post = 0; post < 10; post++)
            {
                await house.PostAsync(ann, room, "hello");
            }
        })).ToList();
        var refused = Task.WhenAll(Enumerable.Range(0, 20).Select(_ =>
            ChatHouse.RefusalAsync(() => house.PostAsync(stranger, room, "hello"))));
        await Task.WhenAll(posts);

        Assert.All(await refused, refusal => Assert.Equal("NotFound room.notFound", refusal));
        var stored = await house.StoredAsync(room);
        Assert.Equal(Enumerable.Range(1, 320).Select(number => (long)number), stored.Select(message => message.Sequence));
        Assert.Equal(Enumerable.Range(1, 320).Select(number => (long)number), stored.Select(message => message.Change));
        Assert.InRange(house.Get<PostWriter>().Commits, 1, 300);
    }

    [Fact]
    public async Task Post_OverTheLimit_SaysWhenToTryAgain()
    {
        await using var house = await ChatHouse.CreateAsync(postsPerMinute: 3);
        var ann = await house.PersonAsync("Ann");
        var room = await house.RoomAsync(ann);
        for (var post = 0; post < 3; post++)
        {
            await house.PostAsync(ann, room, "hello");
        }

        house.Stores.Clock.Advance(TimeSpan.FromSeconds(20));
        var refusal = await Assert.ThrowsAsync<RefusedException>(() => house.PostAsync(ann, room, "hello"));
        Assert.Equal(("message.tooMany", TimeSpan.FromSeconds(40)), (refusal.Code, refusal.RetryAfter));

        house.Stores.Clock.Advance(TimeSpan.FromSeconds(40));
        await house.PostAsync(ann, room, "hello");
    }

    [Fact]
    public async Task Post_RepeatOverTheLimit_GetsTheFirstMessage()
    {
        await using var house = await ChatHouse.CreateAsync(postsPerMinute: 1);
        var ann = await house.PersonAsync("Ann");
        var (room, other) = (await house.RoomAsync(ann), await house.RoomAsync(ann));
        var first = await house.PostAsync(ann, room, "hello", "same");

        var repeat = await house.Chat.PostAsync(ann, room, "hello", "same", default);

        Assert.Equal(new PostResult(first, true), repeat);
        Assert.Equal("TooMany message.tooMany", await ChatHouse.RefusalAsync(() => house.PostAsync(ann, room, "hello", "new")));
        Assert.Equal("Conflict message.idInOtherRoom", await ChatHouse.RefusalAsync(() => house.PostAsync(ann, other, "hello", "same")));
        Assert.Equal("NotFound room.notFound", await ChatHouse.RefusalAsync(() => house.PostAsync(ann, 999, "hello", "same")));
    }

    [Theory]
    [InlineData("a ")]
    [InlineData(" a")]
    public async Task Post_IdWithASpaceAtItsEdge_IsRefused(string id)
    {
        // SQL Server takes "a" and "a " for one key.
        await using var house = await ChatHouse.CreateAsync();
        var ann = await house.PersonAsync("Ann");
        var room = await house.RoomAsync(ann);

        Assert.Equal("Invalid message.clientMessageId", await ChatHouse.RefusalAsync(() => house.PostAsync(ann, room, "hello", id)));
    }

    [SqliteFact]
    public async Task Post_DatabaseLocked_SaysTryAgainWithin5SecondsAndStoresNothing()
    {
        await using var house = await ChatHouse.CreateAsync();
        var ann = await house.PersonAsync("Ann");
        var room = await house.RoomAsync(ann);
        await using (await house.Stores.LockAsync(telemetry: false))
        {
            var refusal = ChatHouse.RefusalAsync(() => house.PostAsync(ann, room, "hello", "again"));

            // By the clock that the poster waits by: a step at each look.
            var waited = TimeSpan.Zero;
            await Eventually.TrueAsync(() =>
            {
                if (!refusal.IsCompleted && waited < TimeSpan.FromSeconds(5))
                {
                    house.Stores.Clock.Advance(TimeSpan.FromMilliseconds(100));
                    waited += TimeSpan.FromMilliseconds(100);
                }

                return refusal.IsCompleted;
            }, TimeSpan.FromSeconds(5));
            Assert.Equal("Unavailable message.tryAgain", await refusal);
            Assert.InRange(PostWriter.Patience, TimeSpan.Zero, TimeSpan.FromSeconds(4));
        }

        await Eventually.TrueAsync(async () =>
            !(await house.Chat.PostAsync(ann, room, "hello", "again", default)).IsRepeat);
        Assert.Single(await house.StoredAsync(room));
    }
}

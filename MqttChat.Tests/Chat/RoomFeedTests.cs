using MqttChat.Domain.Chat;
using MqttChat.Domain.Signals;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Chat;

public class RoomFeedTests
{
    [Fact]
    public async Task Feed_PostEditDelete_ReachTheViewer()
    {
        await using var house = await ChatHouse.CreateAsync(clock: TimeProvider.System);
        var ann = await house.PersonAsync("Ann");
        var room = await house.RoomAsync(ann);
        var first = await house.PostAsync(ann, room, "one");
        using var look = await house.Feeds.OpenAsync(ann, room, () => { }, default);
        Assert.Equal("one", Assert.Single(look.Current!.Room.Messages).Text);

        await house.PostAsync(ann, room, "two");
        await house.Chat.EditAsync(ann, first.Id, "uno", null, default);

        await Eventually.TrueAsync(() => string.Join(' ', look.Current!.Room.Messages.Select(message => message.Text)) == "uno two");
        await house.Chat.DeleteAsync(ann, first.Id, default);
        await Eventually.TrueAsync(() => look.Current!.Room.Messages[0].DeletedAt is not null);
        Assert.Equal("Ann", look.Current!.Room.Messages[0].AuthorName);
    }

    [SqliteFact]
    public async Task Feed_ThousandViewers_ReadOncePerSignal()
    {
        using var commands = new SqlCommands();
        await using var house = await ChatHouse.CreateAsync();
        commands.Watch(house.Stores.Directory);
        var ann = await house.PersonAsync("Ann");
        var room = await house.RoomAsync(ann);
        var told = 0;
        var looks = new List<RoomSubscription>();
        for (var viewer = 0; viewer < 1000; viewer++)
        {
            looks.Add(await house.Feeds.OpenAsync(ann, room, () => Interlocked.Increment(ref told), default));
        }

        var feed = house.Feeds.Find(room)!;
        await feed.WhenIdleAsync();
        // Past the pause between reads, and not yet at the timer that reads again every four seconds.
        house.Stores.Clock.Advance(TimeSpan.FromSeconds(1));
        await house.PostAsync(ann, room, "the first names its author");
        await Eventually.TrueAsync(() => looks.All(look => look.Current!.Room.Messages.Length == 1));
        await feed.WhenIdleAsync();
        house.Stores.Clock.Advance(TimeSpan.FromSeconds(1));
        var (reads, before) = (feed.Reads, told);
        var asked = commands.Count;
        Assert.True(asked > 0);
        await house.PostAsync(ann, room, "hello");
        await Eventually.TrueAsync(() => looks.All(look => look.Current!.Room.Messages.Length == 2));
        await feed.WhenIdleAsync();

        // Posting itself goes to SQLite without the entities.
        Assert.Equal(asked + 1, commands.Count);
        Assert.Equal(reads + 1, feed.Reads);
        Assert.Equal(before + 1000, told);
        looks.ForEach(look => look.Dispose());
        Assert.Null(house.Feeds.Find(room));
    }

    [Fact]
    public async Task Feed_OneViewerRefreshesWithoutAnEnd_TakesNoReadsFromTheMessages()
    {
        await using var house = await ChatHouse.CreateAsync();
        var (ann, clock) = (await house.PersonAsync("Ann"), house.Stores.Clock);
        var room = await house.RoomAsync(ann);
        using var look = await house.Feeds.OpenAsync(ann, room, () => { }, default);
        var feed = house.Feeds.Find(room)!;
        await feed.WhenIdleAsync();
        clock.Advance(TimeSpan.FromSeconds(1));
        var before = feed.Reads;
        for (var refresh = 1; refresh <= 50; refresh++)
        {
            look.Refresh();
            await Eventually.TrueAsync(() => feed.Reads >= before + Math.Min(refresh, 2));
            if (refresh <= 2)
            {
                // A request that came before the one before it had ended would wait for the clock, which stands meanwhile.
                await feed.WhenRefreshedAsync();
                await feed.WhenIdleAsync();
            }

            clock.Advance(TimeSpan.FromMilliseconds(20));
        }

        // The clock stands: what is posted is read at once, or not at all.
        await house.PostAsync(ann, room, "hello");
        await Eventually.TrueAsync(() => look.Current!.Room.Messages.Length == 1);
        Assert.Equal(before + 3, feed.Reads);
    }

    [Fact]
    public async Task Feed_MemberRemoved_HandsOutNothing()
    {
        await using var house = await ChatHouse.CreateAsync(clock: TimeProvider.System);
        var ann = await house.PersonAsync("Ann");
        var bob = await house.PersonAsync("Bob");
        var room = await house.RoomAsync(ann, isOpen: false);
        await house.BringInAsync(ann, room, bob);
        var told = 0;
        using var look = await house.Feeds.OpenAsync(bob, room, () => Interlocked.Increment(ref told), default);
        Assert.NotNull(look.Current);

        await house.Members.RemoveAsync(ann, room, bob.UserId, default);

        await Eventually.TrueAsync(() => look.Current is null && told > 0);
    }

    [Fact]
    public async Task Feed_MembershipGoneWithoutASignal_IsNoticedByTheTimer()
    {
        await using var house = await ChatHouse.CreateAsync();
        var ann = await house.PersonAsync("Ann");
        var room = await house.RoomAsync(ann);
        using var look = await house.Feeds.OpenAsync(ann, room, () => { }, default);
        await using (var stores = await house.Stores.Houses.CreateDbContextAsync())
        {
            stores.Memberships.RemoveRange(stores.Memberships.ToList());
            await stores.SaveChangesAsync();
        }

        // Five seconds, in steps: the feed may still be ending the read before, and then its pause begins after the first of them.
        house.Stores.Clock.Advance(TimeSpan.FromSeconds(4.5));
        var left = 5;
        await Eventually.TrueAsync(() =>
        {
            if (left-- > 0)
            {
                house.Stores.Clock.Advance(TimeSpan.FromMilliseconds(100));
            }

            return look.Current is null;
        });
    }

    [Fact]
    public async Task Feed_Stranger_IsRefusedLikeAnAbsentRoom()
    {
        await using var house = await ChatHouse.CreateAsync(clock: TimeProvider.System);
        var ann = await house.PersonAsync("Ann");
        var eve = await house.PersonAsync("Eve");
        var room = await house.RoomAsync(ann, isOpen: false);

        Assert.Equal("NotFound room.notFound", await ChatHouse.RefusalAsync(() => house.Feeds.OpenAsync(eve, room, () => { }, default)));
        Assert.Equal("NotFound room.notFound", await ChatHouse.RefusalAsync(() => house.Feeds.OpenAsync(eve, 999, () => { }, default)));
        Assert.Null(house.Feeds.Find(999));
    }

    [Fact]
    public async Task Feed_ChangedNameOfAPerson_IsShown()
    {
        await using var house = await ChatHouse.CreateAsync(clock: TimeProvider.System);
        var ann = await house.PersonAsync("Ann");
        var room = await house.RoomAsync(ann);
        await house.PostAsync(ann, room, "hello");
        using var look = await house.Feeds.OpenAsync(ann, room, () => { }, default);
        await using (var stores = await house.Stores.Houses.CreateDbContextAsync())
        {
            stores.Users.Single().DisplayName = "Anna";
            await stores.SaveChangesAsync();
        }

        house.Stores.Signals.Publish(ReloadSignal.People);

        await Eventually.TrueAsync(() => look.Current!.Room.Messages[0].AuthorName == "Anna");
    }

    [Fact]
    public void Window_EmptyRoomThenPostsAndAnEditAtOnce_MissesNothing()
    {
        static MessageView Message(long sequence, long change, string text) =>
            new(sequence, 1, sequence, change, "ann", "Ann", text, $"{sequence}", default, null, null);
        var room = new RoomSnapshot(1, "Kitchen", 0, [], false, [], 0);
        var window = new MessageWindow();
        window.Apply(room);

        // The first one was edited after the second was posted: its change comes last.
        window.Apply(room.With([Message(2, 2, "two"), Message(1, 3, "uno")]));

        Assert.Equal(["uno", "two"], window.Items.Select(message => message.Text));
    }

    [Fact]
    public async Task Feed_ChangedNameOfAPerson_IsShownWithOlderMessagesToo()
    {
        await using var house = await ChatHouse.CreateAsync(clock: TimeProvider.System);
        var ann = await house.PersonAsync("Ann");
        var room = await house.RoomAsync(ann);
        using var look = await house.Feeds.OpenAsync(ann, room, () => { }, default);
        await house.PostAsync(ann, room, "hello");
        await Eventually.TrueAsync(() => look.Current!.Room.Changes.Length == 1);
        await using (var stores = await house.Stores.Houses.CreateDbContextAsync())
        {
            stores.Users.Single().DisplayName = "Anna";
            await stores.SaveChangesAsync();
        }

        house.Stores.Signals.Publish(ReloadSignal.People);
        await Eventually.TrueAsync(() => look.Current!.Room.Messages[0].AuthorName == "Anna");

        Assert.Equal("Anna", look.Current!.Room.Changes[0].AuthorName);
    }

    [Fact]
    public async Task Window_HistoryAndNewOnes_StaysWithoutGapsAndBounded()
    {
        await using var house = await ChatHouse.CreateAsync(clock: TimeProvider.System);
        var ann = await house.PersonAsync("Ann");
        var room = await house.RoomAsync(ann);
        await house.PostManyAsync(ann, room, 500);
        using var look = await house.Feeds.OpenAsync(ann, room, () => { }, default);
        var window = new MessageWindow();
        window.Apply(look.Current!.Room);
        Assert.Equal((100, true), (window.Items.Count, window.AtEnd));

        for (var page = 0; page < 3; page++)
        {
            window.AddOlder(await house.Chat.ReadAsync(ann, room, window.Items[0].Sequence, null, 100, default));
        }

        Assert.Equal((101L, 400L, false), (window.Items[0].Sequence, window.Items[^1].Sequence, window.AtEnd));
        var old = await house.Chat.EditAsync(ann, window.Items[5].Id, "edited", null, default);
        var added = await house.PostAsync(ann, room, "new");
        await Eventually.TrueAsync(() => look.Current!.Room.LastChange == added.Change);
        window.Apply(look.Current!.Room);
        Assert.Equal(old.Text, window.Items[5].Text);
        window.AddNewer(await house.Chat.ReadAsync(ann, room, null, window.Items[^1].Sequence, 200, default));
        window.Apply(look.Current!.Room);

        Assert.Equal((true, 501L, MessageWindow.MaxItems), (window.AtEnd, window.Items[^1].Sequence, window.Items.Count));
        Assert.All(window.Items.Zip(window.Items.Skip(1)), pair => Assert.Equal(pair.First.Sequence + 1, pair.Second.Sequence));
    }

    [Fact]
    public async Task Window_WhereMoreWasMissedThanTheSnapshotKnows_KeepsItsPlace_AndIsReadAgain()
    {
        await using var house = await ChatHouse.CreateAsync(clock: TimeProvider.System);
        var ann = await house.PersonAsync("Ann");
        var room = await house.RoomAsync(ann);
        await house.PostManyAsync(ann, room, 150);
        var window = new MessageWindow();
        using (var look = await house.Feeds.OpenAsync(ann, room, () => { }, default))
        {
            window.Apply(look.Current!.Room);
        }

        await house.Chat.EditAsync(ann, window.Items[3].Id, "edited meanwhile", null, default);
        var alone = await house.PostAsync(ann, room, "one more");
        // Nobody else looked: this feed has begun anew and remembers no change.
        using var again = await house.Feeds.OpenAsync(ann, room, () => { }, default);
        window.Apply(again.Current!.Room);

        Assert.Equal((51L, alone.Sequence, true), (window.Items[0].Sequence, window.Items[^1].Sequence, window.AtEnd));
        Assert.True(window.Misses(again.Current!.Room));
        window.Renew([await house.Chat.ReadAsync(ann, room, null, window.Items[0].Sequence - 1, 200, default)]);
        Assert.Equal("edited meanwhile", window.Items[3].Text);
        Assert.False(window.Misses(again.Current!.Room));

        again.Dispose();
        await house.PostManyAsync(ann, room, 120);
        using var later = await house.Feeds.OpenAsync(ann, room, () => { }, default);
        window.Apply(later.Current!.Room);
        Assert.Equal((51L, alone.Sequence, false), (window.Items[0].Sequence, window.Items[^1].Sequence, window.AtEnd));
    }
}

using System.Globalization;
using Bunit;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Rooms;
using MqttChat.Domain.Signals;
using MqttChat.Tests.Support;
using MqttChat.Web.Rooms;
using MqttChat.Web.Shell;

namespace MqttChat.Tests.Rooms;

/// <summary>What a list of rooms tells of the newest message: to members, on one line, by one read for all who look.</summary>
public class RoomListTests : BunitContext
{
    private static readonly DateOnly Today = new(2026, 3, 3);

    [Fact]
    public async Task ListFeed_LastMessage_FollowsPostsEditsDeletionsAndNames_ForMembersOnly()
    {
        await using var house = await ChatHouse.CreateAsync(clock: TimeProvider.System);
        var (ann, bob) = (await house.PersonAsync("Ann"), await house.PersonAsync("Bob"));
        var room = await house.RoomAsync(ann);
        using var anns = await house.Lists.OpenAsync(ann, () => { }, default);
        using var bobs = await house.Lists.OpenAsync(bob, () => { }, default);
        LastMessage? Last() => anns.Current.Single().Last;
        Assert.Null(Last());

        var said = await house.PostAsync(ann, room, "one\n  two\t" + new string('é', 300));
        await Eventually.TrueAsync(() => Last() is { AuthorName: "Ann" } last && last.Text!.StartsWith("one two éé", StringComparison.Ordinal));
        Assert.InRange(Last()!.Text!.Length, 50, LastMessage.MaxTextLength);
        Assert.Equal(ann.UserId, Last()!.AuthorId);
        Assert.Null(bobs.Current.Single().Last);

        await house.Chat.EditAsync(ann, said.Id, "edited", null, default);
        await Eventually.TrueAsync(() => Last()?.Text == "edited");
        await using (var store = await house.Stores.Houses.CreateDbContextAsync())
        {
            await store.Users.Where(user => user.Id == ann.UserId).ExecuteUpdateAsync(set => set.SetProperty(user => user.DisplayName, "Anna"));
        }

        house.Get<SignalHub>().Publish(ReloadSignal.People);
        await Eventually.TrueAsync(() => Last()?.AuthorName == "Anna");
        await house.Chat.DeleteAsync(ann, said.Id, default);
        await Eventually.TrueAsync(() => Last() is { Text: null });

        // Once a member, he sees it; no longer one, he does not.
        await house.Members.JoinAsync(bob, room, default);
        await Eventually.TrueAsync(() => bobs.Current.Single().Last is not null);
        await house.Members.LeaveAsync(bob, room, default);
        await Eventually.TrueAsync(() => bobs.Current.Single().Last is null);
    }

    [SqliteFact]
    public async Task ListFeed_AnyNumberOfViewers_AsksTwiceASignal()
    {
        using var commands = new SqlCommands();
        await using var house = await ChatHouse.CreateAsync();
        commands.Watch(house.Stores.Directory);
        var people = new List<Viewer>();
        for (var person = 0; person < 5; person++)
        {
            people.Add(await house.PersonAsync($"Person {person}"));
        }

        var room = await house.RoomAsync(people[0]);
        var looks = new List<RoomListSubscription>();
        foreach (var person in people)
        {
            looks.Add(await house.Lists.OpenAsync(person, () => { }, default));
        }

        await house.PostAsync(people[0], room, "the first names its author");
        await Eventually.TrueAsync(() => looks[0].Current.Single().Last is not null);
        await house.Lists.WhenIdleAsync();
        house.Stores.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(commands.Count > 0);
        var asked = commands.Count;

        await house.PostAsync(people[0], room, "second");
        await Eventually.TrueAsync(() => looks[0].Current.Single().Last?.Text == "second");
        await house.Lists.WhenIdleAsync();

        // The room's line, and everybody's places; posting itself goes to SQLite without the entities.
        Assert.Equal(asked + 2, commands.Count);
        looks.ForEach(look => look.Dispose());
    }

    [Theory]
    [InlineData("en-GB", "me", "2026-03-03T11:05Z", "hello", "You: hello", "12:05")]
    [InlineData("en-GB", "a", "2026-03-03T11:05Z", "<b>bold</b> & \"q\"", "Ann: <b>bold</b> & \"q\"", "12:05")]
    [InlineData("en-GB", "a", "2026-03-02T22:59Z", null, "Message deleted", "Yesterday")]
    [InlineData("en-GB", "a", "2026-03-02T23:00Z", "after midnight here", "Ann: after midnight here", "00:00")]
    [InlineData("en-GB", "gone", "2026-02-28T12:00Z", "bye", "Former resident: bye", "Saturday")]
    [InlineData("en-GB", "a", "2026-01-09T12:00Z", "hello", "Ann: hello", "9 Jan")]
    [InlineData("ja", "me", "2026-03-02T12:00Z", "停電", "自分：停電", "昨日")]
    [InlineData("ja", "a", "2026-01-09T12:00Z", "停電", "Ann：停電", "1月9日")]
    public void Item_LastMessage_SaysWhoWhatAndWhenInTheViewersZone(string language, string author, string sentAt, string? text, string line, string when)
    {
        var before = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);
        (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (new(language), new(language));
        try
        {
            var last = new LastMessage(author, author == "gone" ? null : "Ann", text, DateTimeOffset.Parse(sentAt, CultureInfo.InvariantCulture));
            var item = Item(new RoomSummary(1, "Kitchen", true, false, MembershipRole.Member, 2, null) { Last = last });

            Assert.Equal(line, item.Find("[data-last]").TextContent);
            Assert.Equal(when, item.Find("[data-last-at]").TextContent);
            Assert.Contains("unread", item.Find("a").ClassList);
            Assert.Empty(item.FindAll("b"));
        }
        finally
        {
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = before;
        }
    }

    [Fact]
    public void Item_RoomNotJoined_HasItsNameOnly()
    {
        var item = Item(new RoomSummary(1, "Kitchen", true, false, null, 0, null));

        Assert.Equal("Kitchen", item.Find("a").TextContent.Trim());
    }

    [Fact]
    public void DayTurns_EachQuarterOfAnHour_TellWhoStillListens()
    {
        var clock = new FakeTimeProvider(new(2026, 3, 2, 23, 59, 50, TimeSpan.Zero));
        using var turns = new DayTurns(clock);
        var (told, gone) = (0, 0);
        using var listening = turns.Subscribe(() => told++);
        turns.Subscribe(() => gone++).Dispose();

        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(0, told);
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(1, told);
        clock.Advance(TimeSpan.FromMinutes(14));
        Assert.Equal(1, told);
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((2, 0), (told, gone));
    }

    [Fact]
    public async Task List_NewestMessageOnTop_ButNothingMovesUnderFocusOrPointer()
    {
        await using var house = await ChatHouse.CreateAsync();
        var clock = house.Stores.Clock;
        var (ann, bob) = (await house.PersonAsync("Ann"), await house.PersonAsync("Bob"));
        var (attic, bath) = (await house.RoomAsync(ann, "Attic"), await house.RoomAsync(ann, "Bath"));
        await house.RoomAsync(ann, "Cellar");
        await house.RoomAsync(bob, "Door");
        var list = List(house, ann);
        async Task SayAsync(int room)
        {
            clock.Advance(TimeSpan.FromSeconds(2));
            await house.PostAsync(ann, room, $"said at {clock.GetUtcNow():T}");
        }

        // Readings and renderings are paced by the clock.
        Task StandsAsync(string names, int? saidIn = null) => Eventually.TrueAsync(() =>
        {
            clock.Advance(TimeSpan.FromMilliseconds(250));
            return names == string.Join(' ', list.FindAll(".name").Select(name => name.TextContent))
                && (saidIn is null || list.Find($"a[href='/rooms/{saidIn}'] [data-last]").TextContent.Contains("said at", StringComparison.Ordinal));
        });

        // The pause may begin a little after the event.
        Task LeftAsync(Task leaving) => Eventually.TrueAsync(() =>
        {
            clock.Advance(RoomList.Settle);
            return leaving.IsCompleted;
        });

        await StandsAsync("Attic Bath Cellar Door");
        await SayAsync(bath);
        await StandsAsync("Bath Attic Cellar Door", bath);

        var box = list.Find("nav");
        await box.TriggerEventAsync("onfocusin", new FocusEventArgs());
        await SayAsync(attic);
        await StandsAsync("Bath Attic Cellar Door", attic);
        await house.RoomAsync(ann, "Balcony");
        await StandsAsync("Bath Attic Cellar Balcony Door");
        var leaving = box.TriggerEventAsync("onfocusout", new FocusEventArgs());
        await box.TriggerEventAsync("onpointerenter", new PointerEventArgs());
        await LeftAsync(leaving);
        await StandsAsync("Bath Attic Cellar Balcony Door");
        leaving = box.TriggerEventAsync("onpointerleave", new PointerEventArgs());
        await LeftAsync(leaving);
        await StandsAsync("Attic Bath Balcony Cellar Door");

        await box.TriggerEventAsync("onpointerenter", new PointerEventArgs());
        clock.Advance(RoomList.PointerHoldsFor);
        await SayAsync(bath);
        await StandsAsync("Bath Attic Balcony Cellar Door");
    }

    private IRenderedComponent<RoomList> List(ChatHouse house, Viewer viewer)
    {
        Services.AddLocalization().AddSingleton(house.Lists).AddSingleton(house.Members).AddSingleton(house.Invitations).AddSingleton<RefusalMessages>().AddSingleton(Households.Of()).AddSingleton<CircuitLink>().AddSingleton<DayTurns>()
            .AddSingleton<IHttpContextAccessor, HttpContextAccessor>().AddSingleton<TimeProvider>(house.Stores.Clock);
        return Render<RoomList>(parameters => parameters.Add(list => list.Viewer, viewer));
    }

    private IRenderedComponent<RoomListItem> Item(RoomSummary room)
    {
        Services.AddLocalization();
        return Render<RoomListItem>(parameters => parameters
            .Add(item => item.Room, room)
            .Add(item => item.Viewing, new RoomListViewing("me", TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"), Today)));
    }
}

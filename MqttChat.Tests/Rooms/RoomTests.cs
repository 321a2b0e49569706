using System.Globalization;
using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Chat;
using MqttChat.Domain.Rooms;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Rooms;

public class RoomTests
{
    [Fact]
    public async Task List_ShowsMineAndOpenOnes_NothingElse()
    {
        await using var house = await ChatHouse.CreateAsync();
        var ann = await house.PersonAsync("Ann");
        var bob = await house.PersonAsync("Bob");
        await house.RoomAsync(ann, "Open");
        await house.RoomAsync(ann, "Closed", isOpen: false);
        await house.RoomAsync(bob, "Bob's", isOpen: false);

        var rooms = await house.Rooms.ListAsync(bob, default);

        Assert.Equal([("Bob's", true), ("Open", false)], rooms.Select(room => (room.Name, room.IsMember)));
    }

    [Fact]
    public async Task Unread_CountsOthersNewMessages_UpTo100()
    {
        await using var house = await ChatHouse.CreateAsync(clock: TimeProvider.System);
        var ann = await house.PersonAsync("Ann");
        var bob = await house.PersonAsync("Bob");
        var room = await house.RoomAsync(ann);
        await house.PostAsync(ann, room, "before");
        await house.Members.JoinAsync(bob, room, default);
        async Task<int> Unread() => (await house.Rooms.ListAsync(bob, default)).Single().Unread;
        Assert.Equal(0, await Unread());

        var first = await house.PostAsync(ann, room, "one");
        await house.PostAsync(ann, room, "two");
        await house.PostAsync(bob, room, "own");
        Assert.Equal(2, await Unread());

        await house.Chat.DeleteAsync(ann, first.Id, default);
        Assert.Equal(1, await Unread());

        house.Chat.MarkRead(bob, room, 99);
        house.Chat.MarkRead(bob, room, 4);
        await Eventually.TrueAsync(async () => await Unread() == 1);
        await house.PostManyAsync(ann, room, 110);
        Assert.Equal(RoomSummary.MaxUnread, await Unread());
    }

    [Fact]
    public async Task ListFeed_PostAndReadMark_TellOnlyWhoseListChanged()
    {
        await using var house = await ChatHouse.CreateAsync(clock: TimeProvider.System);
        var ann = await house.PersonAsync("Ann");
        var bob = await house.PersonAsync("Bob");
        var eve = await house.PersonAsync("Eve");
        var room = await house.RoomAsync(ann, isOpen: false);
        await house.BringInAsync(ann, room, bob);
        var eveTold = 0;
        using var bobs = await house.Lists.OpenAsync(bob, () => { }, default);
        using var eves = await house.Lists.OpenAsync(eve, () => eveTold++, default);
        await house.Lists.WhenIdleAsync();

        var message = await house.PostAsync(ann, room, "hello");
        await Eventually.TrueAsync(() => bobs.Current.Single().Unread == 1);
        house.Chat.MarkRead(bob, room, message.Sequence);
        await Eventually.TrueAsync(() => bobs.Current.Single().Unread == 0);

        Assert.Empty(eves.Current);
        Assert.Equal(1, eveTold);
    }

    [Theory]
    [InlineData("owner", "ok", "ok", "ok")]
    [InlineData("staff", "ok", "ok", "NotFound room.notFound")]
    [InlineData("member", "Forbidden room.notOwner", "ok", "ok")]
    [InlineData("stranger", "NotFound room.notFound", "NotFound room.notFound", "NotFound room.notFound")]
    public async Task Operations_ByRoleInAClosedRoom_AreAnsweredBy(string role, string manage, string look, string read)
    {
        await using var house = await ChatHouse.CreateAsync();
        var people = new Dictionary<string, Viewer>();
        foreach (var name in new[] { "owner", "member", "staff", "stranger", "other" })
        {
            people[name] = await house.PersonAsync(name, name == "staff");
        }

        var room = await house.RoomAsync(people["owner"], isOpen: false);
        await house.BringInAsync(people["owner"], room, people["member"]);
        var viewer = people[role];

        Assert.Equal(manage, await AnswerAsync(() => house.Rooms.RenameAsync(viewer, room, "Other", default)));
        Assert.Equal(manage, await AnswerAsync(() => house.Rooms.SetMembersMaySwitchAsync(viewer, room, true, default)));
        Assert.Equal(manage, await AnswerAsync(() => house.Members.AddAsync(viewer, room, people["other"].UserId, default)));
        Assert.Equal(manage, await AnswerAsync(() => house.Members.CandidatesAsync(viewer, room, "o", 10, default)));
        Assert.Equal(manage, await AnswerAsync(() => house.Members.RemoveAsync(viewer, room, people["other"].UserId, default)));
        Assert.Equal(look, await AnswerAsync(() => house.Members.ListAsync(viewer, room, 0, 10, default)));
        Assert.Equal(look, await AnswerAsync(() => house.Rooms.FindAsync(viewer, room, default)));
        Assert.Equal(read, await AnswerAsync(() => house.Chat.ReadAsync(viewer, room, null, null, 10, default)));
        Assert.Equal(read, await AnswerAsync(() => house.Chat.ChangesAsync(viewer, room, 0, 10, default)));
        Assert.Equal(read, await AnswerAsync(() => house.PostAsync(viewer, room, "hello")));
        Assert.Equal(
            role is "owner" or "member" ? "ok" : "NotFound room.notFound",
            await AnswerAsync(() => house.Members.JoinAsync(viewer, room, default)));
        Assert.Equal(
            await AnswerAsync(() => house.Rooms.FindAsync(people["stranger"], 999, default)),
            await AnswerAsync(() => house.Rooms.FindAsync(people["stranger"], room, default)));
    }

    [Fact]
    public async Task ListFeed_DatabaseAway_IsARefusal()
    {
        await using var house = await ChatHouse.CreateAsync();
        var ann = await house.PersonAsync("Ann");
        await house.Stores.HouseSqlAsync("ALTER TABLE \"Rooms\" RENAME TO \"Away\"");

        Assert.Equal("Unavailable room.tryAgain", await ChatHouse.RefusalAsync(() => house.Lists.OpenAsync(ann, () => { }, default)));
        Assert.Empty(house.Lists.Current(ann.UserId));
    }

    [Fact]
    public void List_Order_DoesNotDependOnWhoseThreadReads()
    {
        // A Japanese dictionary has 亜 before 一, code points the other way round.
        RoomLine[] rooms = [new(1, "亜", true, false, null), new(2, "一", true, false, null)];
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("ja");
            var japanese = RoomLists.Compose(rooms, new Dictionary<int, MembershipLine>(), new Dictionary<int, string>());
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("en");
            var english = RoomLists.Compose(rooms, new Dictionary<int, MembershipLine>(), new Dictionary<int, string>());

            Assert.Equal(japanese, english);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public async Task Leave_LastOwner_HandsTheRoomToTheLongestMember()
    {
        await using var house = await ChatHouse.CreateAsync();
        var ann = await house.PersonAsync("Ann");
        var bob = await house.PersonAsync("Bob");
        var cat = await house.PersonAsync("Cat");
        var room = await house.RoomAsync(ann);
        house.Stores.Clock.Advance(TimeSpan.FromMinutes(1));
        await house.Members.JoinAsync(bob, room, default);
        await house.Members.JoinAsync(bob, room, default);
        house.Stores.Clock.Advance(TimeSpan.FromMinutes(1));
        await house.Members.JoinAsync(cat, room, default);

        await house.Members.LeaveAsync(ann, room, default);

        var members = (await house.Members.ListAsync(cat, room, 0, 10, default)).Items;
        Assert.Equal([("Bob", MembershipRole.Owner), ("Cat", MembershipRole.Member)], members.Select(member => (member.Name, member.Role)));
    }

    [Fact]
    public async Task Everyone_CannotBeLeft()
    {
        await using var house = await ChatHouse.CreateAsync();
        var ann = await house.PersonAsync("Ann");
        var staff = await house.PersonAsync("Staff", isStaff: true);
        await using (var stores = await house.Stores.Houses.CreateDbContextAsync())
        {
            await EveryoneRoom.AddAsync(stores, ann.UserId, house.Stores.Clock.GetUtcNow(), default);
            await EveryoneRoom.AddAsync(stores, staff.UserId, house.Stores.Clock.GetUtcNow(), default);
            await EveryoneRoom.AddAsync(stores, ann.UserId, house.Stores.Clock.GetUtcNow(), default);
        }

        var room = Assert.Single(await house.Rooms.ListAsync(ann, default));
        Assert.True(room.IsEveryone && room.IsMember);
        Assert.Equal("Conflict room.everyone", await ChatHouse.RefusalAsync(() => house.Members.LeaveAsync(ann, room.Id, default)));
        Assert.Equal("Conflict room.everyone", await ChatHouse.RefusalAsync(() => house.Members.RemoveAsync(staff, room.Id, ann.UserId, default)));
    }

    [Theory]
    [InlineData("", "room.nameEmpty")]
    [InlineData(" \u3000", "room.nameEmpty")]
    [InlineData("a\nb", "room.nameUnreadable")]
    public async Task Create_BadName_IsRefused(string name, string code)
    {
        await using var house = await ChatHouse.CreateAsync();
        var ann = await house.PersonAsync("Ann");

        Assert.Equal($"Invalid {code}", await ChatHouse.RefusalAsync(() => house.RoomAsync(ann, name)));
        Assert.Equal("Invalid room.nameTooLong", await ChatHouse.RefusalAsync(() => house.RoomAsync(ann, new string('x', 101))));
    }

    private static async Task<string> AnswerAsync(Func<Task> act)
    {
        try
        {
            await act();
            return "ok";
        }
        catch (Domain.RefusedException refusal)
        {
            return $"{refusal.Kind} {refusal.Code}";
        }
    }
}

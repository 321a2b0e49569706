using MqttChat.Domain;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Rooms;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Rooms;

/// <summary>One person cannot fill the house with rooms, and staff see who fills it and clear it.</summary>
public class RoomLimitTests
{
    [Fact]
    public async Task Rooms_OfOneResident_AreLimited_WhateverIsPressedAtOnce()
    {
        await using var house = await ChatHouse.CreateAsync(limits: new() { RoomsPerPerson = 3, NewRoomsPerPersonPerMinute = 0 });
        await house.Stores.AddHouseAsync();
        var (ann, bob, staff) = (await house.PersonAsync("Ann"), await house.PersonAsync("Bob"), await house.PersonAsync("Sam", isStaff: true));

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() => AnswerAsync(house, ann))));

        Assert.Equal(3, answers.Count(answer => answer == "made"));
        Assert.Equal(7, answers.Count(answer => answer == "room.tooManyOfOne"));
        Assert.Equal("made", await AnswerAsync(house, bob));
        for (var room = 0; room < 5; room++)
        {
            Assert.Equal("made", await AnswerAsync(house, staff));
        }

        // Neither leaving nor archiving makes place for more; deleting does.
        var mine = (await house.Rooms.ListAsync(ann, default)).Where(room => room.IsMember).Select(room => room.Id).ToList();
        await house.Members.LeaveAsync(ann, mine[0], default);
        await house.Rooms.SetArchivedAsync(ann, mine[1], true, default);
        Assert.Equal("room.tooManyOfOne", await AnswerAsync(house, ann));
        await house.Rooms.DeleteAsync(ann, mine[2], default);
        Assert.Equal("made", await AnswerAsync(house, ann));
    }

    [Fact]
    public async Task Rooms_OfAllResidents_LeavePlaceForStaff()
    {
        await using var house = await ChatHouse.CreateAsync();
        var (ann, staff) = (await house.PersonAsync("Ann"), await house.PersonAsync("Sam", isStaff: true));
        await FillAsync(house, "somebody gone", RoomLists.MaxRooms - RoomDirectory.StaffReserve - 1);

        Assert.Equal("made", await AnswerAsync(house, ann));
        Assert.Equal("room.tooMany", await AnswerAsync(house, ann));
        Assert.Equal("made", await AnswerAsync(house, staff));
        await FillAsync(house, "somebody gone", RoomDirectory.StaffReserve - 1);
        Assert.Equal("room.tooMany", await AnswerAsync(house, staff));
    }

    [Fact]
    public async Task Rooms_InAHurry_AreRefusedUntilAMomentLater()
    {
        await using var house = await ChatHouse.CreateAsync(limits: new() { RoomsPerPerson = 0, NewRoomsPerPersonPerMinute = 2 });
        var (ann, bob) = (await house.PersonAsync("Ann"), await house.PersonAsync("Bob"));
        Assert.Equal(["made", "made", "room.tooFast"], [await AnswerAsync(house, ann), await AnswerAsync(house, ann), await AnswerAsync(house, ann)]);
        Assert.Equal("made", await AnswerAsync(house, bob));

        house.Stores.Clock.Advance(TimeSpan.FromSeconds(31));

        Assert.Equal("made", await AnswerAsync(house, ann));
    }

    [Fact]
    public async Task Holdings_ShowWhoFillsWhat_AndAreClearedByStaff()
    {
        await using var house = await ChatHouse.CreateAsync();
        var (ann, bob, staff) = (await house.PersonAsync("Ann"), await house.PersonAsync("Bob"), await house.PersonAsync("Sam", isStaff: true));
        await FillAsync(house, ann.UserId, 45);
        var kept = await house.RoomAsync(bob, "Bob's");
        await house.Members.AddAsync(bob, kept, ann.UserId, default);
        await MakeAsync(house, bob.UserId);
        var holdings = house.Get<Holdings>();
        async Task<string> ShownAsync(HoldingOrder order = HoldingOrder.Rooms) => string.Join(' ', (await holdings.ListAsync(staff, order, 0, 10, default)).Items
            .Select(one => $"{one.Name}:{one.Rooms}+{one.ArchivedRooms}/{one.RoomInvitations}/{one.Invitations}/{one.Tags}"));

        Assert.Equal("Ann:45+0/0/0/0 Bob:1+0/1/1/2", await ShownAsync());
        Assert.Equal("Bob:1+0/1/1/2 Ann:45+0/0/0/0", await ShownAsync(HoldingOrder.Tags));
        Assert.Equal((1, 2), (await holdings.ListAsync(staff, HoldingOrder.Rooms, 1, 1, default)) is var page ? (page.Items.Count, page.Total) : default);

        var archived = await holdings.ArchiveRoomsAsync(staff, ann.UserId, default);
        Assert.Equal("Ann:0+45/0/0/0 Bob:1+0/1/1/2", await ShownAsync());
        await holdings.UnarchiveRoomsAsync(staff, archived, default);
        Assert.Equal("Ann:45+0/0/0/0 Bob:1+0/1/1/2", await ShownAsync());

        Assert.Equal(45, await holdings.DeleteRoomsAsync(staff, ann.UserId, default));
        Assert.Equal((1, 1, 2), (
            await holdings.WithdrawRoomInvitationsAsync(staff, bob.UserId, default), (await holdings.RevokeInvitationsAsync(staff, bob.UserId, default)).Count,
            await holdings.ClearTagsAsync(staff, bob.UserId, default)));
        Assert.Equal("Bob:1+0/0/0/0", await ShownAsync());
        Assert.Equal(kept, Assert.Single(await house.Rooms.AllAsync(staff, default)).Id);
        Assert.Equal("Forbidden room.staffOnly", await ChatHouse.RefusalAsync(() => holdings.DeleteRoomsAsync(ann, bob.UserId, default)));
    }

    private static async Task<string> AnswerAsync(ChatHouse house, Viewer viewer)
    {
        try
        {
            await house.Rooms.CreateAsync(viewer, "Room", true, default);
            return "made";
        }
        catch (RefusedException refusal)
        {
            return refusal.Code;
        }
    }

    private static async Task FillAsync(ChatHouse house, string maker, int count)
    {
        await using var store = await house.Stores.Houses.CreateDbContextAsync();
        store.Rooms.AddRange(Enumerable.Range(0, count).Select(number => new Room { Name = $"{number}", IsOpen = true, CreatedById = maker, CreatedAt = house.Stores.Clock.GetUtcNow() }));
        await store.SaveChangesAsync();
    }

    private static async Task MakeAsync(ChatHouse house, string maker)
    {
        await using var store = await house.Stores.Houses.CreateDbContextAsync();
        var now = house.Stores.Clock.GetUtcNow();
        store.Invitations.Add(new() { CodeHash = "a", Role = Roles.Resident, UsesLeft = 1, ExpiresAt = now.AddDays(1), CreatedAt = now, CreatedById = maker });
        store.Invitations.Add(new() { CodeHash = "b", Role = Roles.Resident, UsesLeft = 1, ExpiresAt = now.AddDays(-1), CreatedAt = now, CreatedById = maker });
        store.UserTags.AddRange(new() { UserId = maker, Key = "unit", Value = "203" }, new() { UserId = maker, Key = "floor", Value = "2" });
        await store.SaveChangesAsync();
    }
}

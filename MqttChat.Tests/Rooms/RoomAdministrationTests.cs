using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Chat;
using MqttChat.Domain.Rooms;
using MqttChat.Domain.Signals;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Rooms;

/// <summary>Opening, closing, archiving and deleting rooms, by their owners and by staff.</summary>
public class RoomAdministrationTests : IAsyncLifetime
{
    private ChatHouse _house = null!;
    private Viewer _owner = null!;
    private Viewer _other = null!;
    private Viewer _staff = null!;
    private int _room;

    private RoomDirectory Rooms => _house.Rooms;

    private RoomMembers Members => _house.Members;

    private ChatRooms Chat => _house.Chat;

    public async Task InitializeAsync()
    {
        _house = await ChatHouse.CreateAsync();
        (_owner, _other, _staff) = (await _house.PersonAsync("Olga"), await _house.PersonAsync("Otto"), await _house.PersonAsync("Sam", isStaff: true));
        _room = (await Rooms.CreateAsync(_owner, "Cellar", true, default)).Id;
    }

    public async Task DisposeAsync() => await _house.DisposeAsync();

    [Fact]
    public async Task Close_KeepsNewcomersOutAndMembersIn()
    {
        await Rooms.SetOpenAsync(_owner, _room, false, default);

        Assert.Equal("room.notFound", await RefusedAsync(() => Members.JoinAsync(_other, _room, default)));
        Assert.DoesNotContain(await Rooms.ListAsync(_other, default), room => room.Id == _room);
        Assert.Contains(await Rooms.ListAsync(_owner, default), room => room.Id == _room);
        await Rooms.SetOpenAsync(_staff, _room, true, default);
        await Members.JoinAsync(_other, _room, default);
    }

    [Fact]
    public async Task Archive_IsReadButNotWrittenInNorJoined_UntilItIsTakenBack()
    {
        var said = await Chat.PostAsync(_owner, _room, "Before", "first", default);

        await Rooms.SetArchivedAsync(_owner, _room, true, default);

        Assert.Equal("room.archived", await RefusedAsync(() => Chat.PostAsync(_owner, _room, "After", "second", default)));
        Assert.Equal("room.archived", await RefusedAsync(() => Chat.EditAsync(_owner, said.Message.Id, "Changed", null, default)));
        Assert.Equal(said.Message.Id, (await Chat.PostAsync(_owner, _room, "Before", "first", default)).Message.Id);
        Assert.Equal("room.notFound", await RefusedAsync(() => Members.JoinAsync(_other, _room, default)));
        Assert.Equal("Before", Assert.Single((await Chat.ReadAsync(_owner, _room, null, null, 10, default)).Items).Text);
        Assert.True(Assert.Single(await Rooms.ListAsync(_owner, default), room => room.Id == _room).IsArchived);
        Assert.DoesNotContain(await Rooms.ListAsync(_other, default), room => room.Id == _room);

        await Rooms.SetArchivedAsync(_staff, _room, false, default);
        await Chat.PostAsync(_owner, _room, "After", "second", default);
    }

    [Fact]
    public async Task Delete_TakesTheMessagesAlong_AndTellsOpenPages()
    {
        await Chat.PostAsync(_owner, _room, "Gone soon", "one", default);
        var told = 0;
        using var rooms = _house.Stores.Signals.Subscribe(ReloadSignal.Rooms, () => told++);
        using var room = _house.Stores.Signals.Subscribe(ReloadSignal.Room(_room), () => told++);

        await Rooms.DeleteAsync(_staff, _room, default);

        Assert.Equal(2, told);
        Assert.Equal("room.notFound", await RefusedAsync(() => Chat.ReadAsync(_owner, _room, null, null, 10, default)));
        Assert.Equal("room.notFound", await RefusedAsync(() => Rooms.DeleteAsync(_staff, _room, default)));
        await using var store = await _house.Stores.Houses.CreateDbContextAsync();
        Assert.False(await store.Messages.AnyAsync(message => message.RoomId == _room) || await store.Memberships.AnyAsync(membership => membership.RoomId == _room));
    }

    [Fact]
    public async Task Candidates_AreFound_HoweverTheNameIsTyped() =>
        Assert.Equal("Otto", Assert.Single((await Members.CandidatesAsync(_owner, _room, "oTT", 5, default)).Items).Name);

    [Fact]
    public async Task Everyone_StaysOpenAndInUse()
    {
        await using (var store = await _house.Stores.Houses.CreateDbContextAsync())
        {
            await EveryoneRoom.AddAsync(store, _staff.UserId, _house.Stores.Clock.GetUtcNow(), default);
        }

        var everyone = (await Rooms.ListAsync(_staff, default)).Single(room => room.IsEveryone).Id;

        foreach (var act in (Func<Task>[])
            [() => Rooms.SetOpenAsync(_staff, everyone, false, default), () => Rooms.SetArchivedAsync(_staff, everyone, true, default), () => Rooms.DeleteAsync(_staff, everyone, default)])
        {
            Assert.Equal("room.everyoneStays", await RefusedAsync(act));
        }
    }

    [Fact]
    public async Task All_ForStaff_HasRoomsTheyAreNotIn()
    {
        await Rooms.SetOpenAsync(_owner, _room, false, default);
        await Chat.PostAsync(_owner, _room, "Hello", "one", default);
        await Rooms.SetArchivedAsync(_owner, _room, true, default);

        var row = Assert.Single(await Rooms.AllAsync(_staff, default), room => room.Id == _room);

        Assert.Equal(("Cellar", false, true, 1, 1L, "Olga"), (row.Name, row.IsOpen, row.IsArchived, row.MemberCount, row.MessageCount, row.CreatedBy));
        Assert.NotNull(row.LastMessageAt);
        Assert.Equal("room.staffOnly", await RefusedAsync(() => Rooms.AllAsync(_owner, default)));
    }

    private static async Task<string> RefusedAsync(Func<Task> act) => (await ChatHouse.RefusalAsync(act)).Split(' ')[1];
}

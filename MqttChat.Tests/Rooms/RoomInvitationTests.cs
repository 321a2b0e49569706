using MqttChat.Domain.Accounts;
using MqttChat.Domain.Rooms;
using MqttChat.Domain.Signals;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Rooms;

/// <summary>Nobody is in a room against their will: a resident asks, the person comes or declines.</summary>
public class RoomInvitationTests : IAsyncLifetime
{
    private ChatHouse _house = null!;
    private Viewer _ann = null!;
    private Viewer _bob = null!;
    private Viewer _staff = null!;
    private int _room;

    public async Task InitializeAsync()
    {
        _house = await ChatHouse.CreateAsync(clock: TimeProvider.System, limits: new() { RoomInvitationsPerPerson = 3, NewRoomInvitationsPerPersonPerMinute = 0 });
        (_ann, _bob, _staff) = (await _house.PersonAsync("Ann"), await _house.PersonAsync("Bob"), await _house.PersonAsync("Sam", isStaff: true));
        await _house.Stores.AddHouseAsync();
        _room = await _house.RoomAsync(_ann, "Choir", isOpen: false);
    }

    public async Task DisposeAsync() => await _house.DisposeAsync();

    [Fact]
    public async Task Add_ByAResident_Asks_AndMakesNobodyAMember()
    {
        await AskAsync();
        await AskAsync();
        await _house.PostAsync(_ann, _room, "hello");

        var line = Assert.Single(await _house.Rooms.ListAsync(_bob, default));
        Assert.Equal(("Choir", false, "Ann", 0), (line.Name, line.IsMember, line.InvitedBy, line.Unread));
        Assert.Null(line.Last);
        Assert.Equal("Ann", Assert.Single((await _house.Members.ListAsync(_ann, _room, 0, 10, default)).Items).Name);
        Assert.Equal("Bob", Assert.Single((await _house.Invitations.ListAsync(_ann, _room, 10, default)).Items).Name);
        Assert.DoesNotContain((await _house.Members.CandidatesAsync(_ann, _room, "", 10, default)).Items, person => person.Name == "Bob");
        Assert.Equal("Forbidden room.notOwner", await ChatHouse.RefusalAsync(async () =>
        {
            await _house.Members.JoinAsync(_bob, _room, default);
            await _house.Invitations.ListAsync(_bob, _room, 10, default);
        }));
    }

    [Fact]
    public async Task Join_OfWhoIsAsked_MakesAMember_WhateverIsPressedTwice()
    {
        await AskAsync();
        await _house.PostAsync(_ann, _room, "before");

        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Task.Run(() => _house.Members.JoinAsync(_bob, _room, default))));

        var line = Assert.Single(await _house.Rooms.ListAsync(_bob, default));
        Assert.Equal((true, null, 0), (line.IsMember, line.InvitedBy, line.Unread));
        Assert.Empty((await _house.Invitations.ListAsync(_ann, _room, 10, default)).Items);
    }

    [Fact]
    public async Task Decline_IsRemembered_AndOnlyStaffAddThen()
    {
        await AskAsync();
        await _house.Invitations.DeclineAsync(_bob, _room, default);

        Assert.Empty(await _house.Rooms.ListAsync(_bob, default));
        Assert.Equal("Conflict room.declined", await ChatHouse.RefusalAsync(AskAsync));
        await _house.Members.RemoveAsync(_ann, _room, _bob.UserId, default);
        Assert.Equal("Conflict room.declined", await ChatHouse.RefusalAsync(AskAsync));
        foreach (var act in (Func<Task>[])
            [() => _house.Members.JoinAsync(_bob, _room, default), () => _house.Invitations.DeclineAsync(_bob, _room, default),
                () => _house.PostAsync(_bob, _room, "let me in"), () => _house.Chat.ReadAsync(_bob, _room, null, null, 10, default)])
        {
            Assert.Equal("NotFound room.notFound", await ChatHouse.RefusalAsync(act));
        }

        await _house.Members.AddAsync(_staff, _room, _bob.UserId, default);
        Assert.True(Assert.Single(await _house.Rooms.ListAsync(_bob, default)).IsMember);
        await _house.Members.LeaveAsync(_bob, _room, default);
        await AskAsync();
    }

    [Fact]
    public async Task WhoIsAsked_LooksIn_AndWritingIsComingIn()
    {
        await _house.PostAsync(_ann, _room, "hello");
        await AskAsync();
        using var look = await _house.Feeds.OpenAsync(_bob, _room, () => { }, default);

        Assert.Equal("hello", Assert.Single((await _house.Chat.ReadAsync(_bob, _room, null, null, 10, default)).Items).Text);
        Assert.NotEmpty((await _house.Chat.ChangesAsync(_bob, _room, 0, 10, default)).Items);
        Assert.NotNull(look.Current);
        Assert.False(Assert.Single(await _house.Rooms.ListAsync(_bob, default)).IsMember);

        await _house.PostAsync(_bob, _room, "here I am");
        Assert.True(Assert.Single(await _house.Rooms.ListAsync(_bob, default)).IsMember);
    }

    [Fact]
    public async Task Withdrawn_Archived_OrDeleted_AnInvitationLetsNobodyIn()
    {
        await AskAsync();
        using var look = await _house.Feeds.OpenAsync(_bob, _room, () => { }, default);
        using var list = await _house.Lists.OpenAsync(_bob, () => { }, default);
        Assert.Equal("Ann", Assert.Single(list.Current).InvitedBy);

        await _house.Members.RemoveAsync(_ann, _room, _bob.UserId, default);
        await Eventually.TrueAsync(() => look.Current is null && list.Current.Count == 0, what: "nothing is shown any more");
        Assert.Equal("NotFound room.notFound", await ChatHouse.RefusalAsync(() => _house.Members.JoinAsync(_bob, _room, default)));

        await AskAsync();
        await _house.Rooms.SetArchivedAsync(_ann, _room, true, default);
        Assert.Empty(await _house.Rooms.ListAsync(_bob, default));
        Assert.Equal("NotFound room.notFound", await ChatHouse.RefusalAsync(() => _house.Members.JoinAsync(_bob, _room, default)));
        Assert.Equal("Conflict room.archived", await ChatHouse.RefusalAsync(() => _house.Members.AddAsync(_ann, _room, _staff.UserId, default)));

        await _house.Rooms.DeleteAsync(_ann, _room, default);
        Assert.Empty(await _house.Rooms.ListAsync(_bob, default));
    }

    [Fact]
    public async Task Unanswered_OfOnePerson_AreLimited_AlsoWhenAskedAtOnce()
    {
        var people = new List<Viewer>();
        foreach (var name in (string[])["C", "D", "E", "F", "G"])
        {
            people.Add(await _house.PersonAsync(name));
        }

        var answers = await Task.WhenAll(people.Select(person => Task.Run(async () =>
        {
            try
            {
                await _house.Members.AddAsync(_ann, _room, person.UserId, default);
                return "asked";
            }
            catch (Domain.RefusedException refusal)
            {
                return refusal.Code;
            }
        })));

        Assert.Equal(3, answers.Count(answer => answer == "asked"));
        Assert.Equal(2, answers.Count(answer => answer == "room.invitationsTooMany"));
    }

    [Fact]
    public async Task Removal_TakenBack_MakesThePersonWhatTheyWere()
    {
        await _house.BringInAsync(_ann, _room, _bob);
        await _house.PostAsync(_ann, _room, "unread");
        Assert.Equal(1, Assert.Single(await _house.Rooms.ListAsync(_bob, default)).Unread);
        var told = 0;
        using var signals = _house.Stores.Signals.Subscribe(ReloadSignal.Rooms, () => told++);

        var removed = await _house.Members.RemoveAsync(_ann, _room, _bob.UserId, default);
        await _house.Members.RestoreAsync(_ann, removed!, default);

        Assert.Equal((true, 1), (Assert.Single(await _house.Rooms.ListAsync(_bob, default)).IsMember, Assert.Single(await _house.Rooms.ListAsync(_bob, default)).Unread));
        Assert.Equal(2, told);
        Assert.Null(await _house.Members.RemoveAsync(_ann, _room, _staff.UserId, default));
        Assert.Equal("Conflict room.tooLate", await ChatHouse.RefusalAsync(() => _house.Members.RestoreAsync(
            _ann, new(new() { RoomId = _room, UserId = _staff.UserId }, DateTimeOffset.UtcNow - RoomMembers.Regret - TimeSpan.FromSeconds(1)), default)));
    }

    private Task AskAsync() => _house.Members.AddAsync(_ann, _room, _bob.UserId, default);
}

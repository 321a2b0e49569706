using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Chat;
using MqttChat.Domain.Devices;
using MqttChat.Domain.Rooms;
using MqttChat.Tests.Accounts;

namespace MqttChat.Tests.Rights;

/// <summary>A room of a kind, with messages and a plug in it; or ids of none.</summary>
public sealed record Spot(Place Place, int RoomId, long OwnersMessage, long MembersMessage, int PlugId)
{
    public static readonly Spot Nowhere = new(Place.Absent, 987_654, 987_654, 987_654, 987_654);
}

/// <summary>The whole program, one person of each kind, and rooms in which marks are hidden that must not come out.</summary>
public sealed class RightsHouse : IAsyncLifetime
{
    /// <summary>Stands in messages of rooms.</summary>
    public const string TextMark = "hidden-words-7311";

    /// <summary>The name of rooms that are for members only.</summary>
    public const string NameMark = "Hidden name 7312";

    /// <summary>The name of plugs.</summary>
    public const string PlugMark = "Hidden plug 7313";

    private readonly HouseApp _app = new(
        ("Limits:PostsPerPersonPerMinute", "0"), ("Limits:RoomsPerPerson", "0"), ("Limits:NewRoomsPerPersonPerMinute", "0"),
        ("Limits:RoomInvitationsPerPerson", "0"), ("Limits:NewRoomInvitationsPerPersonPerMinute", "0"));
    private int _plugs;

    public IServiceProvider Services => _app.Services;

    public Dictionary<Person, Viewer> Viewers { get; } = [];

    /// <summary>Each person as a program with a token.</summary>
    public Dictionary<Person, HttpClient> Apis { get; } = [];

    /// <summary>Each person's browser.</summary>
    public Dictionary<Person, HttpClient> Browsers { get; } = [];

    /// <summary>A token by which staff's can be renewed.</summary>
    public string RefreshToken { get; private set; } = "";

    /// <summary>Rooms that nobody changes.</summary>
    public Dictionary<Place, Spot> Spots { get; } = [];

    public async Task InitializeAsync()
    {
        Viewers[Person.Staff] = await _app.SetUpAsync();

        // Who may switch a plug is answered by the broker, too.
        await _app.ConnectedAsync();

        // Whose sign-in shall have run out signs in first; for all others it has only begun.
        await JoinAsync(Person.Expired);
        _app.Clock.Push(TimeSpan.FromDays(31));
        await SignInAsync(Person.Staff, HouseApp.StaffEmail);
        foreach (var person in (Person[])[Person.Stranger, Person.Member, Person.Owner, Person.Removed, Person.Locked])
        {
            await JoinAsync(person);
        }

        Apis[Person.Anonymous] = _app.CreateClient(new() { HandleCookies = false, AllowAutoRedirect = false });
        Browsers[Person.Anonymous] = _app.Browser();
        await _app.WithAsync<People, bool>(async people =>
        {
            await people.AllowSignInAsync(Viewers[Person.Staff], Viewers[Person.Locked].UserId, false, default);
            return true;
        });

        // Pages look at the account once a minute.
        _app.Clock.Push(TimeSpan.FromMinutes(1.1));
        foreach (var place in RightsRules.Places)
        {
            Spots[place] = await MakeAsync(place);
        }
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    /// <summary>A room for one operation that changes it.</summary>
    public async Task<Spot> MakeAsync(Place place, bool membersMaySwitch = false, bool withPlug = true)
    {
        if (place == Place.Absent)
        {
            return Spot.Nowhere;
        }

        var (rooms, members, chat) = (Get<RoomDirectory>(), Get<RoomMembers>(), Get<ChatRooms>());
        var (owner, member, removed) = (Viewers[Person.Owner], Viewers[Person.Member], Viewers[Person.Removed].UserId);
        var room = await rooms.CreateAsync(owner, place == Place.Open ? "Open house" : NameMark, place == Place.Open, default);
        foreach (var person in (Viewer[])[member, Viewers[Person.Removed]])
        {
            await members.AddAsync(owner, room.Id, person.UserId, default);
            await members.JoinAsync(person, room.Id, default);
        }

        var first = await chat.PostAsync(owner, room.Id, TextMark, Guid.NewGuid().ToString("N"), default);
        var second = await chat.PostAsync(member, room.Id, TextMark, Guid.NewGuid().ToString("N"), default);
        await members.RemoveAsync(owner, room.Id, removed, default);
        await rooms.SetMembersMaySwitchAsync(owner, room.Id, membersMaySwitch, default);
        return new(place, room.Id, first.Message.Id, second.Message.Id, withPlug ? await PlugInAsync(room.Id) : 0);
    }

    public T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();

    private async Task<int> PlugInAsync(int roomId)
    {
        var (registry, staff) = (Get<DeviceRegistry>(), Viewers[Person.Staff]);
        var address = string.Create(CultureInfo.InvariantCulture, $"rights{++_plugs}");
        var payload = Encoding.UTF8.GetBytes("""{"POWER":"ON"}""");
        await registry.HearAsync([new HeardRaw($"tele/{address}/STATE", payload, false, _app.Clock.GetUtcNow())], default);
        var id = (await registry.DiscoveredAsync(staff, default)).Single(heard => heard.Plug.Address == address).Plug.Id;
        await registry.AdoptAsync(staff, id, PlugMark, roomId, default);
        return id;
    }

    private async Task JoinAsync(Person person)
    {
        var email = $"{person}@example.org".ToLowerInvariant();
        Viewers[person] = await _app.JoinAsync(Viewers[Person.Staff], email);
        await SignInAsync(person, email);
    }

    private async Task SignInAsync(Person person, string email)
    {
        var (api, tokens) = await _app.ApiAsync(email);
        (Apis[person], Browsers[person]) = (api, await _app.SignedInAsync(email));
        RefreshToken = person == Person.Staff ? tokens.GetProperty("refreshToken").GetString()! : RefreshToken;
    }
}

/// <summary>The matrix of rights runs on one house.</summary>
[CollectionDefinition(Name)]
public sealed class RightsMatrix : ICollectionFixture<RightsHouse>
{
    public const string Name = "rights";
}

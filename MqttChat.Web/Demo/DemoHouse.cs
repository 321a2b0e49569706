using MqttChat.Domain.Accounts;
using MqttChat.Domain.Chat;
using MqttChat.Domain.Rooms;

namespace MqttChat.Web.Demo;

/// <summary>Who lives in the demo house, and its rooms.</summary>
internal sealed record OpenHouse(IReadOnlyList<Viewer> People, IReadOnlyDictionary<DemoRoom, int> Rooms)
{
    public Viewer Staff => People[0];
}

/// <summary>Furnishes the demo house: rooms with their members, and what was said in them before. Once; what is there already is left alone.</summary>
internal sealed class DemoHouse(
    DemoPeople people, DemoMemory memory, DemoWords words, RoomDirectory rooms, RoomMembers members, PastMessages past, ChatRooms chat)
{
    // What a person who was away for an hour has not read: some, and not the same everywhere.
    private static readonly Dictionary<DemoRoom, int> Unread = new() { [DemoRoom.Kitchen] = 2, [DemoRoom.Laundry] = 1, [DemoRoom.QuietFloor] = 3 };

    /// <summary>Null when the house is none of the demo's making.</summary>
    public async Task<OpenHouse?> OpenAsync(CancellationToken cancellation)
    {
        var everybody = await people.MoveInAsync(cancellation);
        if (everybody.Count == 0)
        {
            return null;
        }

        var known = (await rooms.ListAsync(everybody[0], cancellation)).ToList();
        var ids = new Dictionary<DemoRoom, int>();
        foreach (var room in Enum.GetValues<DemoRoom>())
        {
            var found = known.Find(one => room == DemoRoom.Everyone ? one.IsEveryone : one.Name == NameOf(room));
            if (found is not null)
            {
                ids[room] = found.Id;
            }
            else if (!memory.IsFurnished)
            {
                ids[room] = await MakeAsync(room, everybody, cancellation);
            }
        }

        return new OpenHouse(everybody, ids);
    }

    /// <summary>What was said before the first start, and how far people have read.</summary>
    public async Task TellPastAsync(OpenHouse house, CancellationToken cancellation)
    {
        var talk = DemoTalk.Read(words.Lines("Past"), memory.MadeAt, memory.Zone);
        var messages = new List<PastMessage>();
        foreach (var (conversation, number) in talk.Select((conversation, number) => (conversation, number)).OrderBy(one => one.conversation.At))
        {
            var at = conversation.At!.Value;
            foreach (var (line, place) in conversation.Lines.Select((line, place) => (line, place)))
            {
                at += place == 0 ? TimeSpan.Zero : 3 * line.Pause;
                messages.Add(new(house.Rooms[conversation.Room], house.People[line.Person].UserId, line.Text, $"past-{number}-{place}", at));
            }
        }

        await past.StoreAsync(messages, cancellation);
        foreach (var (room, id) in house.Rooms)
        {
            await ReadAsync(house.Staff, room, id, cancellation);
            if (room is DemoRoom.Everyone or DemoRoom.Kitchen or DemoRoom.Laundry or DemoRoom.Lounge)
            {
                await ReadAsync(house.People[1], room, id, cancellation);
            }
        }
    }

    /// <summary>Who belongs to a room, by their number in <see cref="DemoWords.People"/>.</summary>
    public static bool IsMember(DemoRoom room, int person, bool isStaff) => room switch
    {
        DemoRoom.Staff => isStaff,
        DemoRoom.QuietFloor => person is 0 or 2 or 3 or 5 or 7,
        _ => true,
    };

    private string NameOf(DemoRoom room) => words[$"Room-{room}"];

    private async Task<int> MakeAsync(DemoRoom room, IReadOnlyList<Viewer> everybody, CancellationToken cancellation)
    {
        var staff = everybody[0];
        var made = await rooms.CreateAsync(staff, NameOf(room), isOpen: room is not (DemoRoom.Staff or DemoRoom.QuietFloor), cancellation);
        await rooms.SetMembersMaySwitchAsync(staff, made.Id, room is DemoRoom.Kitchen or DemoRoom.Lounge, cancellation);
        foreach (var (person, number) in everybody.Select((person, number) => (person, number)).Skip(1))
        {
            if (IsMember(room, number, person.IsStaff))
            {
                await members.AddAsync(staff, made.Id, person.UserId, cancellation);
            }
        }

        return made.Id;
    }

    private async Task ReadAsync(Viewer viewer, DemoRoom room, int id, CancellationToken cancellation)
    {
        var newest = (await chat.ReadAsync(viewer, id, null, null, 1, cancellation)).Items;
        if (newest is [var last])
        {
            chat.MarkRead(viewer, id, last.Sequence - Unread.GetValueOrDefault(room));
        }
    }
}

using System.Net;
using System.Text.Json;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.EndToEnd;

/// <summary>A believable house, made through the HTTP API and MQTT alone.</summary>
internal sealed class PictureHouse(AppProcess app, PictureWords words) : IDisposable
{
    private static readonly string[] EmailNames = ["oliver", "priya", "lena", "kenji"];

    private readonly Dictionary<int, HouseApi> _people = [];

    public int Kitchen { get; private set; }

    public int Laundry { get; private set; }

    public int Lounge { get; private set; }

    public int Fridge { get; private set; }

    public int Strip { get; private set; }

    public static string[] Settings(PictureWords words) =>
        [.. HouseApi.FirstStaff, $"Accounts:FirstStaff:DisplayName={words.Staff}", $"House:Name={words.House}", $"House:Language={words.Language}", $"House:TimeZone={words.Zone}"];

    /// <summary>People, rooms and what they said.</summary>
    public async Task MoveInAsync()
    {
        var staff = _people[PictureWords.Viewer] = await HouseApi.StaffAsync(app.BaseAddress);
        var code = (await MustAsync(staff.PostAsync("invitations", new { uses = 20 }))).GetProperty("code").GetString();
        for (var person = 0; person < words.People.Length; person++)
        {
            var email = $"{EmailNames[person]}@house.test";
            await MustAsync(staff.PostAsync("register", new { email, password = HousePages.Password, displayName = words.People[person], invitation = code }));
            _people[person] = await HouseApi.LoginAsync(app.BaseAddress, email, HousePages.Password);
        }

        Kitchen = await RoomAsync(words.Kitchen, isOpen: true);
        Laundry = await RoomAsync(words.Laundry, isOpen: true);
        Lounge = await RoomAsync(words.Lounge, isOpen: false);
        await MustAsync(_people[0].PostAsync("rooms", new { name = words.Garden, isOpen = true }));
        await SayAsync(Kitchen, words.Talk);
        await SayAsync(Laundry, words.Notices);
    }

    /// <summary>Plugs that are heard, adopted, and have reported for some hours; some are only heard.</summary>
    public async Task PlugInAsync(MqttTestClient broker)
    {
        var staff = _people[PictureWords.Viewer];
        var plugs = new PicturePlugs(broker);
        await plugs.AppearAsync();
        await Eventually.TrueAsync(async () => PicturePlugs.Topics.All((await staff.PlugsAsync()).ContainsKey), TimeSpan.FromSeconds(30), "all plugs are heard");
        var heard = await staff.PlugsAsync();
        foreach (var (topic, index) in PicturePlugs.Topics.Select((topic, index) => (topic, index)))
        {
            var id = heard[topic].GetProperty("id").GetInt32();
            int? roomId = index < 3 ? Kitchen : index == 3 ? Laundry : index is 4 or 5 ? Lounge : null;
            await MustAsync(staff.PostAsync($"plugs/{id}/adopt", new { name = words.Plugs[index], roomId }));
            (Fridge, Strip) = (topic == "fridge" ? id : Fridge, topic == "desk" ? id : Strip);
        }

        await plugs.LiveAsync();
        await plugs.StrangersAsync();
        await Eventually.TrueAsync(
            async () => (await staff.PlugsAsync()) is var all && all["lamp"].GetProperty("availability").GetString() == "offline" && all.ContainsKey("bedroom-fan"),
            TimeSpan.FromSeconds(60),
            "all reports are stored");
    }

    public void Dispose()
    {
        foreach (var person in _people.Values)
        {
            person.Dispose();
        }
    }

    private async Task<int> RoomAsync(string name, bool isOpen)
    {
        var room = (await MustAsync(_people[PictureWords.Viewer].PostAsync("rooms", new { name, isOpen }))).GetProperty("id").GetInt32();
        for (var person = 0; person < words.People.Length; person++)
        {
            if (isOpen)
            {
                await MustAsync(_people[person].PostAsync($"rooms/{room}/join"));
                continue;
            }

            var id = (await _people[person].GetAsync("me")).GetProperty("id").GetString();
            await MustAsync(_people[PictureWords.Viewer].SendAsync(HttpMethod.Put, $"rooms/{room}/members/{id}"));
            await MustAsync(_people[person].PostAsync($"rooms/{room}/join"));
        }

        return room;
    }

    private async Task SayAsync(int room, IEnumerable<(int Person, string Text)> talk)
    {
        foreach (var (person, text) in talk)
        {
            var said = await MustAsync(_people[person].PostAsync($"rooms/{room}/messages", new { text, clientMessageId = Guid.NewGuid().ToString("N") }));
            if (words.Edited.StartsWith(text.TrimEnd('.'), StringComparison.Ordinal))
            {
                await MustAsync(_people[person].SendAsync(HttpMethod.Patch, $"messages/{said.GetProperty("id").GetInt64()}", new { text = words.Edited }));
            }
        }
    }

    private static async Task<JsonElement> MustAsync(Task<(HttpStatusCode Status, JsonElement Body)> call)
    {
        var (status, body) = await call;
        Assert.True((int)status < 300, $"{status} {body}");
        return body;
    }
}

using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Chat;
using MqttChat.Domain.Devices;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Rooms;
using MqttChat.Domain.Telemetry;
using MqttChat.Tests.Accounts;

namespace MqttChat.Tests.Shell;

/// <summary>
/// A house of earlier days: names that are written from the right and end in a mark that turns what follows. On no page do they turn
/// anything but themselves.
/// </summary>
public sealed partial class TurningNamesTests : IAsyncLifetime
{
    private const string Mark = "בדיקה";
    private const string Turning = Mark + "\u202E";
    private readonly HouseApp _app = new();
    private Viewer _staff = null!;
    private int _room;
    private int _plug;

    public async Task InitializeAsync()
    {
        _staff = await _app.SetUpAsync();
        await _app.ConnectedAsync();
        var resident = await _app.JoinAsync(_staff, "dana@example.org");
        _room = (await Get<RoomDirectory>().CreateAsync(_staff, "Cellar", true, default)).Id;
        var asked = await Get<RoomDirectory>().CreateAsync(resident, "Choir", false, default);
        await Get<RoomMembers>().JoinAsync(resident, _room, default);
        await Get<ChatRooms>().PostAsync(resident, _room, "Hello", "one", default);
        _plug = await PlugInAsync();
        await _app.WithAsync<Invitations, MadeInvitation>(invitations => invitations.MakeAsync(_staff, new(Label: "Somebody"), default));
        await _app.WithAsync<HouseDbContext, int>(async store =>
        {
            store.RoomInvitations.Add(new() { RoomId = asked.Id, UserId = _staff.UserId, InvitedById = resident.UserId, InvitedAt = _app.Clock.GetUtcNow() });
            store.UserTags.Add(new() { UserId = resident.UserId, Key = Turning, Value = Turning });
            await store.SaveChangesAsync();
            return await store.Users.ExecuteUpdateAsync(set => set.SetProperty(user => user.DisplayName, Turning))
                + await store.Rooms.ExecuteUpdateAsync(set => set.SetProperty(room => room.Name, Turning))
                + await store.Plugs.ExecuteUpdateAsync(set => set.SetProperty(plug => plug.Name, Turning))
                + await store.Invitations.ExecuteUpdateAsync(set => set.SetProperty(invitation => invitation.Label, Turning))
                + await store.Houses.ExecuteUpdateAsync(set => set.SetProperty(house => house.Name, Turning));
        });
        await Get<Domain.Accounts.Settings.HouseSettings>().ReadAsync(default);
        await Get<PowerFeed>().RefreshAsync(default);
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Theory]
    [InlineData("en")]
    [InlineData("ja")]
    public async Task EveryPage_WithNamesThatTurnText_IsolatesThem(string language)
    {
        var (staff, resident) = (await _app.SignedInAsync(HouseApp.StaffEmail), await _app.SignedInAsync("dana@example.org"));
        List<string> wrong = [];
        var shown = 0;
        foreach (var (browser, page) in new[]
        {
            (staff, "/rooms"), (staff, "/rooms/new"), (staff, $"/rooms/{_room}"), (staff, $"/rooms/{_room}/members"), (staff, "/rooms/all"), (staff, "/people"),
            (staff, "/people/created"), (staff, "/house"), (staff, "/invitations"), (staff, "/profile"), (staff, "/profile/two-step"), (staff, "/dashboard"),
            (staff, $"/plugs/{_plug}"), (staff, "/plugs/connect"), (staff, "/plugs/new"), (staff, "/status"), (staff, "/account/leave"), (staff, "/nowhere"),
            (resident, "/rooms"), (resident, $"/rooms/{_room}"), (resident, $"/rooms/{_room}/members"), (resident, $"/plugs/{_plug}"), (resident, "/profile"),
            (_app.Browser(), "/account/login"), (_app.Browser(), "/account/register"),
        })
        {
            browser.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);
            var answer = await browser.GetAsync(page);
            var html = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
            foreach (var at in Enumerable.Range(0, html.Length).Where(at => string.CompareOrdinal(html, at, Mark, 0, Mark.Length) == 0))
            {
                shown++;
                if (!Isolates().IsMatch(html[Math.Max(0, at - 300)..at]))
                {
                    wrong.Add($"{page}: {html[Math.Max(0, at - 90)..Math.Min(html.Length, at + 20)]}");
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.InRange(shown, 60, 2000);
    }

    // An element that isolates, the mark that does in plain text, or a field, which shows nothing beside it.
    [GeneratedRegex("(<bdi[^<>]*>|\\u2068|<[^<>]*\\bdir=\"auto\"[^<>]*>|\\bvalue=\")$")]
    private static partial Regex Isolates();

    private T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    private async Task<int> PlugInAsync()
    {
        await Get<DeviceRegistry>().HearAsync(
            [new HeardRaw("tele/fridge/STATE", Encoding.UTF8.GetBytes("""{"POWER":"ON"}"""), false, _app.Clock.GetUtcNow())], default);
        var id = (await Get<DeviceRegistry>().DiscoveredAsync(_staff, default)).Single().Plug.Id;
        await Get<DeviceRegistry>().AdoptAsync(_staff, id, "Fridge", _room, default);
        return id;
    }
}

using System.Net.Http.Json;
using Microsoft.Playwright;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.EndToEnd;

/// <summary>A running house with a member of staff and residents; they are at the API and open pages already signed in.</summary>
public class ChatApp(Chromium chromium) : IAsyncLifetime
{
    private readonly Dictionary<string, string> _signedIn = [];
    private readonly List<IBrowserContext> _open = [];

    public AppProcess App { get; private set; } = null!;

    public HouseApi Staff { get; private set; } = null!;

    public HouseApi Rei { get; private set; } = null!;

    public HouseApi Kenji { get; private set; } = null!;

    /// <summary>Where plugs find the broker in the program.</summary>
    public int BrokerPort { get; } = FreePort.Next();

    /// <summary>What differs from a house's usual settings.</summary>
    protected virtual string[] Settings => [];

    public virtual async Task InitializeAsync()
    {
        App = await AppProcess.StartAsync([
            .. HouseApi.FirstStaff, "Limits:PostsPerPersonPerMinute=0", $"Mqtt:Embedded:Listen=127.0.0.1:{BrokerPort}", .. Settings]);
        Staff = await HouseApi.StaffAsync(App.BaseAddress);
        (Rei, Kenji) = (await JoinAsync("rei"), await JoinAsync("kenji"));
    }

    public virtual async Task DisposeAsync()
    {
        foreach (var api in (HouseApi[])[Staff, Rei, Kenji])
        {
            api.Dispose();
        }

        await App.DisposeAsync();
    }

    /// <summary>Makes a resident; at the API. The others see <paramref name="shown"/>, or the name with a capital.</summary>
    public async Task<HouseApi> JoinAsync(string name, string? shown = null)
    {
        var code = HouseApi.Checked(await Staff.PostAsync("invitations")).GetProperty("code").GetString();
        HouseApi.Checked(await Staff.PostAsync("register", new
        {
            email = Email(name), password = HousePages.Password, displayName = shown ?? char.ToUpperInvariant(name[0]) + name[1..], invitation = code,
        }));
        return await HouseApi.LoginAsync(App.BaseAddress, Email(name), HousePages.Password);
    }

    /// <summary>A plug that reports and obeys, adopted; its id.</summary>
    internal async Task<int> PlugInAsync(MqttTestClient plug, string name)
    {
        await plug.SubscribeAsync($"cmnd/{name}/#");
        await plug.PublishAsync($"tele/{name}/LWT", "Online", retain: true);
        await plug.PublishAsync($"tele/{name}/SENSOR", """{"ENERGY":{"Total":6.294,"Power":87}}""");
        var id = await Staff.AdoptAsync(name);
        // The subscription follows the adoption within moments; a plug simply reports again.
        await Eventually.TrueAsync(
            async () =>
            {
                await plug.PublishAsync($"tele/{name}/SENSOR", """{"ENERGY":{"Total":6.295,"Power":120}}""");
                await plug.PublishAsync($"stat/{name}/RESULT", """{"POWER":"OFF"}""");
                return (await Staff.PlugsAsync())[name].ToString().Contains("120", StringComparison.Ordinal);
            },
            TimeSpan.FromSeconds(20), "the plug's reports are stored");
        return id;
    }

    /// <summary>A browser of that person's own, signed in; over <paramref name="way"/> where the link is to be cut.</summary>
    public async Task<IPage> OpenAsync(string name, string path, TcpFaultProxy? way = null, BrowserNewContextOptions? options = null)
    {
        if (!_signedIn.TryGetValue(name, out var state))
        {
            var first = await chromium.OpenAsync(App.BaseAddress);
            await first.SignInAsync(name == "staff" ? HouseApi.StaffEmail : Email(name), name == "staff" ? HouseApi.StaffPassword : HousePages.Password);
            await first.GotoAsync("/profile");
            _signedIn[name] = state = await first.Context.StorageStateAsync();
            await first.Context.CloseAsync();
        }

        options ??= new BrowserNewContextOptions();
        options.StorageState = state;
        var page = await chromium.OpenAsync(way is null ? App.BaseAddress : new Uri($"http://localhost:{way.Port}"), options);
        _open.Add(page.Context);
        await page.GotoAsync(path);
        return page;
    }

    /// <summary>Opens a room and waits until its composer is live.</summary>
    public async Task<IPage> OpenRoomAsync(string name, int roomId, TcpFaultProxy? way = null, BrowserNewContextOptions? options = null)
    {
        var page = await OpenAsync(name, $"/rooms/{roomId}", way, options);
        await page.Ready().WaitForAsync();
        return page;
    }

    /// <summary>Closes what a test opened.</summary>
    public async Task CloseAllAsync()
    {
        foreach (var context in _open)
        {
            await context.CloseAsync();
        }

        _open.Clear();
    }

    public static string Email(string name) => $"{name}@house.test";
}

/// <summary>What the tests of the chat look at in a room's page.</summary>
internal static class RoomPages
{
    /// <summary>The room's page once it is live.</summary>
    public static ILocator Ready(this IPage page) => page.Locator(".chat[data-ready=true]");

    /// <summary>Own messages that are drawn but not stored.</summary>
    public static ILocator Waiting(this IPage page) => page.Locator("[data-pending] .sent:not(.stored)");

    /// <summary>All messages in the log.</summary>
    public static ILocator Rows(this IPage page) => page.GetByRole(AriaRole.Log).GetByRole(AriaRole.Article);

    public static Task<string[]> TextsAsync(this IPage page) =>
        page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('[data-log] > article .text')].map(text => text.textContent)");

    /// <summary>What a person sees: the log, and own messages that are not in it yet.</summary>
    public static Task<string[]> ShownAsync(this IPage page) => page.EvaluateAsync<string[]>(
        "() => [...document.querySelectorAll('[data-log] > article .text, [data-pending] .sent-text')].map(text => text.textContent)");

    public static ILocatorAssertions Expect(this ILocator locator) => Assertions.Expect(locator);
}

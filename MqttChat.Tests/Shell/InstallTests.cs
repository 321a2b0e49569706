using System.Buffers.Binary;
using System.Net;
using System.Text.Json;
using MqttChat.Tests.Accounts;

namespace MqttChat.Tests.Shell;

/// <summary>What a phone asks for when the house is to become an app; everything but the browser's own part (<c>LostLinkTests</c>).</summary>
public sealed class InstallTests(InstallTests.OneHouse house) : IClassFixture<InstallTests.OneHouse>
{
    private readonly HouseApp _app = house.App;

    [Theory]
    [InlineData("en", "Chat and power for your house")]
    [InlineData("ja", "ハウスのチャットと電力")]
    public async Task Manifest_OfAHouse_HasItsNameLanguageAndIconsOfTheSizesItSays(string language, string description)
    {
        var browser = _app.Browser();
        browser.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);
        using var answer = await browser.GetAsync("/manifest.webmanifest");
        var manifest = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;

        Assert.Equal("application/manifest+json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(("Test house", "Test house", language, description), (Text("name"), Text("short_name"), Text("lang"), Text("description")));
        Assert.Equal(("standalone", "/", "/rooms"), (Text("display"), Text("scope"), Text("start_url")));
        var icons = manifest.GetProperty("icons").EnumerateArray().ToList();
        foreach (var icon in icons)
        {
            using var picture = await browser.GetAsync(icon.GetProperty("src").GetString());
            Assert.Equal(icon.GetProperty("type").GetString(), picture.Content.Headers.ContentType!.MediaType);
            Assert.Equal(icon.GetProperty("sizes").GetString(), SizesOf(await picture.Content.ReadAsByteArrayAsync()));
        }

        Assert.Equal(
            ["any 192x192", "any 512x512", "any any", "maskable 512x512"],
            icons.Select(icon => $"{icon.GetProperty("purpose").GetString()} {icon.GetProperty("sizes").GetString()}").Order(StringComparer.Ordinal));
        string? Text(string name) => manifest.GetProperty(name).GetString();
    }

    [Fact]
    public async Task Page_OfAHouse_NamesManifestAndIconOfApple()
    {
        var html = await _app.Browser().GetStringAsync("/account/login");

        Assert.Contains("rel=\"manifest\" href=\"/manifest.webmanifest\"", html, StringComparison.Ordinal);
        var apple = html.Split("rel=\"apple-touch-icon\" href=\"")[1].Split('"')[0];
        Assert.Equal("180x180", SizesOf(await _app.Browser().GetByteArrayAsync($"/{apple.TrimStart('/')}")));
    }

    [Fact]
    public async Task ServiceWorker_OfTheSameProgram_IsTheSameScript_AndAllThatItKeepsIsThere()
    {
        var browser = _app.Browser();
        using var answer = await browser.GetAsync("/service-worker.js");
        var script = await answer.Content.ReadAsStringAsync();

        Assert.Equal("text/javascript", answer.Content.Headers.ContentType!.MediaType);
        Assert.True(answer.Headers.CacheControl!.NoCache);
        Assert.Matches("^const version = '[0-9a-f]{16}';", script);
        Assert.Equal(script, await browser.GetStringAsync("/service-worker.js"));
        var kept = JsonSerializer.Deserialize<string[]>(script.Split('\n')[1]["const files = ".Length..].TrimEnd(';'))!;
        foreach (var path in (string[])["/offline", .. kept])
        {
            Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(path)).StatusCode);
        }
    }

    [Fact]
    public async Task OfflinePage_ForAnybody_SpeaksBothLanguagesAndNamesNobody()
    {
        var staff = await (await _app.SignedInAsync(HouseApp.StaffEmail)).GetStringAsync("/offline");

        Assert.Contains("Can’t reach the house", staff, StringComparison.Ordinal);
        Assert.Contains("ハウスに接続できません", staff, StringComparison.Ordinal);
        Assert.Equal(await _app.Browser().GetStringAsync("/offline"), staff);
    }

    private static string SizesOf(byte[] picture) =>
        picture is [0x89, (byte)'P', (byte)'N', (byte)'G', ..]
            ? $"{BinaryPrimitives.ReadInt32BigEndian(picture.AsSpan(16))}x{BinaryPrimitives.ReadInt32BigEndian(picture.AsSpan(20))}"
            : "any";

    /// <summary>These tests only read: one house for all.</summary>
    public sealed class OneHouse : IAsyncLifetime
    {
        internal HouseApp App { get; } = new();

        public async Task InitializeAsync() => await App.SetUpAsync();

        public async Task DisposeAsync() => await App.DisposeAsync();
    }
}

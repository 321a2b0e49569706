using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Telemetry;
using MqttChat.Tests.Accounts;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Observability;

/// <summary>The status page as the server draws it.</summary>
public sealed class StatusPageTests : IAsyncLifetime
{
    private readonly HouseApp _app = new();
    private Viewer _staff = null!;

    public async Task InitializeAsync() => _staff = await _app.SetUpAsync();

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task Status_OfAHouseThatIsWell_SaysSoInWords()
    {
        var html = await ReadAsync(html => html.Contains("All good", StringComparison.Ordinal));

        Assert.Contains("this instance", html, StringComparison.Ordinal);
        Assert.Contains("SQLite", html, StringComparison.Ordinal);
        Assert.Contains("None. Everything the plugs sent could be read.", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_InJapanese_SpeaksJapanese()
    {
        var html = await ReadAsync(html => html.Contains("正常", StringComparison.Ordinal), "ja");

        Assert.Contains("システムの状態", html, StringComparison.Ordinal);
        Assert.DoesNotContain("this instance", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_WithDeadLetters_ShowsAPageOfThem_AndTheirReasonInWords()
    {
        await RejectAsync(45);

        var html = await ReadAsync(html => html.Contains("Page 1", StringComparison.Ordinal));

        Assert.Equal(20, html.Split("letters-payload").Length - 1);
        Assert.Contains("Not JSON", html, StringComparison.Ordinal);
        Assert.Contains("nonsense 44", html, StringComparison.Ordinal);
        Assert.DoesNotContain("nonsense 24", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DeadLetters_BeforeOne_AreTheOlderOnes()
    {
        await RejectAsync(5);
        var findings = _app.Services.GetRequiredService<TelemetryFindings>();

        var newest = await findings.DeadLettersAsync(_staff, null, 2, default);
        var older = await findings.DeadLettersAsync(_staff, newest[^1].Id, 2, default);

        Assert.Equal([5, 4, 3, 2], newest.Concat(older).Select(letter => letter.Id));
    }

    [Fact]
    public async Task Status_ForAResident_IsRefused()
    {
        await _app.JoinAsync(_staff, "resident@example.org");
        using var browser = await _app.SignedInAsync("resident@example.org");

        using var answer = await browser.GetAsync("/status");

        Assert.DoesNotContain("SQLite", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.NotEqual(HttpStatusCode.OK, answer.StatusCode);
    }

    private async Task RejectAsync(int count)
    {
        await using var store = await _app.Services.GetRequiredService<IDbContextFactory<TelemetryDbContext>>().CreateDbContextAsync();
        store.DeadLetters.AddRange(Enumerable.Range(0, count).Select(number => new DeadLetter
        {
            Topic = "tele/fridge/SENSOR",
            Payload = System.Text.Encoding.UTF8.GetBytes($"nonsense {number}\n"),
            Reason = "payload.notJson",
            ReceivedAt = _app.Clock.GetUtcNow(),
        }));
        await store.SaveChangesAsync();
    }

    private async Task<string> ReadAsync(Func<string, bool> until, string language = "en")
    {
        using var browser = await _app.SignedInAsync(HouseApp.StaffEmail);
        browser.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);
        var html = "";
        await Eventually.TrueAsync(
            async () => until(html = WebUtility.HtmlDecode(await browser.GetStringAsync("/status"))), what: "the page says so");
        return html;
    }
}

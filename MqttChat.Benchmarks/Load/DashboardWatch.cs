using Microsoft.Playwright;
using MqttChat.Tests.EndToEnd;
using MqttChat.Tests.Support;

namespace MqttChat.Benchmarks.Load;

/// <summary>A number as a browser showed it.</summary>
/// <param name="Plug">Whose.</param>
/// <param name="Watts">What stood there.</param>
/// <param name="At">When the frame with it was drawn, in ms since 1970 by the machine's clock.</param>
internal readonly record struct Painted(int Plug, int Watts, double At);

/// <summary>The dashboard in a real Chromium, with a note of every number in a tile and of the moment it was painted.</summary>
internal sealed class DashboardWatch : IAsyncDisposable
{
    // A frame is drawn right after its animation callbacks; a message posted from one arrives behind the drawing.
    private const string Watch = """
        () => {
          window.painted = [];
          let changed = new Set();
          const channel = new MessageChannel();
          channel.port1.onmessage = () => {
            const at = performance.timeOrigin + performance.now();
            for (const tile of changed) {
              window.painted.push([tile.querySelector('.plug-tile-name').textContent, tile.querySelector('.plug-tile-watts').textContent, at]);
            }
            changed = new Set();
          };
          new MutationObserver(changes => {
            const idle = changed.size === 0;
            for (const change of changes) {
              const node = change.target.nodeType === 1 ? change.target : change.target.parentElement;
              const tile = node && node.closest('.plug-tile');
              if (tile && node.closest('.plug-tile-watts')) changed.add(tile);
            }
            if (idle && changed.size > 0) requestAnimationFrame(() => channel.port2.postMessage(0));
          }).observe(document.body, { subtree: true, childList: true, characterData: true });
        }
        """;

    private readonly Chromium _chromium;
    private readonly IPage _page;

    private DashboardWatch(Chromium chromium, IPage page) => (_chromium, _page) = (chromium, page);

    /// <summary>Signs in, opens the dashboard, waits for its tiles and the chart, and begins to watch.</summary>
    public static async Task<DashboardWatch> OpenAsync(AppProcess app, int tiles)
    {
        var chromium = new Chromium();
        await chromium.InitializeAsync();
        try
        {
            // Tall enough for every tile to be in sight.
            var page = await chromium.OpenAsync(app.BaseAddress, new() { ViewportSize = new() { Width = 1920, Height = 2400 } });
            page.SetDefaultTimeout(60_000);
            await page.SignInAsync(HouseApi.StaffEmail, HouseApi.StaffPassword);
            await page.GotoAsync("/dashboard");
            await Eventually.TrueAsync(async () => await page.Locator(".plug-tile").CountAsync() >= tiles, TimeSpan.FromSeconds(60), "the tiles are there");
            await page.Locator(".power-chart canvas").First.WaitForAsync();
            await page.EvaluateAsync(Watch);
            return new DashboardWatch(chromium, page);
        }
        catch
        {
            await chromium.DisposeAsync();
            throw;
        }
    }

    /// <summary>What was painted since the last call, in order of time.</summary>
    public async Task<IReadOnlyList<Painted>> TakeAsync()
    {
        var rows = await _page.EvaluateAsync<object[][]>("() => window.painted.splice(0)");
        return [.. rows.Where(row => row[1] is string text && text.EndsWith(" W", StringComparison.Ordinal)).Select(row => new Painted(
            int.Parse(((string)row[0])[1..], System.Globalization.CultureInfo.InvariantCulture),
            int.Parse(((string)row[1])[..^2], System.Globalization.CultureInfo.InvariantCulture),
            Convert.ToDouble(row[2], System.Globalization.CultureInfo.InvariantCulture)))];
    }

    public async ValueTask DisposeAsync() => await _chromium.DisposeAsync();
}

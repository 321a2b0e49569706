using Microsoft.Playwright;

namespace MqttChat.Tests.Support;

/// <summary>How a page came to be, as the page itself saw it; times are milliseconds from its navigation on.</summary>
/// <param name="FirstPaint">First contentful paint.</param>
/// <param name="Live">The circuit's first picture came: from here on it answers.</param>
/// <param name="Shift">What moved without anybody's doing, summed as the browser counts it.</param>
/// <param name="Moved">What moved, for the message of a test.</param>
public sealed record PageOpening(double FirstPaint, double Live, double Shift, string Moved)
{
    private const string Watch = """
        window.opening = { shift: 0, moved: [], live: 0 };
        new PerformanceObserver(list => {
          for (const entry of list.getEntries()) {
            if (entry.hadRecentInput) continue;
            opening.shift += entry.value;
            const name = node => node?.nodeType === 1 ? `${node.localName}.${node.className}` : node?.parentElement?.className;
            opening.moved.push(`${entry.value.toFixed(4)} at ${Math.round(entry.startTime)} ms: ${entry.sources.map(source => name(source.node)).join(', ')}`);
          }
        }).observe({ type: 'layout-shift', buffered: true });
        window.WebSocket = class extends WebSocket {
          constructor(...all) {
            super(...all);
            this.addEventListener('message', ({ data }) => {
              if (!opening.live && data instanceof ArrayBuffer && new TextDecoder('latin1').decode(data).includes('JS.RenderBatch'))
                opening.live = performance.now();
            });
          }
        };
        """;

    /// <summary>Pages of this browser watch themselves from now on.</summary>
    public static Task WatchAsync(IBrowserContext browser) => browser.AddInitScriptAsync(Watch);

    /// <summary>Waits for the circuit's first picture.</summary>
    public static Task LiveAsync(IPage page) => page.WaitForFunctionAsync("() => opening.live > 0");

    /// <summary>Opens the page, waits until it is live and <paramref name="ready"/> is there, and for the pictures after that.</summary>
    public static async Task<PageOpening> OfAsync(IPage page, string path, string ready)
    {
        await page.GotoAsync(path);
        // In this order: what was drawn at first goes with the first live picture, and comes again with one of the next.
        await LiveAsync(page);
        await page.Locator(ready).First.WaitForAsync(new() { State = WaitForSelectorState.Attached });
        var times = await page.EvaluateAsync<double[]>("""
            async () => {
              for (let frame = 0; frame < 6; frame++) await new Promise(requestAnimationFrame);
              return [performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0, opening.live, opening.shift];
            }
            """);
        return new PageOpening(times[0], times[1], times[2], await page.EvaluateAsync<string>("() => opening.moved.join('; ')"));
    }
}

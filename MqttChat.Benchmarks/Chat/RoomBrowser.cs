using Microsoft.Playwright;
using MqttChat.Tests.Support;

namespace MqttChat.Benchmarks.Chat;

/// <summary>One person's browser with a room open; it notes on its own clock when a key went down and when a message was painted.</summary>
internal sealed class RoomBrowser
{
    // Both pages run in one Chromium on one machine: timeOrigin + now() is the same clock in both.
    private const string Clock = """
        window.bench = { keys: [], seen: new Map(), bubbles: new Map(), sent: [], came: 0, now: () => performance.timeOrigin + performance.now() };
        window.WebSocket = class extends WebSocket {
          constructor(...all) { super(...all); this.addEventListener('message', () => bench.came = bench.now()); }
          send(data) { bench.sent.push(bench.now()); super.send(data); }
        };
        """;

    // Painted: after the frame in which it is drawn was made, which a task posted from that frame's callback comes behind.
    private const string Watch = """
        () => {
          const paint = (into, key) => {
            if (into.has(key)) return;
            const at = { came: bench.came, changed: bench.now() };
            into.set(key, at);
            requestAnimationFrame(() => {
              at.frame = bench.now();
              const { port1, port2 } = new MessageChannel();
              port1.onmessage = () => at.painted = bench.now();
              port2.postMessage(0);
            });
          };
          document.addEventListener('keydown', event => {
            if (event.key === 'Enter') { bench.keys.push(performance.timeOrigin + event.timeStamp); bench.sent.length = 0; }
          }, true);
          const look = () => {
            for (const text of [...document.querySelectorAll('[data-log] > article .text')].slice(-8))
              if (text.textContent.startsWith('bench-')) paint(bench.seen, text.textContent);
            for (const text of document.querySelectorAll('[data-pending] .sent-text')) paint(bench.bubbles, text.textContent);
          };
          new MutationObserver(look).observe(document.querySelector('.chat'), { childList: true, subtree: true, characterData: true });
        }
        """;

    private readonly IPage _page;

    private RoomBrowser(IPage page) => _page = page;

    public static async Task<RoomBrowser> OpenAsync(Chromium chromium, Uri address, Person person, int roomId)
    {
        var page = await chromium.OpenAsync(address);
        await page.Context.AddCookiesAsync([new() { Name = BenchHouse.CookieName, Value = person.Cookie, Url = address.ToString() }]);
        await page.AddInitScriptAsync(Clock);
        await page.GotoAsync($"/rooms/{roomId}");
        await page.Locator(".chat[data-ready=true]").WaitForAsync();
        await page.EvaluateAsync(Watch);
        return new RoomBrowser(page);
    }

    /// <summary>Types a text and presses Enter, as a real key event of the browser; when that key went down, and when it was sent.</summary>
    public async Task<(double Pressed, double Sent)> SayAsync(string text)
    {
        await _page.Locator("#composer").FillAsync(text);
        await _page.Keyboard.PressAsync("Enter");
        var times = await _page.EvaluateAsync<double[]>("() => [bench.keys.at(-1), bench.sent[0] ?? 0]");
        return (times[0], times[1]);
    }

    /// <summary>When the message was painted in the log.</summary>
    public Task<Painted> SeenAsync(string text) => WhenAsync("seen", text);

    /// <summary>When the own bubble was painted.</summary>
    public Task<Painted> BubbleAsync(string text) => WhenAsync("bubbles", text);

    public Task CloseAsync() => _page.Context.CloseAsync();

    private async Task<Painted> WhenAsync(string which, string text)
    {
        await using var found = await _page.WaitForFunctionAsync(
            "([which, text]) => { const at = bench[which].get(text); return at?.painted && [at.came, at.changed, at.frame, at.painted]; }",
            new[] { which, text }, new() { Timeout = 15_000, PollingInterval = 20 });
        var times = await found.JsonValueAsync<double[]>();
        return new Painted(times[0], times[1], times[2], times[3]);
    }
}

/// <summary>Milliseconds of the browser's clock.</summary>
/// <param name="Came">The last bytes came in over the circuit's link.</param>
/// <param name="Changed">The page's tree has it.</param>
/// <param name="Frame">The next frame begins.</param>
/// <param name="Drawn">That frame is made.</param>
internal sealed record Painted(double Came, double Changed, double Frame, double Drawn);

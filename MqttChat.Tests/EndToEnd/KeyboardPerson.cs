using Microsoft.Playwright;

namespace MqttChat.Tests.EndToEnd;

/// <summary>
/// Somebody without a mouse: presses keys and nothing else. At each stop of Tab the focus must be drawn, lie in the window, have a
/// name, and have moved on in the page's order.
/// </summary>
internal sealed class KeyboardPerson(IPage page)
{
    private const int MostStops = 120;

    // What the page says of its focus: the name that assistive technology gets (as far as our pages name things), and what is wrong.
    private const string Look = """
        () => {
          const at = document.activeElement;
          if (!at || at === document.body) { window.keyboardWas = null; return null; }
          const text = id => document.getElementById(id)?.textContent ?? '';
          const name = (at.getAttribute('aria-label') || at.getAttribute('aria-labelledby')?.split(' ').map(text).join(' ')
            || [...at.labels ?? []].map(label => label.textContent).join(' ') || at.textContent || at.title).replace(/\s+/g, ' ').trim();
          const outlined = one => { const style = getComputedStyle(one); return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1; };
          // A message draws it around its bubble, the composer around its frame, a choice that has another picture around that.
          const seen = at.matches('[type=radio]') && getComputedStyle(at).opacity === '0' ? at.labels[0] : at;
          const drawn = outlined(at) || [...seen.querySelectorAll('.bubble, input + span')].some(outlined)
            || (at.closest('.composer') && getComputedStyle(at.closest('.composer')).boxShadow !== 'none');
          const box = seen.getClientRects()[0] ?? seen.getBoundingClientRect();
          const [x, y] = [box.left + Math.min(box.width, innerWidth) / 2, box.top + Math.min(box.height, 40) / 2];
          const top = document.elementFromPoint(x, y);
          const wrong = [];
          if (!name) wrong.push(`${at.outerHTML.slice(0, 120)} has no name`);
          if (!drawn) wrong.push('its focus is not drawn');
          if (!seen.checkVisibility({ opacityProperty: true, visibilityProperty: true }) || !top || !(seen.contains(top) || top.contains(seen)))
            wrong.push(`it cannot be seen at ${Math.round(x)},${Math.round(y)}`);
          if (window.keyboardWas === at) wrong.push('the focus did not move');
          if (wrong.length === 0) window.keyboardWas = at;
          return [name, wrong.join(', ')];
        }
        """;

    /// <summary>Presses a key, or a chord as "Shift+Tab".</summary>
    public Task PressAsync(string key) => page.Keyboard.PressAsync(key);

    public Task TypeAsync(string text) => page.Keyboard.TypeAsync(text);

    /// <summary>The name of what has the focus; empty when nothing has.</summary>
    public async Task<string> FocusAsync()
    {
        var look = await page.EvaluateAsync<string[]?>($"() => {{ window.keyboardWas = null; return ({Look})(); }}");
        return look?[0] ?? "";
    }

    /// <summary>Waits until something has the focus by itself: after a dialog, or on a new page.</summary>
    public Task FocusesAsync(string name) => Support.Eventually.TrueAsync(
        async () => (await FocusAsync()).Contains(name, StringComparison.Ordinal), TimeSpan.FromSeconds(45), $"the focus is at '{name}'");

    /// <summary>Presses Tab until the focus is there; fails at the first stop with anything wrong, and where it does not come there.</summary>
    public Task TabToAsync(string name) => GoToAsync("Tab", name);

    /// <summary>The same backwards.</summary>
    public Task TabBackToAsync(string name) => GoToAsync("Shift+Tab", name);

    /// <summary>Goes there and presses Enter.</summary>
    public async Task EnterAsync(string name)
    {
        await TabToAsync(name);
        await PressAsync("Enter");
    }

    /// <summary>All stops from here to the end of the page.</summary>
    public async Task<List<string>> StopsToTheEndAsync()
    {
        var stops = new List<string>();
        while (await StopAsync("Tab", stops) is { Length: > 0 })
        {
        }

        return stops;
    }

    private async Task GoToAsync(string key, string name)
    {
        var stops = new List<string>();
        var rounds = 0;
        while (await StopAsync(key, stops) is var stop && !stop.Contains(name, StringComparison.Ordinal))
        {
            // Past the last stop the page has no focus; then it begins again.
            rounds += stop.Length == 0 ? 1 : 0;
            Assert.True(rounds < 2, $"{page.Url}: no stop '{name}', only {string.Join(" | ", stops)}");
        }
    }

    private async Task<string> StopAsync(string key, List<string> stops)
    {
        await PressAsync(key);
        string name = "", wrong = "";
        // What comes into sight by a transition is given its moment.
        for (var until = DateTime.UtcNow.AddSeconds(10); ; await page.EvaluateAsync("() => new Promise(requestAnimationFrame)"))
        {
            if (await page.EvaluateAsync<string[]?>(Look) is not [var foundName, var foundWrong])
            {
                return "";
            }

            (name, wrong) = (foundName, foundWrong);
            if (wrong.Length == 0 || DateTime.UtcNow > until)
            {
                break;
            }
        }

        stops.Add(name);
        Assert.True(wrong.Length == 0, $"{page.Url}: at '{name}' {wrong}. Stops: {string.Join(" | ", stops)}");
        Assert.True(stops.Count < MostStops, $"{page.Url}: no way out of {string.Join(" | ", stops)}");
        return name;
    }
}

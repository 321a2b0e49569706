using System.Collections.Concurrent;
using Microsoft.Playwright;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.EndToEnd;

/// <summary>One person's browser that photographs pages, light and dark, and notes what is wrong with them.</summary>
internal sealed class Camera
{
    private readonly IPage _page;
    private readonly string _suffix;
    private readonly ConcurrentQueue<string> _complaints;

    private Camera(IPage page, string device, string language, ConcurrentQueue<string> complaints)
    {
        (_page, Device, _suffix, _complaints) = (page, device, language, complaints);
        page.Console += (_, line) =>
        {
            if (line.Type == "error" && !line.Text.Contains("status of 404", StringComparison.Ordinal))
            {
                complaints.Enqueue($"{page.Url}: {line.Text}");
            }
        };
        page.PageError += (_, error) => complaints.Enqueue($"{page.Url}: {error}");
        page.Response += (_, answer) =>
        {
            if (answer.Status >= 400 && !answer.Url.EndsWith("/nowhere", StringComparison.Ordinal))
            {
                complaints.Enqueue($"{page.Url}: {answer.Status} for {answer.Url}");
            }
        };
    }

    public IPage Page => _page;

    public string Device { get; }

    public static async Task<Camera> OpenAsync(Chromium chromium, Uri house, PictureWords words, bool phone, ConcurrentQueue<string> complaints)
    {
        var page = await chromium.OpenAsync(house, new BrowserNewContextOptions
        {
            Locale = words.Locale,
            TimezoneId = words.Zone,
            ViewportSize = phone ? new() { Width = 390, Height = 844 } : new() { Width = 1280, Height = 800 },
            HasTouch = phone,
            IsMobile = phone,
            ReducedMotion = ReducedMotion.Reduce,
        });
        page.Context.SetDefaultTimeout(45_000);
        return new Camera(page, phone ? "phone" : "desktop", words.Language, complaints);
    }

    /// <summary>Signs in as the house's staff.</summary>
    public Task SignInAsync() => SignInAsync(HouseApi.StaffEmail, HouseApi.StaffPassword);

    /// <summary>Signs in as somebody.</summary>
    public async Task SignInAsync(string email, string password)
    {
        await _page.GotoAsync("/account/login");
        await _page.FillAsync("#email", email);
        await _page.FillAsync("#password", password);
        await _page.PressAsync("#password", "Enter");
        await _page.WaitForURLAsync("**/rooms**");
    }

    /// <summary>Opens a page, waits until <paramref name="ready"/> can be seen, does what is to be done, and photographs it.</summary>
    public async Task TakeAsync(string name, string path, string ready = "h1", Func<IPage, Task>? act = null)
    {
        await _page.GotoAsync(path);
        await _page.Locator(ready).First.WaitForAsync();
        if (act is not null)
        {
            await act(_page);
        }

        foreach (var scheme in (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark])
        {
            await LightAsync(_page, scheme);
            await _page.ScreenshotAsync(new()
            {
                Path = Path.Combine(ScreenshotFactAttribute.Folder!, $"{name}-{Device}-{scheme.ToString().ToLowerInvariant()}-{_suffix}.png"),
                Animations = ScreenshotAnimations.Disabled,
            });
            foreach (var serious in await Axe.SeriousAsync(_page))
            {
                _complaints.Enqueue($"{name} on the {Device}, {scheme}, {_suffix}: {serious}");
            }
        }

        if (await _page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth > innerWidth || document.querySelector('.mc-main').scrollWidth > document.querySelector('.mc-main').clientWidth"))
        {
            _complaints.Enqueue($"{name} on the {Device} in {_suffix}: scrolls sideways");
        }
    }

    /// <summary>Draws the page light or dark.</summary>
    public static async Task LightAsync(IPage page, ColorScheme scheme)
    {
        var before = await page.EvaluateAsync<string>("() => getComputedStyle(document.body).color");
        await page.EmulateMediaAsync(new() { ColorScheme = scheme });

        // On a busy machine the browser colours the parts of a page one after another, and the page's own ink is not the first.
        await page.WaitForFunctionAsync(
            """
            ([dark, before]) => {
                const probe = document.body.appendChild(document.createElement('span'));
                probe.style.color = 'var(--mc-ink)';
                const [ink, now] = [getComputedStyle(probe).color, getComputedStyle(document.body).color];
                probe.remove();
                return matchMedia('(prefers-color-scheme: dark)').matches === dark && now === ink && (now === before
                    || ![...document.querySelectorAll('body *')].some(one => one.checkVisibility() && getComputedStyle(one).color === before));
            }
            """,
            new object[] { scheme == ColorScheme.Dark, before });
        await page.EvaluateAsync("() => document.fonts.ready.then(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))))");
    }
}

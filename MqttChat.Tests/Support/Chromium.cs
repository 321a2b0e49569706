using Microsoft.Playwright;

namespace MqttChat.Tests.Support;

/// <summary>One headless Chromium for a row of browser tests; each test opens contexts (people) of its own.</summary>
public sealed class Chromium : IAsyncLifetime
{
    /// <summary>How long actions and expectations wait, in milliseconds: it costs time only where a test fails, and a busy machine is no reason to.</summary>
    public const float Patience = 45_000;

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async Task InitializeAsync()
    {
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Program(),
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync",
            ],
        });
    }

    // The shell without a window is the same engine and costs a third of the processor's time.
    private static string Program()
    {
        string[] known = ["/usr/lib/chromium/chromium-headless-shell", "/usr/bin/chromium"];
        return Environment.GetEnvironmentVariable("MQTTCHAT_TEST_CHROMIUM") is { Length: > 0 } path ? path : known.FirstOrDefault(File.Exists) ?? known[^1];
    }

    /// <summary>Another person's browser: cookies of its own.</summary>
    public async Task<IPage> OpenAsync(Uri baseAddress, BrowserNewContextOptions? options = null)
    {
        options ??= new BrowserNewContextOptions();
        options.BaseURL = baseAddress.ToString();
        options.Locale ??= "en-GB";
        options.TimezoneId ??= "Europe/Berlin";
        options.ViewportSize ??= new ViewportSize { Width = 1280, Height = 800 };
        var context = await _browser!.NewContextAsync(options);
        context.SetDefaultTimeout(Patience);
        await context.SlowDownAsync();
        return await context.NewPageAsync();
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }
}

/// <summary>
/// Browser tests share a browser and run one after another, in three rows beside each other that take about as long as each other
/// (<c>tools/slow-tests.py TRX</c> tells how long): this one for those of the chat.
/// </summary>
[CollectionDefinition(Name)]
public sealed class BrowserTests : ICollectionFixture<Chromium>
{
    public const string Name = "browser";

    /// <summary>The row of those that walk through a whole house.</summary>
    public const string Houses = "browser, whole houses";

    /// <summary>The row of those that come into a house or set one up.</summary>
    public const string FirstSteps = "browser, first steps";
}

/// <summary>The second row, with a browser of its own.</summary>
[CollectionDefinition(BrowserTests.Houses)]
public sealed class HouseBrowserTests : ICollectionFixture<Chromium>;

/// <summary>The third row, with a browser of its own.</summary>
[CollectionDefinition(BrowserTests.FirstSteps)]
public sealed class FirstStepsBrowserTests : ICollectionFixture<Chromium>;

using System.Text.RegularExpressions;
using Microsoft.Playwright;
using MqttChat.Domain.Accounts;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.EndToEnd;

/// <summary>A running house with its OpenID Connect provider.</summary>
public sealed class FrontDoor(Chromium chromium) : ChatApp(chromium)
{
    private (string Key, string Value)[] _provider = [];

    internal TestProvider Provider { get; private set; } = null!;

    protected override string[] Settings => [.. _provider.Select(setting => $"{setting.Key}={setting.Value}")];

    public override async Task InitializeAsync()
    {
        Provider = await TestProvider.StartAsync();
        _provider = Provider.Settings;
        await base.InitializeAsync();
        await Provider.AllowAsync(App.BaseAddress);
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await Provider.DisposeAsync();
    }
}

/// <summary>Signing in on a phone, the two ways that need more than a password.</summary>
[Collection(BrowserTests.FirstSteps)]
public sealed class FrontDoorTests(Chromium chromium, FrontDoor house) : IClassFixture<FrontDoor>
{
    [Fact]
    public async Task Provider_FromItsButtonToTheRooms_AndOutAgain()
    {
        house.Provider.User = new("mia", "Mia Stone", "mia@id.test", true, "house-staff");
        var page = await OpenAsync();
        await page.GotoAsync("/account/login?returnUrl=%2Fpeople");

        await page.GetByRole(AriaRole.Link, new() { Name = "Sign in with Elm Street ID" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Go on as Mia Stone" }).ClickAsync();

        // The claim made her staff, at the page that she wanted.
        await page.WaitForURLAsync("**/people");
        await page.GetByText("mia@id.test").WaitForAsync();
        await page.GotoAsync("/rooms");
        await page.GetByRole(AriaRole.Link, new() { NameRegex = new Regex("Everyone") }).First.WaitForAsync();
        await AnswerAfterThePageHeardAsync(page, "**/account/logout");
        await page.Locator(".mc-menu summary").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await page.GetByText("you may still be signed in to Elm Street ID").WaitForAsync();

        await page.GetByRole(AriaRole.Link, new() { Name = "Sign in with Elm Street ID" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Not now" }).ClickAsync();
        await page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "didn’t let you in" }).WaitForAsync();
        await page.Context.CloseAsync();
    }

    // The live page hears that it is signed out, and would lead away by itself, before the form has its answer.
    private static async Task AnswerAfterThePageHeardAsync(IPage page, string path)
    {
        var heard = page.EvaluateAsync("() => new Promise(done => navigation.addEventListener('navigate', event => { if (!event.formData) done(); }))");
        await page.RouteAsync(path, async route =>
        {
            var answer = await route.FetchAsync(new() { MaxRedirects = 0 });
            await heard;
            await route.FulfillAsync(new() { Response = answer });
        });
    }

    [Fact]
    public async Task SecondFactor_SetUpOnThePhone_ThenASignInByCodeAndOneByRecoveryCode()
    {
        var page = await OpenAsync();
        await page.SignInAsync(ChatApp.Email("rei"), HousePages.Password);
        await page.GotoAsync("/profile");
        await page.GetByRole(AriaRole.Link, new() { Name = "Set up or change" }).ClickAsync();
        var key = (await page.Locator("[data-key]").InnerTextAsync()).Replace(" ", "", StringComparison.Ordinal);
        await page.GetByRole(AriaRole.Img, new() { Name = "QR code for the authenticator app" }).WaitForAsync();
        await page.GetByLabel("Current password").FillAsync(HousePages.Password);
        await page.GetByLabel("Code from the app").FillAsync(Code(key, 0));
        await page.GetByRole(AriaRole.Button, new() { Name = "Turn on" }).ClickAsync();
        var recovery = (await page.GetByLabel("Recovery codes").InputValueAsync()).Split('\n');
        await page.GetByRole(AriaRole.Link, new() { Name = "I’ve saved them" }).ClickAsync();
        await page.WaitForURLAsync("**/profile");
        await page.Context.CloseAsync();

        // The app's next code, as the one of the set-up does not work again.
        await (await SecondStepAsync(Code(key, 1), "Code from the app")).Context.CloseAsync();
        await ConfirmAsync(await SecondStepAsync(recovery[0], "Recovery code"), recovery[1]);
    }

    // On a device that needs no code any more, changing the second factor asks for all that there is.
    private static async Task ConfirmAsync(IPage page, string code)
    {
        await page.Locator(".mc-menu summary").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        // The next address must not be opened before the answer is here: the person would still be signed in.
        await page.GetByLabel("Email address").WaitForAsync();
        await page.SignInAsync(ChatApp.Email("rei"), HousePages.Password);
        await page.GotoAsync("/profile/two-step");
        await page.GetByRole(AriaRole.Link, new() { Name = "Confirm it’s you" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Use a recovery code instead" }).ClickAsync();
        // First what only the new form has: the old one's password field stands there until the answer has come.
        await page.GetByLabel("Recovery code").FillAsync(code);
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(HousePages.Password);
        await page.Keyboard.PressAsync("Enter");
        await page.GetByRole(AriaRole.Button, new() { Name = "Turn off" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Turn on" }).WaitForAsync();
        await page.Context.CloseAsync();
    }

    private static string Code(string key, int stepsOn) =>
        AuthenticatorCode.At(key, (DateTimeOffset.UtcNow.ToUnixTimeSeconds() / 30) + stepsOn);

    private async Task<IPage> SecondStepAsync(string code, string label)
    {
        var page = await OpenAsync();
        await page.GotoAsync("/account/login");
        await page.GetByLabel("Email address").FillAsync(ChatApp.Email("rei"));
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(HousePages.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await page.WaitForURLAsync("**/account/second-step**");
        if (label == "Recovery code")
        {
            await page.GetByRole(AriaRole.Link, new() { Name = "Use a recovery code instead" }).ClickAsync();
        }

        await page.GetByLabel(label).FillAsync(code);
        await page.GetByLabel("Don’t ask").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await page.WaitForURLAsync("**/rooms**");
        return page;
    }

    private Task<IPage> OpenAsync() => chromium.OpenAsync(house.App.BaseAddress, new() { ViewportSize = new() { Width = 390, Height = 844 } });
}

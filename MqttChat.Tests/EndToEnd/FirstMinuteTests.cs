using System.Text.RegularExpressions;
using Microsoft.Playwright;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.EndToEnd;

/// <summary>A resident's first minute on a phone: an invitation, a name, a message; then a passkey, and back in by it.</summary>
[Collection(BrowserTests.FirstSteps)]
public sealed class FirstMinuteTests(Chromium chromium)
{
    private static readonly LocatorAssertionsToBeVisibleOptions Patient = new() { Timeout = 45_000 };

    [Fact]
    public async Task Phone_FromInvitationToFirstMessage_TakesANameAndUnder30Seconds_ThenAPasskeySignsIn()
    {
        await using var app = await AppProcess.StartAsync([.. HouseApi.FirstStaff, $"Mqtt:Embedded:Listen=127.0.0.1:{FreePort.Next()}"]);

        // Passkeys are bound to a name, not a number.
        var address = new UriBuilder(app.BaseAddress) { Host = "localhost" }.Uri;
        var staff = await chromium.OpenAsync(address);
        await staff.SignInAsync(HouseApi.StaffEmail, HouseApi.StaffPassword);
        var link = await staff.InviteAsync();
        Assert.Empty(await Axe.SeriousAsync(staff));
        await staff.OpenRoomAsync("Everyone");
        var phone = await chromium.OpenAsync(address, new() { ViewportSize = new() { Width = 390, Height = 844 }, IsMobile = true, HasTouch = true });

        var began = FairTime.Now;
        await phone.GotoAsync(link);
        await phone.GetByLabel("Your name").FillAsync("Mio");
        await phone.GetByRole(AriaRole.Button, new() { Name = "Join", Exact = true }).TapAsync();
        await SayAsync(phone, "Hello from my first minute");
        await Assertions.Expect(staff.Said("Hello from my first minute")).ToBeVisibleAsync(Patient);
        var took = FairTime.Since(began);
        Assert.True(took < TimeSpan.FromSeconds(30), $"{took.TotalSeconds:F1} s from the invitation to the first message seen");

        Assert.Empty(await Axe.SeriousAsync(phone));
        await using var keys = await VirtualAuthenticator.AddAsync(phone);
        await phone.GetByRole(AriaRole.Link, new() { Name = "Add a passkey or a password" }).TapAsync();
        await phone.GetByRole(AriaRole.Button, new() { Name = "Add a passkey" }).TapAsync();
        await Assertions.Expect(phone.GetByLabel("Passkey 1: name")).ToBeVisibleAsync(Patient);
        await Assertions.Expect(phone.Locator(".only-device")).ToHaveCountAsync(0);
        Assert.Empty(await Axe.SeriousAsync(phone));
        await phone.GetByRole(AriaRole.Button, new() { Name = "Remove the passkey" }).TapAsync();
        await Assertions.Expect(phone.GetByText("This is your only way to sign in")).ToBeVisibleAsync(Patient);

        // As after ten minutes: the passkey shows who it is.
        await phone.GotoAsync("/account/confirm?returnUrl=%2Fprofile%23ways");
        await phone.GetByRole(AriaRole.Button, new() { Name = "Confirm with a passkey" }).TapAsync();
        await phone.WaitForURLAsync("**/profile#ways");

        // Without the offer in the e-mail field, which would be taken at once: here it is the button that asks.
        await phone.AddInitScriptAsync("PublicKeyCredential.isConditionalMediationAvailable = async () => false");
        await phone.GetByLabel("Account menu").TapAsync();
        await phone.GetByRole(AriaRole.Button, new() { Name = "Sign out", Exact = true }).First.TapAsync();
        var button = phone.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" });
        await Assertions.Expect(button).ToBeVisibleAsync(Patient);
        await button.TapAsync();
        await Assertions.Expect(phone).ToHaveURLAsync(new Regex("/rooms"), new() { Timeout = 45_000 });
        await phone.OpenRoomAsync("Everyone");
        await SayAsync(phone, "And here I am again");
        await Assertions.Expect(staff.Said("And here I am again")).ToBeVisibleAsync(Patient);

        // Signed out from elsewhere, it leaves the open room within seconds.
        await SignOutFromElsewhereAsync(address, phone, keys);
        await staff.SayAsync("We are still here");
        await staff.Context.CloseAsync();
    }

    // On a phone the return key begins a line: messages go by the button.
    private static async Task SayAsync(IPage phone, string text)
    {
        await phone.Composer().FillAsync(text);
        await phone.GetByRole(AriaRole.Button, new() { Name = "Send", Exact = true }).TapAsync();
    }

    private async Task SignOutFromElsewhereAsync(Uri address, IPage phone, VirtualAuthenticator keys)
    {
        var laptop = await chromium.OpenAsync(address);
        await using var copy = await VirtualAuthenticator.AddAsync(laptop);
        await copy.TakeOverAsync(keys);

        // The e-mail field offers the passkey, and the finger is there.
        await laptop.GotoAsync("/account/login?returnUrl=/profile");
        await Assertions.Expect(laptop).ToHaveURLAsync(new Regex("^[^?]*/profile$"));
        await laptop.Locator("#devices").GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Eventually.TrueAsync(() => phone.Url.Contains("/account/login", StringComparison.Ordinal), TimeSpan.FromSeconds(10));
    }
}

using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.EndToEnd;

/// <summary>Over a line with a round trip of 600 ms people press again: they are in all the same, once.</summary>
[Collection(BrowserTests.FirstSteps)]
public sealed class SlowJoinTests(Chromium chromium)
{
    [Fact]
    public async Task Join_PressedTwiceOverASlowLine_LetsInAndUsesTheLinkOnce()
    {
        await using var app = await AppProcess.StartAsync([.. HouseApi.FirstStaff, $"Mqtt:Embedded:Listen=127.0.0.1:{FreePort.Next()}"]);
        using var staff = await HouseApi.StaffAsync(app.BaseAddress);

        // With the page's script the button rests; without, or before it has come, the server tells the second press from the first.
        foreach (var hasScript in (bool[])[true, false])
        {
            var code = HouseApi.Checked(await staff.PostAsync("invitations", new { uses = 2 })).GetProperty("code").GetString();
            var phone = await chromium.OpenAsync(app.BaseAddress, new() { JavaScriptEnabled = hasScript });
            await phone.GotoAsync($"/join/{code}");
            await phone.GetByLabel("Your name").FillAsync($"Twice {hasScript}");
            await SlowDownAsync(phone);
            var join = await phone.GetByRole(AriaRole.Button, new() { Name = "Join", Exact = true }).BoundingBoxAsync();

            // By the mouse, which waits for no page: the second press comes while the first is on its way.
            Task PressAsync() => phone.Mouse.ClickAsync(join!.X + (join.Width / 2), join.Y + (join.Height / 2));
            await phone.RunAndWaitForRequestAsync(PressAsync, request => request.Method == "POST");
            await PressAsync();

            await phone.WaitForURLAsync(new Regex("/rooms/"), new() { WaitUntil = WaitUntilState.Commit, Timeout = 30_000 });
            await phone.GotoAsync("/profile", new() { WaitUntil = WaitUntilState.DOMContentLoaded });
            await Assertions.Expect(phone.GetByLabel("Your name")).ToHaveValueAsync($"Twice {hasScript}");
            await phone.Context.CloseAsync();
            Assert.Equal((true, false), (await JoinsAsync(staff, code, $"second{hasScript}@house.test"), await JoinsAsync(staff, code, $"third{hasScript}@house.test")));
        }
    }

    private static async Task<bool> JoinsAsync(HouseApi api, string? invitation, string email) =>
        (await api.PostAsync("register", new { email, password = HousePages.Password, displayName = "Another", invitation })).Status < HttpStatusCode.BadRequest;

    private static async Task SlowDownAsync(IPage page)
    {
        var tools = await page.Context.NewCDPSessionAsync(page);
        await tools.SendAsync("Network.enable");
        await tools.SendAsync("Network.emulateNetworkConditions", new() { ["offline"] = false, ["latency"] = 600, ["downloadThroughput"] = -1, ["uploadThroughput"] = -1 });
    }
}

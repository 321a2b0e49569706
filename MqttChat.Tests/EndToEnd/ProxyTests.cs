using Microsoft.Playwright;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.EndToEnd;

/// <summary>The house behind a real nginx with the settings that <c>docs/production.md</c> tells to use.</summary>
[Collection(BrowserTests.Houses)]
public sealed class ProxyTests(Chromium chromium)
{
    [NginxFact]
    public async Task Nginx_WithOurSettings_PassesPagesAndCircuitsOverTls()
    {
        await using var nginx = new NginxProcess();
        await using var app = await AppProcess.StartAsync([
            .. HouseApi.FirstStaff, $"Mqtt:Embedded:Listen=127.0.0.1:{FreePort.Next()}", "Site:TrustedProxies:0=127.0.0.1",
            $"Site:PublicUrl=https://localhost:{nginx.TlsPort}"]);
        await nginx.StartAsync(app.BaseAddress);
        using var staff = await HouseApi.StaffAsync(app.BaseAddress);
        var room = await staff.MakeRoomAsync("Behind a proxy");

        var page = await chromium.OpenAsync(new Uri($"https://localhost:{nginx.TlsPort}"), new() { IgnoreHTTPSErrors = true });
        var sockets = new List<string>();
        page.WebSocket += (_, socket) => sockets.Add(new Uri(socket.Url).AbsolutePath);
        await page.SignInAsync(HouseApi.StaffEmail, HouseApi.StaffPassword);
        await page.GotoAsync($"/rooms/{room}");
        await page.Ready().WaitForAsync(new() { Timeout = 30_000 });
        await page.SayAsync("Through nginx");
        await page.Said("Through nginx").Expect().ToHaveCountAsync(1);

        Assert.Contains("/_blazor", sockets);
        var cookies = await page.Context.CookiesAsync();
        Assert.All(cookies.Where(cookie => cookie.Name is "mqttchat" or "mqttchat_instance"), cookie => Assert.True(cookie.Secure && cookie.HttpOnly, cookie.Name));
        Assert.Single(cookies, cookie => cookie.Name == "mqttchat_instance");
        await page.Context.CloseAsync();
    }
}

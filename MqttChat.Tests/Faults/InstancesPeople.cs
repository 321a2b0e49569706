using System.Diagnostics;
using Microsoft.Playwright;
using MqttChat.Tests.EndToEnd;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Faults;

/// <summary>A person whose browser shows a room, over the proxy, at one of the instances.</summary>
public sealed record InstancePerson(string Name, IPage Page, AppProcess App)
{
    /// <summary>Signs a person in whose browser the proxy sends to <paramref name="app"/>, and opens the room.</summary>
    public static async Task<InstancePerson> OpenAsync(InstancesHouse house, Chromium chromium, string name, int roomId, AppProcess app)
    {
        for (var tries = 0; tries < 10; tries++)
        {
            var page = await chromium.OpenAsync(house.Proxy.BaseAddress);
            var answer = await page.GotoAsync("/account/login");
            var instance = (await answer!.AllHeadersAsync())[StickyProxy.InstanceHeader];
            if (house.Apps[int.Parse(instance, System.Globalization.CultureInfo.InvariantCulture)] == app)
            {
                await page.SignInAsync($"{name}@house.test", HousePages.Password);
                await page.GotoAsync($"/rooms/{roomId}");
                await page.Ready().WaitForAsync();
                return new(name, page, app);
            }

            await page.Context.CloseAsync();
        }

        throw new InvalidOperationException("The proxy sends nobody to this instance.");
    }

    /// <summary>Writes half a message, and marks the document, so that its loss shows.</summary>
    public async Task DraftAsync(string text)
    {
        await Page.Composer().FillAsync(text);
        await Page.EvaluateAsync("window.before = true");
    }

    /// <summary>Waits for the new document with the draft in it, live and still signed in; how long that took.</summary>
    public async Task<TimeSpan> BackAsync(string draft, long since)
    {
        await Eventually.TrueAsync(IsBackAsync, TimeSpan.FromSeconds(40), $"{Name}'s page is back");
        var took = Stopwatch.GetElapsedTime(since);
        Assert.Contains("/rooms/", Page.Url, StringComparison.Ordinal);
        await Page.Composer().Expect().ToHaveValueAsync(draft);
        return took;
    }

    private async Task<bool> IsBackAsync()
    {
        try
        {
            return await Page.EvaluateAsync<bool>("() => !window.before && !!document.querySelector('.chat[data-ready=true]')");
        }
        catch (PlaywrightException)
        {
            // It is being loaded at this moment.
            return false;
        }
    }
}

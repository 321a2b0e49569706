using System.Diagnostics;
using System.Globalization;
using Microsoft.Playwright;
using MqttChat.Tests.EndToEnd;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Faults;

/// <summary>A person writes while the house's store is locked.</summary>
[Collection(BrowserTests.Name)]
public sealed class StoreLockPageTests(ChatApp house) : IClassFixture<ChatApp>, IAsyncLifetime
{
    private static readonly TimeSpan Said = TimeSpan.FromSeconds(5);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => house.CloseAllAsync();

    [Fact]
    public Task HouseLocked_ThePageKeepsWhatWasWritten_SaysTryAgain_AndStoresItOnceAfter() => WriteAsync(messages: 2);

    [FaultFact]
    public async Task HouseLocked_TenMessagesAtOnce_AllAreKept()
    {
        var slowest = await WriteAsync(messages: 10);
        FaultReport.Write("house store write-locked, in the browser", string.Create(
            CultureInfo.InvariantCulture, $"10 messages written at once: all said \"try again\" within {slowest.TotalSeconds:0.0} s, kept over a reload, stored once after"));
    }

    private async Task<TimeSpan> WriteAsync(int messages)
    {
        var room = await house.Rei.MakeRoomAsync($"Locked {messages}");
        var page = await house.OpenRoomAsync("rei", room);
        await page.SayAsync("Before");
        string[] texts = [.. Enumerable.Range(1, messages).Select(number => $"While locked {number:00}")];
        var failed = page.Locator("[data-pending] .sent.failed");
        TimeSpan slowest;
        await using (await StoreLock.TakeAsync(house.App.DataDirectory, StoreLock.House))
        {
            foreach (var text in texts)
            {
                await page.Composer().FillAsync(text);
                await page.Composer().PressAsync("Enter");
            }

            var clock = Stopwatch.StartNew();
            await page.Composer().FillAsync("Still writing");
            await Eventually.TrueAsync(async () => await failed.CountAsync() == messages, Said, "each message says that it waits");
            slowest = clock.Elapsed;
            await failed.First.GetByRole(AriaRole.Alert).Expect().ToContainTextAsync("couldn’t be saved just now. Please try again.");

            // Also a person who opens the page now reads, and finds what was written.
            await page.ReloadAsync();
            await page.Said("Before").Expect().ToHaveCountAsync(1);
            foreach (var text in texts)
            {
                await page.Locator("[data-pending] .sent").Filter(new() { HasText = text }).Expect().ToHaveCountAsync(1);
            }

            await page.Composer().Expect().ToHaveValueAsync("Still writing");
            await failed.Expect().ToHaveCountAsync(messages);
        }

        // One touch, and all that the lock held up goes out, in the order in which it was written.
        await failed.Last.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();

        string[] all = ["Before", .. texts];

        // Stored, each stands as its bubble until the page's next drawing brings its row, and never as both or neither.
        await page.Waiting().Expect().ToHaveCountAsync(0);
        Assert.Equal(all, await page.ShownAsync());
        await page.Rows().Expect().ToHaveCountAsync(messages + 1);
        Assert.Equal(all, await page.TextsAsync());
        await page.Locator("[data-pending] .sent").Expect().ToHaveCountAsync(0);
        await page.Composer().Expect().ToHaveValueAsync("Still writing");
        return slowest;
    }
}

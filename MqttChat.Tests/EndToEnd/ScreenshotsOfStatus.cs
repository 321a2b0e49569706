using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Playwright;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.EndToEnd;

/// <summary>Photographs the status page of a house that is well, of one that has something to look at, and of one in trouble.</summary>
[Collection(BrowserTests.Name)]
public sealed class ScreenshotsOfStatus(Chromium chromium)
{
    private readonly ConcurrentQueue<string> _complaints = [];

    [ScreenshotFact]
    public Task Status_InEnglish_IsPhotographed() => PhotographAsync(PictureWords.English);

    [ScreenshotFact]
    public Task Status_InJapanese_IsPhotographed() => PhotographAsync(PictureWords.Japanese);

    private async Task PhotographAsync(PictureWords words)
    {
        await using var broker = await MosquittoProcess.StartAsync();
        await using var app = await AppProcess.StartAsync([.. broker.AppSettings, .. PictureHouse.Settings(words)]);
        using var staff = await HouseApi.StaffAsync(app.BaseAddress);
        Camera[] cameras =
        [
            await Camera.OpenAsync(chromium, app.BaseAddress, words, phone: false, _complaints),
            await Camera.OpenAsync(chromium, app.BaseAddress, words, phone: true, _complaints),
        ];
        foreach (var camera in cameras)
        {
            await camera.Page.SetViewportSizeAsync(camera.Device == "phone" ? 390 : 1280, camera.Device == "phone" ? 1900 : 1250);
            await camera.SignInAsync();
        }

        await using (var plug = await broker.ConnectAsync())
        {
            await plug.PublishAsync("tele/fridge/SENSOR", Report(1));
            await staff.AdoptAsync("fridge");
            await staff.SayAsync(1, words.Edited);
            await ReportAsync(plug, TimeSpan.FromSeconds(75));
            await TakeAsync(cameras, "status", ".mc-note-good", plug);
            for (var nonsense = 0; nonsense < 27; nonsense++)
            {
                await plug.PublishAsync("tele/fridge/SENSOR", nonsense % 4 == 0 ? "[1,2,3]" : $$$"""{"Time":"2026-03-02T12:00:{{{nonsense:00}}}","ENERGY":{"Total":1.5,"Pow""");
            }

            await TakeAsync(cameras, "status-look", ".letters-table", plug);
        }

        await broker.KillAsync();
        await TakeAsync(cameras, "status-away", ".findings .mc-note-bad", null);
        Assert.True(_complaints.IsEmpty, string.Join('\n', _complaints));
    }

    private static async Task TakeAsync(Camera[] cameras, string name, string ready, MqttTestClient? plug)
    {
        foreach (var camera in cameras)
        {
            var reporting = plug is null ? Task.CompletedTask : ReportAsync(plug, TimeSpan.FromSeconds(12));
            await camera.TakeAsync(name, "/status", ready, page => page.WaitForTimeoutAsync(2500));
            await reporting;
        }
    }

    // Some reports a second, more or fewer as a house does.
    private static async Task ReportAsync(MqttTestClient plug, TimeSpan span)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        for (var tick = 0; tick < span.TotalSeconds * 5 && await timer.WaitForNextTickAsync(); tick++)
        {
            for (var report = 0; report < 3 + (2 * Math.Sin(tick / 31.0)) + (tick % 40 < 8 ? 4 : 0); report++)
            {
                await plug.PublishAsync("tele/fridge/SENSOR", Report(1 + (tick / 1000.0)));
            }
        }
    }

    private static string Report(double total) =>
        $$$"""{"ENERGY":{"Total":{{{total.ToString("0.000", CultureInfo.InvariantCulture)}}},"Power":85}}""";
}

using System.Collections.Concurrent;
using System.Diagnostics;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.EndToEnd;

/// <summary>The demo house, from the command typed to what people like about it.</summary>
[Collection(BrowserTests.FirstSteps)]
public sealed class DemoTourTests(Chromium chromium)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Demo_OfThePublishedProgram_IsAliveWithinTwoMinutes_AndIsTheOldOneAtTheNextStart()
    {
        await PublishedApp.PathAsync();
        var began = FairTime.Now;
        await using var app = await AppProcess.StartAsync("demo", "House:Language=en");
        await Eventually.TrueAsync(() => DemoTour.Printed(app.Output) is not null, TimeSpan.FromSeconds(30), "the accounts are printed");
        var (address, email, password) = DemoTour.Printed(app.Output)!.Value;
        Assert.Equal(app.BaseAddress, address);

        var page = await chromium.OpenAsync(address);
        await page.SeeItLiveAsync(email, password);
        var took = FairTime.Since(began);
        Assert.True(took < Limit, $"Charts moved after {took}");
        await Eventually.TrueAsync(() => app.Output.Contains("have told their past", StringComparison.Ordinal), TimeSpan.FromMinutes(2), "the month is there");
        await page.SwitchOffWhatWasLeftOnAsync();
        await page.ReadTheKitchenAsync();
        await page.Context.CloseAsync();

        await app.StopAsync();
        await app.StartAgainAsync();
        await Eventually.TrueAsync(() => app.Output.Contains("The demo house of last time", StringComparison.Ordinal), TimeSpan.FromSeconds(30), "the old house is told");
        Assert.Contains(Path.Combine(app.DataDirectory, "demo"), app.Output, StringComparison.Ordinal);
        Assert.DoesNotMatch("Unhandled|fail:|crit:", app.Output);
    }

    /// <summary>The whole way of somebody who found the repository: clone, one command, sign in. Packages come from the cache.</summary>
    [FaultFact]
    public async Task Demo_OfAFreshClone_IsAliveWithinTwoMinutes()
    {
        var folder = Directory.CreateTempSubdirectory("mqttchat-clone-").FullName;
        var output = new ConcurrentQueue<string>();
        using var clone = Process.Start(new ProcessStartInfo("git", ["clone", "-q", "--depth", "1", $"file://{Repository.Root}", $"{folder}/MqttChat"]))!;
        await clone.WaitForExitAsync();
        var watch = Stopwatch.StartNew();
        using var run = new Process { StartInfo = Run(folder) };
        run.OutputDataReceived += (_, line) => output.Enqueue(line.Data ?? "");
        run.Start();
        run.BeginOutputReadLine();
        try
        {
            await Eventually.TrueAsync(
                () => DemoTour.Printed(string.Join('\n', output)) is not null, Limit, $"the accounts are printed");
            var (address, email, password) = DemoTour.Printed(string.Join('\n', output))!.Value;
            var page = await chromium.OpenAsync(address);
            await page.SeeItLiveAsync(email, password);
            Assert.True(watch.Elapsed < Limit, $"Charts moved after {watch.Elapsed}");
            await page.Context.CloseAsync();
        }
        finally
        {
            run.Kill(entireProcessTree: true);
            await run.WaitForExitAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static ProcessStartInfo Run(string folder) => new(
        "dotnet",
        [
            "run", "--project", "MqttChat.Web", "--", "--demo", "--urls", $"http://localhost:{FreePort.Next()}",
            $"--Data:Directory={folder}/data", "--House:Language=en",
        ])
    {
        WorkingDirectory = Path.Combine(folder, "MqttChat"),
        RedirectStandardOutput = true,
    };
}

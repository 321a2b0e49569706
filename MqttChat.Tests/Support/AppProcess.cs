using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace MqttChat.Tests.Support;

/// <summary>
/// The published program as a process of its own, on a free port, with its data in a folder of its own. It can be killed
/// and started again on the same port and data.
/// </summary>
public sealed partial class AppProcess : IAsyncDisposable
{
    private readonly ConcurrentQueue<(DateTimeOffset At, string Line)> _output = new();
    private readonly string[] _settings;
    private readonly string _workingDirectory = Directory.CreateTempSubdirectory("mqttchat-cwd-").FullName;
    private Process? _process;

    private AppProcess(int port, string data, string[] settings)
    {
        BaseAddress = new Uri($"http://localhost:{port}");
        DataDirectory = data;
        _settings = settings;
    }

    public Uri BaseAddress { get; }

    public string DataDirectory { get; }

    /// <summary>Everything the program printed so far.</summary>
    public string Output => string.Join('\n', _output.Select(printed => printed.Line));

    /// <summary>The same with the times of their arrival here.</summary>
    public IReadOnlyList<(DateTimeOffset At, string Line)> TimedOutput => [.. _output];

    public int ProcessId => _process!.Id;

    /// <summary>Asks it for figures; null when it was not started so.</summary>
    public AppProbe? Probe { get; private init; }

    /// <summary>The one-time code that the first start prints.</summary>
    public string SetupCode =>
        SetupLink().Match(Output) is { Success: true } match ? match.Groups["code"].Value : throw new InvalidOperationException($"No set-up code in:\n{Output}");

    /// <summary>Starts the program; <paramref name="settings"/> as <c>Key:Name=value</c>.</summary>
    public static Task<AppProcess> StartAsync(params string[] settings) => StartAsync(TimeSpan.Zero, settings);

    /// <summary>Starts the program so that <see cref="Probe"/> can ask it for figures.</summary>
    public static async Task<AppProcess> StartProbedAsync(params string[] settings)
    {
        AppProcess app = null!;
        app = new AppProcess(FreePort.Next(), Directory.CreateTempSubdirectory("mqttchat-data-").FullName, settings)
        {
            Probe = new AppProbe(Path.Combine(Path.GetTempPath(), $"mqttchat-probe-{Guid.NewGuid():N}"), () => app.ProcessId),
        };
        await app.StartAgainAsync();
        return app;
    }

    /// <summary>Starts the program with its clock moved.</summary>
    public static Task<AppProcess> StartAsync(TimeSpan clockOffset, params string[] settings) =>
        StartInAsync(Directory.CreateTempSubdirectory("mqttchat-data-").FullName, clockOffset, settings);

    /// <summary>Starts the program on a data directory, which goes with it.</summary>
    public static async Task<AppProcess> StartInAsync(string data, TimeSpan clockOffset = default, params string[] settings)
    {
        var app = new AppProcess(FreePort.Next(), data, settings);
        try
        {
            await app.StartAgainAsync(clockOffset);
            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Starts it (again) and waits until it answers; <paramref name="clockOffset"/> moves the wall clock that the program sees
    /// (libfaketime), so that hours away need not be waited for. Once moved, it can be moved on while the program runs.
    /// </summary>
    public async Task StartAgainAsync(TimeSpan clockOffset = default)
    {
        var dll = await PublishedApp.PathAsync();
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = _workingDirectory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["ASPNETCORE_ENVIRONMENT"] = "Production", ["DOTNET_gcServer"] = "0", ["ASPNETCORE_URLS"] = "" },
        };
        if (Probe is not null)
        {
            start.Environment["DOTNET_STARTUP_HOOKS"] = typeof(AppProcess).Assembly.Location;
            start.Environment[AppProbe.Variable] = Probe.Path;
        }

        if (clockOffset != TimeSpan.Zero)
        {
            start.Environment["LD_PRELOAD"] = FakeTime();
            start.Environment["FAKETIME_TIMESTAMP_FILE"] = ClockFile;
            start.Environment["FAKETIME_CACHE_DURATION"] = "1";
            WriteClock(clockOffset);
            start.Environment["FAKETIME_DONT_FAKE_MONOTONIC"] = "1";

            // Else waits on the monotonic clock end at once, and every waiting thread spins.
            start.Environment["FAKETIME_FORCE_MONOTONIC_FIX"] = "0";
        }

        foreach (var argument in (string[])[
            dll, "--urls", BaseAddress.ToString(), $"--Data:Directory={DataDirectory}",
            .. _settings.Select(setting => $"--{setting}")])
        {
            start.ArgumentList.Add(argument);
        }

        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        using var http = new HttpClient { BaseAddress = BaseAddress, Timeout = TimeSpan.FromSeconds(5) };
        await Eventually.TrueAsync(
            async () =>
            {
                Assert.False(_process.HasExited, $"The program ended:\n{Output}");
                try
                {
                    return (await http.GetAsync("/health/live")).IsSuccessStatusCode;
                }
                catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
                {
                    // Not yet there, or slow on a machine that has much to do.
                    return false;
                }
            },
            TimeSpan.FromMinutes(3),
            "the program answers");
    }

    /// <summary>
    /// Moves the wall clock of a program that was started with a moved one, to so much beside the real time; returns when it has
    /// seen that.
    /// </summary>
    public async Task MoveClockAsync(TimeSpan offset)
    {
        WriteClock(offset);
        using var http = new HttpClient { BaseAddress = BaseAddress, Timeout = TimeSpan.FromSeconds(5) };
        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    using var answer = await http.GetAsync("/health/live");
                    return answer.Headers.Date - (DateTimeOffset.UtcNow + offset) is { } apart && apart.Duration() < TimeSpan.FromSeconds(5);
                }
                catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
                {
                    return false;
                }
            },
            what: "the program's clock has moved");
    }

    /// <summary><c>kill -9</c>.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await EndedAsync();
    }

    /// <summary>SIGTERM, as a service manager ends it.</summary>
    public async Task StopAsync()
    {
        await SignalAsync("-TERM");
        await EndedAsync();
    }

    /// <summary>SIGSTOP: its connections stay open and say nothing.</summary>
    public Task FreezeAsync() => SignalAsync("-STOP");

    /// <summary>SIGCONT.</summary>
    public Task ThawAsync() => SignalAsync("-CONT");

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            await KillAsync();
        }

        _process?.Dispose();
        await TestFolder.DeleteAsync(_workingDirectory);
        await TestFolder.DeleteAsync(DataDirectory);
        if (Probe is not null)
        {
            File.Delete(Probe.Path);
        }
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [signal, $"{_process!.Id}"]);
        await kill.WaitForExitAsync();
    }

    private async Task EndedAsync()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        await _process!.WaitForExitAsync(deadline.Token);
    }

    // Renamed into place: the program reads it once a second.
    private void WriteClock(TimeSpan offset)
    {
        File.WriteAllText(ClockFile + ".new", $"{(long)offset.TotalSeconds:+0;-0;+0}s\n");
        File.Move(ClockFile + ".new", ClockFile, overwrite: true);
    }

    private string ClockFile => Path.Combine(_workingDirectory, "clock");

    private static string FakeTime() =>
        Directory.EnumerateDirectories("/usr/lib").Select(folder => Path.Combine(folder, "faketime", "libfaketimeMT.so.1")).First(File.Exists);

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is not null)
        {
            _output.Enqueue((DateTimeOffset.UtcNow, line.Data));
        }
    }

    [GeneratedRegex(@"/setup\?code=(?<code>[A-Za-z0-9_\-]+)")]
    private static partial Regex SetupLink();
}

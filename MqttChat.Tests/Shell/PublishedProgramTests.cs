using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using MqttChat.Tests.Support;
using MqttChat.Web.Shell;

namespace MqttChat.Tests.Shell;

/// <summary>What <c>dotnet publish</c> makes, in a folder that it may not write to, started from elsewhere by a user who owns nothing.</summary>
public sealed class PublishedProgramTests : IAsyncLifetime
{
    private const int Nobody = 65534;

    private readonly string _folder = Directory.CreateTempSubdirectory("mqttchat-anyone-").FullName;

    private string Program => Path.Combine(_folder, "app", "MqttChat.Web.dll");

    private string Data => Path.Combine(_folder, "data");

    public async Task InitializeAsync()
    {
        // Links, not copies: the test run's program lies in a folder that only its owner may enter.
        await ShellAsync($"chmod 755 {_folder} && cp -rl {Path.GetDirectoryName(await PublishedApp.PathAsync())} {_folder}/app && chmod -R a+rX {_folder}/app");
        await ShellAsync($"find {_folder}/app -type d -exec chmod a-w {{}} + && mkdir -m 700 {Data}");
        if (Environment.IsPrivilegedProcess)
        {
            await ShellAsync($"chown {Nobody}:{Nobody} {Data}");
        }
    }

    public async Task DisposeAsync() => await ShellAsync($"find {_folder} -type d -exec chmod u+w {{}} + && rm -rf {_folder}");

    [Fact]
    public async Task Start_WhereTheProgramsFolderMayNotBeWritten_NamesTheSettingAndEnds()
    {
        var (code, output) = await AsNobodyAsync("--urls", "http://127.0.0.1:0");

        Assert.Equal(3, code);
        Assert.Contains($"Data:Directory ({Path.Combine(_folder, "app", "data")}) writable", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_ByAnybodyFromAnywhere_ServesPagesAndTellsItsHealth()
    {
        var urls = $"http://127.0.0.1:{FreePort.Next()}";
        var (program, arguments) = Nobodys(["--urls", urls, $"--Data:Directory={Data}", $"--Mqtt:Embedded:Listen=127.0.0.1:{FreePort.Next()}"]);
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = "/", RedirectStandardOutput = true };
        start.Environment.Remove("HOME");
        using var app = Process.Start(start)!;
        var output = new ConcurrentQueue<string?>();
        app.OutputDataReceived += (_, line) => output.Enqueue(line.Data);
        app.BeginOutputReadLine();
        try
        {
            Assert.Equal(1, (await AsNobodyAsync("--health", $"--urls=http://127.0.0.1:{FreePort.Next()}")).Code);
            await Eventually.TrueAsync(
                async () => app.HasExited || (await AsNobodyAsync("--health", "--urls", urls)).Code == 0, TimeSpan.FromSeconds(90), "the program is ready");
            Assert.False(app.HasExited, string.Join('\n', output));
            using var http = new HttpClient { BaseAddress = new Uri(urls) };
            Assert.Contains("href=\"app.", await http.GetStringAsync("/setup"), StringComparison.Ordinal);
            Assert.Equal(System.Net.HttpStatusCode.OK, (await http.GetAsync("/app.css")).StatusCode);
        }
        finally
        {
            app.Kill();
            await app.WaitForExitAsync();
        }
    }

    [Theory]
    [InlineData("http://127.0.0.1:1234", null, 1234)]
    [InlineData("https://*:1; http://+:1234", "9", 1234)]
    [InlineData(null, "8080;8081", 8080)]
    [InlineData(null, null, 5000)]
    public void Health_OfTheSameSettings_AsksTheirPort(string? urls, string? ports, int expected) => Assert.Equal(expected, HealthCommand.PortOf(
        new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["urls"] = urls, ["HTTP_PORTS"] = ports }).Build()));

    private (string Program, string[] Arguments) Nobodys(string[] arguments) => Environment.IsPrivilegedProcess
        ? ("setpriv", [$"--reuid={Nobody}", $"--regid={Nobody}", "--clear-groups", "dotnet", Program, .. arguments])
        : ("dotnet", [Program, .. arguments]);

    private Task<(int Code, string Output)> AsNobodyAsync(params string[] arguments)
    {
        var (program, all) = Nobodys(arguments);
        return AppCommand.RunAsync(program, all, "/");
    }

    private static async Task ShellAsync(string command)
    {
        var (code, output) = await AppCommand.RunAsync("/bin/sh", ["-ec", command]);
        Assert.True(code == 0, output);
    }
}

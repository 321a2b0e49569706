using System.Diagnostics;
using MqttChat.Tests.Support;

namespace MqttChat.Benchmarks;

/// <summary>The program as production runs it: published once for all benchmarks, without debugging's slowness.</summary>
internal static class PublishedRelease
{
    /// <summary>The setting that tells <see cref="PublishedApp"/> where the program lies.</summary>
    private const string Setting = "MQTTCHAT_TEST_APP";

    /// <summary>From here on <see cref="AppProcess"/> starts the Release build, unless a folder was named from outside.</summary>
    public static async Task UseAsync()
    {
        if (Environment.GetEnvironmentVariable(Setting) is { Length: > 0 })
        {
            return;
        }

        var target = Directory.CreateTempSubdirectory("mqttchat-release-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(target, recursive: true);
        using var publish = Process.Start(new ProcessStartInfo(
            "dotnet", ["publish", Repository.PathOf("MqttChat.Web"), "-c", "Release", "-o", target, "--nologo", "-v", "q"])
        {
            RedirectStandardOutput = true,
        })!;
        var output = publish.StandardOutput.ReadToEndAsync();
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        await publish.WaitForExitAsync(deadline.Token);
        if (publish.ExitCode != 0)
        {
            throw new InvalidOperationException($"dotnet publish failed:\n{await output}");
        }

        Environment.SetEnvironmentVariable(Setting, target);
    }
}

using System.Diagnostics;

namespace MqttChat.Tests.Support;

/// <summary>The program as <c>dotnet publish</c> makes it, in a folder far from the sources: what production runs.</summary>
public static class PublishedApp
{
    private static readonly Lazy<Task<string>> Published = new(PublishAsync);

    /// <summary>The published program's dll: <c>MQTTCHAT_TEST_APP</c> names its folder, else it is published once a test run.</summary>
    public static Task<string> PathAsync() => Published.Value;

    private static async Task<string> PublishAsync()
    {
        if (Environment.GetEnvironmentVariable("MQTTCHAT_TEST_APP") is { Length: > 0 } folder)
        {
            return Path.Combine(folder, "MqttChat.Web.dll");
        }

        var target = Directory.CreateTempSubdirectory("mqttchat-app-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(target, recursive: true);
        using var publish = Process.Start(new ProcessStartInfo(
            "dotnet", ["publish", Repository.PathOf("MqttChat.Web"), "-c", "Debug", "-o", target, "--nologo", "-v", "q"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = publish.StandardOutput.ReadToEndAsync();
        var errors = publish.StandardError.ReadToEndAsync();
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(15));
        await publish.WaitForExitAsync(deadline.Token);
        return publish.ExitCode == 0
            ? Path.Combine(target, "MqttChat.Web.dll")
            : throw new InvalidOperationException($"dotnet publish failed:\n{await output}\n{await errors}");
    }
}

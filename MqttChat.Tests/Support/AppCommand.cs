using System.Diagnostics;

namespace MqttChat.Tests.Support;

/// <summary>The published program run for what ends by itself: a command, or a start that must fail.</summary>
public static class AppCommand
{
    /// <summary>Its exit code, and all that it printed.</summary>
    public static async Task<(int Code, string Output)> RunAsync(params string[] arguments) => await RunAsync("dotnet", [await PublishedApp.PathAsync(), .. arguments]);

    /// <summary>The same by another program, for example one that changes the user first.</summary>
    public static async Task<(int Code, string Output)> RunAsync(string program, IEnumerable<string> arguments, string? workingDirectory = null)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingDirectory ?? Path.GetTempPath(),
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }

        return (process.ExitCode, await output + await errors);
    }
}

using System.Diagnostics;
using MqttChat.Tests.Support;
using Xunit.Sdk;

namespace MqttChat.Tests.Faults;

/// <summary>A disk of a few megabytes under a program's data, which can be filled and freed.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private const int Megabytes = 24;

    private readonly AppProcess _app;

    private SmallDisk(AppProcess app) => _app = app;

    /// <summary>Why there can be none here; null where there can.</summary>
    public static string? WhyNot { get; } = Try();

    private string Ballast => Path.Combine(_app.DataDirectory, "ballast");

    /// <summary>Moves the program's data onto the disk; the program is stopped and started for it.</summary>
    public static async Task<SmallDisk> PutUnderAsync(AppProcess app)
    {
        await app.StopAsync();
        await CarryAsync(app, () => Assert.Equal(0, Run("mount", "-t", "tmpfs", "-o", $"size={Megabytes}m", "mqttchat-test", app.DataDirectory)));
        await app.StartAgainAsync();
        return new SmallDisk(app);
    }

    /// <summary>Fills it to the last page.</summary>
    public void Fill()
    {
        using var file = new FileStream(Ballast, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            var page = new byte[4096];
            while (true)
            {
                file.Write(page);
            }
        }
        catch (IOException)
        {
            // Full, as wanted.
        }
    }

    public void Free() => File.Delete(Ballast);

    /// <summary>Takes it away again; the program goes on with what was on it.</summary>
    public async ValueTask DisposeAsync()
    {
        Free();
        await _app.KillAsync();
        await CarryAsync(_app, () => Assert.Equal(0, Run("umount", "-l", _app.DataDirectory)));
        await _app.StartAgainAsync();
    }

    // With the journals, which are part of the stores.
    private static async Task CarryAsync(AppProcess app, Action change)
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        var files = Directory.GetFiles(app.DataDirectory).Where(file => !file.EndsWith("-shm", StringComparison.Ordinal))
            .ToDictionary(file => Path.GetFileName(file), File.ReadAllBytes);
        change();
        foreach (var left in Directory.GetFiles(app.DataDirectory))
        {
            File.Delete(left);
        }

        foreach (var (name, bytes) in files)
        {
            await File.WriteAllBytesAsync(Path.Combine(app.DataDirectory, name), bytes);
        }
    }

    private static string? Try()
    {
        var folder = Directory.CreateTempSubdirectory("mqttchat-disk-").FullName;
        try
        {
            if (!OperatingSystem.IsLinux() || Run("mount", "-t", "tmpfs", "-o", "size=1m", "mqttchat-test", folder) != 0)
            {
                return "A small disk cannot be mounted here: that needs root.";
            }

            Run("umount", folder);
            return null;
        }
        finally
        {
            Directory.Delete(folder);
        }
    }

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }
}

/// <summary>Needs a small disk of its own; skipped where none can be mounted.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SmallDiskFactAttribute : FactAttribute
{
    public SmallDiskFactAttribute() => Skip = SmallDisk.WhyNot;
}

/// <summary>As <see cref="SmallDiskFactAttribute"/>, at full length.</summary>
[AttributeUsage(AttributeTargets.Method)]
[TraitDiscoverer(SetDiscoverer.TypeName, SetDiscoverer.Assembly)]
public sealed class SmallDiskFaultFactAttribute : FactAttribute, ITraitAttribute
{
    public SmallDiskFaultFactAttribute() => Skip = SetDiscoverer.WhySkipped(FaultFactAttribute.Set) ?? SmallDisk.WhyNot;
}

using System.Globalization;

namespace MqttChat.Tests.Faults;

/// <summary>Looks four times a second at what a process has resident.</summary>
internal sealed class AppMemory : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly CancellationTokenSource _stop = new();
    private readonly int _processId;
    private readonly Task _looking;
    private double _most;

    private AppMemory(int processId)
    {
        _processId = processId;
        Before = _most = Resident(processId);
        _looking = LookAsync();
    }

    /// <summary>Megabytes at the beginning.</summary>
    public double Before { get; }

    /// <summary>The most so far, beyond <see cref="Before"/>.</summary>
    public double Growth => Volatile.Read(ref _most) - Before;

    public static AppMemory Watch(int processId) => new(processId);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _looking;
        _stop.Dispose();
    }

    private async Task LookAsync()
    {
        using var timer = new PeriodicTimer(Interval);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                Volatile.Write(ref _most, Math.Max(_most, Resident(_processId)));
            }
        }
        catch (OperationCanceledException)
        {
            // Looked long enough.
        }
    }

    private static double Resident(int processId)
    {
        try
        {
            var line = File.ReadLines($"/proc/{processId}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
            return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
        }
        catch (Exception gone) when (gone is IOException or InvalidOperationException)
        {
            return 0;
        }
    }
}

using System.Diagnostics;
using MqttChat.Tests.Support;

namespace MqttChat.Benchmarks.Load;

/// <summary>Many plugs behind a few connections: as fast as the broker takes it, or at a steady pace.</summary>
internal sealed class RawPublisher : IDisposable
{
    private const int Window = 500;

    private readonly (RawConnection Connection, PlugReports Reports)[] _parts;

    private RawPublisher((RawConnection, PlugReports)[] parts) => _parts = parts;

    /// <summary>Connects to the broker with the app's rights; every plug keeps to one connection, so that its order is kept.</summary>
    public static async Task<RawPublisher> OpenAsync(MosquittoProcess broker, int plugs, int connections, CancellationToken cancellation)
    {
        var parts = new (RawConnection, PlugReports)[connections];
        for (var i = 0; i < connections; i++)
        {
            var own = i;
            parts[i] = (
                await RawConnection.OpenAsync(broker.Port, $"plugs-{i}-{Guid.NewGuid():N}", MosquittoProcess.AppUser, MosquittoProcess.AppPassword, cancellation),
                new PlugReports(Enumerable.Range(0, plugs).Where(plug => plug % connections == own)));
        }

        return new RawPublisher(parts);
    }

    /// <summary>Publishes so many reports as fast as the broker acknowledges them.</summary>
    public Task PublishAsync(int count, CancellationToken cancellation) => Task.WhenAll(_parts.Select(part => Task.Factory.StartNew(
        () => part.Connection.Publish(part.Reports, count / _parts.Length, Window, cancellation),
        cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

    /// <summary>One report, from the first connection.</summary>
    public void PublishOne(Action<int, int, DateTimeOffset> sent)
    {
        var (connection, reports) = _parts[0];
        connection.TakeWaitingAnswers();
        connection.Send(reports, 1, sent);
    }

    /// <summary>Publishes at a steady pace, each report at its own moment as far as the machine's timer goes; how many.</summary>
    public async Task<int> PublishSteadilyAsync(
        double perSecond, TimeSpan duration, Action<int, int, DateTimeOffset>? sent, CancellationToken cancellation)
    {
        var (connection, reports) = _parts[0];
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        var begun = Stopwatch.GetTimestamp();
        var total = 0;
        while (Stopwatch.GetElapsedTime(begun) is var elapsed && elapsed < duration)
        {
            var due = (int)(elapsed.TotalSeconds * perSecond) - total;
            if (due > 0)
            {
                connection.Send(reports, due, sent);
                total += due;
            }

            connection.TakeWaitingAnswers();
            await timer.WaitForNextTickAsync(cancellation);
        }

        return total;
    }

    public void Dispose() => Array.ForEach(_parts, part => part.Connection.Dispose());
}

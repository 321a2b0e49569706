using System.Net.Sockets;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Faults;

/// <summary>A plug of a fault test.</summary>
/// <param name="Name">Its topic.</param>
/// <param name="Qos">How it publishes.</param>
/// <param name="TellsTime">Its reports carry a time.</param>
public sealed record FaultPlug(string Name, int Qos, bool TellsTime = true)
{
    /// <summary>What each report adds to the counter.</summary>
    public const double KilowattHoursPerReport = 0.00001;

    /// <summary>The counter at report 0.</summary>
    public const double ZeroPoint = 100;

    /// <summary>Its id in the house, once it is adopted.</summary>
    public int Id { get; set; }

    public string Topic => $"tele/{Name}/SENSOR";

    /// <summary>Report <paramref name="number"/>: its watts are the number, its counter is that many steps on.</summary>
    public string Report(int number, DateTimeOffset at) =>
        FaultHouse.Report(TellsTime ? at : null, number, ZeroPoint + (number * KilowattHoursPerReport));
}

/// <summary>
/// Publishes one plug's numbered reports, and keeps the log of what the broker has taken: acknowledged at QoS 1, read at QoS 0.
/// With the broker away it does as plugs do: what was under way is not sent again, and it goes on with the next number.
/// </summary>
public sealed class FaultPublisher(FaultPlug plug, int port, (string Name, string Password) user)
{
    private const int Window = 32;
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(100);

    private readonly HashSet<int> _taken = [];
    private int _sent;
    private int _takenCount;

    public FaultPlug Plug => plug;

    /// <summary>The clock of its reports.</summary>
    public Func<int, DateTimeOffset> Clock { get; set; } = _ => DateTimeOffset.UtcNow;

    /// <summary>The number of the last report that was sent.</summary>
    public int Sent => Volatile.Read(ref _sent);

    /// <summary>How many of them the broker has taken.</summary>
    public int TakenCount => Volatile.Read(ref _takenCount);

    /// <summary>The numbers that the broker has taken, as they are now.</summary>
    public HashSet<int> Taken()
    {
        lock (_taken)
        {
            return [.. _taken];
        }
    }

    /// <summary>Publishes the next <paramref name="reports"/>, <paramref name="pause"/> apart; returns when the broker took the last.</summary>
    public async Task RunAsync(int reports, TimeSpan pause, CancellationToken cancellation)
    {
        var last = Sent + reports;
        while (Sent < last)
        {
            try
            {
                await PublishToAsync(last, pause, cancellation);
            }
            catch (Exception error) when (error is IOException or SocketException)
            {
                await Task.Delay(Again, cancellation);
            }
        }
    }

    private async Task PublishToAsync(int last, TimeSpan pause, CancellationToken cancellation)
    {
        await using var link = await PlugLink.ConnectAsync(port, $"{plug.Name}-{Guid.NewGuid():N}", user, Window, Took, cancellation);
        using var pace = pause > TimeSpan.Zero ? new PeriodicTimer(pause) : null;
        while (Sent < last)
        {
            if (pace is not null)
            {
                await pace.WaitForNextTickAsync(cancellation);
            }

            var number = Sent + 1;
            Volatile.Write(ref _sent, number);
            await link.PublishAsync(number, plug.Topic, plug.Report(number, Clock(number)), plug.Qos, cancellation);
        }

        await link.SettleAsync(cancellation);
    }

    private void Took(int first, int last)
    {
        lock (_taken)
        {
            for (var number = first; number <= last; number++)
            {
                _taken.Add(number);
            }
        }

        Interlocked.Add(ref _takenCount, last - first + 1);
    }
}

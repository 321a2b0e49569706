using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Signals;

namespace MqttChat.Domain.Devices;

/// <summary>
/// How many plugs wait for staff: every dashboard shows it at every reading, so it is read once for all of them, again after a
/// <see cref="ReloadSignal.Plugs"/> and when signals may have been lost.
/// </summary>
internal sealed class HeardCount : IDisposable
{
    private static readonly TimeSpan OldestUsed = TimeSpan.FromSeconds(20);

    private readonly IDbContextFactory<HouseDbContext> _houses;
    private readonly TimeProvider _clock;
    private readonly IDisposable _subscription;
    private readonly SemaphoreSlim _reading = new(1);
    private volatile Read? _read;
    private int _generation;

    public HeardCount(IDbContextFactory<HouseDbContext> houses, SignalHub signals, TimeProvider clock)
    {
        (_houses, _clock) = (houses, clock);
        _subscription = signals.Subscribe(ReloadSignal.Plugs, () => Interlocked.Increment(ref _generation));
    }

    public async Task<int> GetAsync(CancellationToken cancellation)
    {
        if (Fresh() is { } read)
        {
            return read.Count;
        }

        await _reading.WaitAsync(cancellation);
        try
        {
            return (Fresh() ?? (_read = await ReadAsync(cancellation))).Count;
        }
        finally
        {
            _reading.Release();
        }
    }

    public void Dispose()
    {
        _subscription.Dispose();
        _reading.Dispose();
    }

    private Read? Fresh() =>
        _read is { } read && read.Generation == Volatile.Read(ref _generation) && _clock.GetElapsedTime(read.BegunAt) < OldestUsed ? read : null;

    private async Task<Read> ReadAsync(CancellationToken cancellation)
    {
        // Taken before reading: a signal that comes meanwhile makes the result old at once.
        var (generation, begunAt) = (Volatile.Read(ref _generation), _clock.GetTimestamp());
        await using var house = await _houses.CreateDbContextAsync(cancellation);
        var count = await house.Plugs.Where(plug => plug.AdoptedAt == null && plug.IgnoredAt == null)
            .Take(DiscoveredPlugs.Most).CountAsync(cancellation);
        return new Read(count, generation, begunAt);
    }

    private sealed record Read(int Count, int Generation, long BegunAt);
}

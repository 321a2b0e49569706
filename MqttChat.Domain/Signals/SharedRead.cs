namespace MqttChat.Domain.Signals;

/// <summary>
/// One read for all who ask: kept until a signal says that it may be old, and no longer than a bound, for signals may be lost.
/// Callers that come while it is read wait for that read.
/// </summary>
internal sealed class SharedRead<T> : IDisposable
{
    private readonly Func<CancellationToken, Task<T>> _read;
    private readonly TimeSpan _oldestUsed;
    private readonly TimeProvider _clock;
    private readonly IDisposable[] _subscriptions;
    private readonly SemaphoreSlim _reading = new(1);
    private volatile Kept? _kept;
    private int _generation;

    /// <summary>Reads nothing before the first call.</summary>
    public SharedRead(
        Func<CancellationToken, Task<T>> read, SignalHub signals, IEnumerable<ReloadSignal> oldAfter, TimeSpan oldestUsed, TimeProvider clock)
    {
        (_read, _oldestUsed, _clock) = (read, oldestUsed, clock);
        _subscriptions = [.. oldAfter.Select(signal => signals.Subscribe(signal, () => Interlocked.Increment(ref _generation)))];
    }

    /// <summary>What was read, now or not long ago.</summary>
    public async Task<T> GetAsync(CancellationToken cancellation)
    {
        if (Fresh() is { } kept)
        {
            return kept.Value;
        }

        await _reading.WaitAsync(cancellation);
        try
        {
            return (Fresh() ?? (_kept = await ReadAsync(cancellation))).Value;
        }
        finally
        {
            _reading.Release();
        }
    }

    public void Dispose()
    {
        Array.ForEach(_subscriptions, subscription => subscription.Dispose());
        _reading.Dispose();
    }

    private Kept? Fresh() =>
        _kept is { } kept && kept.Generation == Volatile.Read(ref _generation) && _clock.GetElapsedTime(kept.BegunAt) < _oldestUsed ? kept : null;

    private async Task<Kept> ReadAsync(CancellationToken cancellation)
    {
        // Taken before reading: a signal that comes meanwhile makes the result old at once.
        var (generation, begunAt) = (Volatile.Read(ref _generation), _clock.GetTimestamp());
        return new Kept(await _read(cancellation), generation, begunAt);
    }

    private sealed record Kept(T Value, int Generation, long BegunAt);
}

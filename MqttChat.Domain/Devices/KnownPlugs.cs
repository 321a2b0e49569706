using MqttChat.Domain.Signals;

namespace MqttChat.Domain.Devices;

/// <summary>
/// The adopted plugs as last read, read again after a <see cref="ReloadSignal.Plugs"/> or when half a minute has passed:
/// signals may be lost.
/// </summary>
internal sealed class KnownPlugs : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private readonly HeardPlugRows _rows;
    private readonly DiscoveredPlugs _discovered;
    private readonly SignalHub _signals;
    private readonly TimeProvider _clock;
    private readonly IDisposable _subscription;
    private readonly SemaphoreSlim _reading = new(1, 1);
    private long _version = 1;
    private volatile Snapshot _current = new(AdoptedPlugs.Empty, 0, 0);

    // Set while this instance tells its own pages of a live reading: no row changed then.
    [ThreadStatic]
    private static bool _isLiveOnly;

    public KnownPlugs(HeardPlugRows rows, DiscoveredPlugs discovered, SignalHub signals, TimeProvider clock)
    {
        (_rows, _discovered, _signals, _clock) = (rows, discovered, signals, clock);
        _subscription = signals.Subscribe(ReloadSignal.Plugs, () =>
        {
            if (!_isLiveOnly)
            {
                Interlocked.Increment(ref _version);
            }
        });
    }

    public async Task<AdoptedPlugs> AdoptedAsync(CancellationToken cancellation)
    {
        if (IsFresh(_current))
        {
            return _current.Adopted;
        }

        await _reading.WaitAsync(cancellation);
        try
        {
            if (!IsFresh(_current))
            {
                var version = Interlocked.Read(ref _version);
                var readAt = _clock.GetTimestamp();
                var moment = _discovered.Moment();
                var rows = await _rows.ReadAsync(cancellation);
                var adopted = new AdoptedPlugs([.. rows.Where(row => row.AdoptedAt is not null)]);
                _discovered.Follow([.. rows.Where(row => row.AdoptedAt is null)], adopted, moment);
                _current = new(adopted, version, readAt);
            }

            return _current.Adopted;
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>Tells this instance's pages that a live reading changed; the other instances hear it themselves.</summary>
    public void ShowLive()
    {
        _isLiveOnly = true;
        try
        {
            _signals.Receive(ReloadSignal.Plugs);
        }
        finally
        {
            _isLiveOnly = false;
        }
    }

    public void Dispose()
    {
        _subscription.Dispose();
        _reading.Dispose();
    }

    private bool IsFresh(Snapshot snapshot) =>
        snapshot.Version == Interlocked.Read(ref _version) && _clock.GetElapsedTime(snapshot.ReadAt) < Longest;

    private sealed record Snapshot(AdoptedPlugs Adopted, long Version, long ReadAt);
}

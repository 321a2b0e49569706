using MqttChat.Domain.Signals;

namespace MqttChat.Web.Mqtt;

/// <summary>Signals on their way out. The same signal waits once; more than the bound are dropped, for signals may be lost.</summary>
internal sealed class SignalQueue
{
    private const int Bound = 10_000;

    private readonly Lock _gate = new();
    private readonly HashSet<ReloadSignal> _waiting = [];
    private readonly Bell _bell = new();
    private long _coalesced;

    /// <summary>Signals that one already waiting says as well.</summary>
    public long Coalesced => Interlocked.Read(ref _coalesced);

    /// <summary>Adds a signal; never waits.</summary>
    public void Offer(ReloadSignal signal)
    {
        lock (_gate)
        {
            if (_waiting.Count < Bound && !_waiting.Add(signal))
            {
                Interlocked.Increment(ref _coalesced);
            }
        }

        _bell.Ring();
    }

    /// <summary>Waits until there is a signal, and takes all that wait.</summary>
    public async Task<IReadOnlyList<ReloadSignal>> TakeAsync(CancellationToken cancellation)
    {
        while (true)
        {
            lock (_gate)
            {
                if (_waiting.Count > 0)
                {
                    ReloadSignal[] taken = [.. _waiting];
                    _waiting.Clear();
                    return taken;
                }
            }

            await _bell.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }
}

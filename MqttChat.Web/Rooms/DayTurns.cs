namespace MqttChat.Web.Rooms;

/// <summary>
/// Tells pages when a day may have turned somewhere: midnights lie on quarters of an hour in every zone. One timer for all pages.
/// </summary>
public sealed class DayTurns : IDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);
    private readonly Lock _gate = new();
    private readonly TimeProvider _clock;
    private readonly ITimer _timer;
    private readonly HashSet<Subscription> _subscriptions = [];
    private long _quarter;

    /// <summary>Made once an instance.</summary>
    public DayTurns(TimeProvider clock)
    {
        _clock = clock;
        _quarter = Quarter();
        // Looked at often: a timer of a quarter would be late after the machine has slept.
        _timer = clock.CreateTimer(_ => Tell(), null, Look, Look);
    }

    /// <summary>Calls from any thread; must not block. Dispose to stop.</summary>
    public IDisposable Subscribe(Action onTurned)
    {
        var subscription = new Subscription(this, onTurned);
        lock (_gate)
        {
            _subscriptions.Add(subscription);
        }

        return subscription;
    }

    /// <inheritdoc />
    public void Dispose() => _timer.Dispose();

    private long Quarter() => _clock.GetUtcNow().UtcTicks / (15 * TimeSpan.TicksPerMinute);

    private void Tell()
    {
        Subscription[] told;
        lock (_gate)
        {
            (var before, _quarter) = (_quarter, Quarter());
            told = before == _quarter ? [] : [.. _subscriptions];
        }

        Array.ForEach(told, subscription => subscription.OnTurned());
    }

    private sealed class Subscription(DayTurns turns, Action onTurned) : IDisposable
    {
        public Action OnTurned { get; } = onTurned;

        public void Dispose()
        {
            lock (turns._gate)
            {
                turns._subscriptions.Remove(this);
            }
        }
    }
}

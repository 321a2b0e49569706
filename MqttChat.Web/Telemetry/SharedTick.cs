namespace MqttChat.Web.Telemetry;

/// <summary>The two paces of pages that are open.</summary>
internal sealed class Ticks(TimeProvider clock) : IDisposable
{
    /// <summary>For what falls silent.</summary>
    public SharedTick Slow { get; } = new(clock, TimeSpan.FromSeconds(20));

    /// <summary>For counters that no signal tells of.</summary>
    public SharedTick Fast { get; } = new(clock, TimeSpan.FromSeconds(2));

    public void Dispose()
    {
        Slow.Dispose();
        Fast.Dispose();
    }
}

/// <summary>
/// One timer for every open page of this instance: plugs fall silent without a message that says so, and what a lost signal
/// did not tell is read again. It runs while somebody listens.
/// </summary>
internal sealed class SharedTick(TimeProvider clock, TimeSpan interval) : IDisposable
{
    private readonly Lock _gate = new();
    private Action? _listeners;
    private ITimer? _timer;

    /// <summary>Calls at every tick; must not block or throw. Dispose to stop.</summary>
    public IDisposable Subscribe(Action onTick)
    {
        lock (_gate)
        {
            _listeners += onTick;
            _timer ??= clock.CreateTimer(_ => _listeners?.Invoke(), null, interval, interval);
        }

        return new Subscription(this, onTick);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _listeners = null;
            _timer?.Dispose();
            _timer = null;
        }
    }

    private void Remove(Action onTick)
    {
        lock (_gate)
        {
            _listeners -= onTick;
            if (_listeners is null)
            {
                _timer?.Dispose();
                _timer = null;
            }
        }
    }

    private sealed class Subscription(SharedTick tick, Action onTick) : IDisposable
    {
        private Action? _onTick = onTick;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _onTick, null) is { } listener)
            {
                tick.Remove(listener);
            }
        }
    }
}

namespace MqttChat.Web.Telemetry;

/// <summary>
/// One timer for every open page of this instance: plugs fall silent without a message that says so, and what a lost signal
/// did not tell is read again. It runs while somebody listens.
/// </summary>
internal sealed class SharedTick(TimeProvider clock) : IDisposable
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(20);

    private readonly Lock _gate = new();
    private Action? _listeners;
    private ITimer? _timer;

    /// <summary>Calls at every tick; must not block or throw. Dispose to stop.</summary>
    public IDisposable Subscribe(Action onTick)
    {
        lock (_gate)
        {
            _listeners += onTick;
            _timer ??= clock.CreateTimer(_ => _listeners?.Invoke(), null, Interval, Interval);
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

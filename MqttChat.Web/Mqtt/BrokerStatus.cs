namespace MqttChat.Web.Mqtt;

/// <summary>How the link to the broker stands.</summary>
/// <param name="Connected">The signal session is connected.</param>
/// <param name="Since">Since when it is so.</param>
/// <param name="Reason">Why it is away: a stable code (<c>refused.credentials</c>, <c>unreachable</c>, <c>tls</c>, <c>portTaken</c>, <c>silent</c>); null while connected.</param>
public sealed record BrokerState(bool Connected, DateTimeOffset Since, string? Reason)
{
    /// <summary>It is known to be away, and not only asked for the first time.</summary>
    public bool IsAway => !Connected && Reason != "connecting";

    /// <summary>Where it is looked for: host and port, never what is said to log in; null before the first attempt.</summary>
    public string? Address { get; init; }
}

/// <summary>What staff see of the broker; written by the sessions, read by pages and the API.</summary>
public sealed class BrokerStatus(TimeProvider clock)
{
    private readonly Lock _gate = new();
    private Action? _changed;

    /// <summary>The state now.</summary>
    public BrokerState Current { get; private set; } = new(false, clock.GetUtcNow(), "connecting");

    /// <summary>Calls at every change; must not block. Dispose to stop.</summary>
    public IDisposable Subscribe(Action onChanged)
    {
        lock (_gate)
        {
            _changed += onChanged;
        }

        return new Subscription(this, onChanged);
    }

    /// <summary>Notes a change; the same state again keeps its <see cref="BrokerState.Since"/>.</summary>
    public void Set(bool connected, string? reason, string? address = null)
    {
        Action? changed;
        lock (_gate)
        {
            address ??= Current.Address;
            if (Current.Connected == connected && Current.Reason == reason && Current.Address == address)
            {
                return;
            }

            var since = Current.Connected == connected ? Current.Since : clock.GetUtcNow();
            Current = new(connected, since, reason) { Address = address };
            changed = _changed;
        }

        changed?.Invoke();
    }

    private sealed class Subscription(BrokerStatus status, Action onChanged) : IDisposable
    {
        public void Dispose()
        {
            lock (status._gate)
            {
                status._changed -= onChanged;
            }
        }
    }
}

using Microsoft.AspNetCore.Components.Server.Circuits;

namespace MqttChat.Web.Rooms;

/// <summary>
/// Whether this circuit's browser can be reached. A circuit whose browser is away is kept for minutes: its components let go
/// of their subscriptions meanwhile, so that nobody renders for nobody, and catch up when it is back.
/// </summary>
public sealed class CircuitLink
{
    private readonly Lock _gate = new();
    private Action<bool>? _changed;

    /// <summary>Calls with true when the browser is back, with false when it is gone. Dispose to stop.</summary>
    public IDisposable Subscribe(Action<bool> onChanged)
    {
        lock (_gate)
        {
            _changed += onChanged;
        }

        return new Subscription(this, onChanged);
    }

    internal void Set(bool up)
    {
        Action<bool>? changed;
        lock (_gate)
        {
            changed = _changed;
        }

        changed?.Invoke(up);
    }

    private sealed class Subscription(CircuitLink link, Action<bool> onChanged) : IDisposable
    {
        public void Dispose()
        {
            lock (link._gate)
            {
                link._changed -= onChanged;
            }
        }
    }
}

internal sealed class CircuitLinkHandler(CircuitLink link) : CircuitHandler
{
    public override Task OnConnectionDownAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        link.Set(false);
        return Task.CompletedTask;
    }

    public override Task OnConnectionUpAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        link.Set(true);
        return Task.CompletedTask;
    }
}

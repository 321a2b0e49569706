using Microsoft.Extensions.Logging;

namespace MqttChat.Domain.Signals;

/// <summary>The way out to the other instances. Never waits and never throws: signals may be lost.</summary>
public interface ISignalWire
{
    /// <summary>Hands a signal over for publishing; the same signal already waiting counts as one.</summary>
    void Offer(ReloadSignal signal);
}

/// <summary>
/// Hands reload signals to whoever shows the thing. <see cref="Publish"/> is called after a commit, never inside the
/// transaction: who reads again at once must find the change.
/// </summary>
public sealed class SignalHub(ILogger<SignalHub> logger)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<Subscription>> _byTopic = [];
    private ISignalWire? _wire;
    private int _subscriptions;
    private long _published;
    private long _received;

    /// <summary>How many listen now; what a page forgot to end shows here.</summary>
    public int Subscriptions
    {
        get
        {
            lock (_gate)
            {
                return _subscriptions;
            }
        }
    }

    /// <summary>Signals of this instance.</summary>
    public long Published => Interlocked.Read(ref _published);

    /// <summary>Signals that came in from other instances.</summary>
    public long Received => Interlocked.Read(ref _received);

    /// <summary>Connects the way out to the other instances; without one, signals stay inside the process.</summary>
    public void ConnectWire(ISignalWire wire) => _wire = wire;

    /// <summary>
    /// Calls <paramref name="onSignal"/> at every signal of that topic, on the publisher's thread: it must not block or
    /// throw, only note that something is to be read. Dispose to stop.
    /// </summary>
    public IDisposable Subscribe(ReloadSignal signal, Action onSignal)
    {
        var subscription = new Subscription(this, signal.Topic, onSignal);
        lock (_gate)
        {
            if (!_byTopic.TryGetValue(signal.Topic, out var list))
            {
                _byTopic[signal.Topic] = list = [];
            }

            list.Add(subscription);
            _subscriptions++;
        }

        return subscription;
    }

    /// <summary>Tells this instance's subscribers and the other instances. Call after the commit.</summary>
    public void Publish(ReloadSignal signal)
    {
        Interlocked.Increment(ref _published);
        Tell(signal);
        _wire?.Offer(signal);
    }

    /// <summary>A signal that came in from another instance.</summary>
    public void Receive(ReloadSignal signal)
    {
        Interlocked.Increment(ref _received);
        Tell(signal);
    }

    /// <summary>Counts as a signal on everything: after a (re)connect nobody knows what was missed.</summary>
    public void ReceiveAll()
    {
        Subscription[] called;
        lock (_gate)
        {
            called = [.. _byTopic.Values.SelectMany(list => list)];
        }

        Call(called);
    }

    private void Tell(ReloadSignal signal)
    {
        Subscription[] called;
        lock (_gate)
        {
            if (!_byTopic.TryGetValue(signal.Topic, out var list))
            {
                return;
            }

            called = [.. list];
        }

        Call(called);
    }

    private void Call(Subscription[] called)
    {
        foreach (var subscription in called)
        {
            try
            {
                subscription.OnSignal();
            }
            catch (Exception error)
            {
                // One subscriber's fault must not keep the signal from the others.
                logger.LogError(error, "A subscriber of {Topic} failed", subscription.Topic);
            }
        }
    }

    private void Remove(Subscription subscription)
    {
        lock (_gate)
        {
            if (!_byTopic.TryGetValue(subscription.Topic, out var list) || !list.Remove(subscription))
            {
                return;
            }

            _subscriptions--;
            if (list.Count == 0)
            {
                _byTopic.Remove(subscription.Topic);
            }
        }
    }

    private sealed class Subscription(SignalHub hub, string topic, Action onSignal) : IDisposable
    {
        public string Topic { get; } = topic;

        public Action OnSignal { get; } = onSignal;

        public void Dispose() => hub.Remove(this);
    }
}

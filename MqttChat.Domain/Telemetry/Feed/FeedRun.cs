using MqttChat.Domain.Signals;

namespace MqttChat.Domain.Telemetry.Feed;

/// <summary>What runs while somebody looks: the signals' subscriptions and the safety timer, over one coalesced read.</summary>
internal sealed class FeedRun : IDisposable
{
    private readonly Coalescer _coalescer;
    private readonly List<IDisposable> _parts = [];

    public FeedRun(
        SignalHub signals, TimeProvider clock, Func<CancellationToken, Task> read, Action onHouseChanged, TimeSpan interval,
        TimeSpan safetyInterval, Action<Exception> onError, Action onCoalesced)
    {
        _coalescer = new Coalescer(read, interval, clock, onError, onCoalesced);
        void HouseChanged()
        {
            onHouseChanged();
            _coalescer.Request();
        }

        _parts.Add(signals.Subscribe(ReloadSignal.Power, _coalescer.Request));
        _parts.Add(signals.Subscribe(ReloadSignal.Plugs, HouseChanged));
        _parts.Add(signals.Subscribe(ReloadSignal.Rooms, HouseChanged));
        _parts.Add(clock.CreateTimer(_ => HouseChanged(), null, safetyInterval, safetyInterval));
    }

    public void Request() => _coalescer.Request();

    public void Dispose()
    {
        _parts.ForEach(part => part.Dispose());
        _coalescer.Dispose();
    }
}

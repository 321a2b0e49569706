using Microsoft.AspNetCore.Components.Server.Circuits;
using MqttChat.Domain.Signals;
using MqttChat.Domain.Telemetry;
using MqttChat.Web.Mqtt;

namespace MqttChat.Web.Telemetry;

/// <summary>
/// Tells the components of one circuit that power, plugs or the broker may have changed: one subscription a circuit, whatever
/// it shows. A circuit whose browser is gone is kept for a while and would go on rendering for nobody, so it is told nothing
/// until the browser is back.
/// </summary>
internal sealed class LivePower(PowerFeed feed, BrokerStatus broker, SignalHub signals, Ticks ticks) : CircuitHandler, IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<IDisposable> _sources = [];
    private Action? _listeners;
    private bool _away;

    /// <summary>Calls after every change, on any thread; must not block or throw. Dispose to stop.</summary>
    public IDisposable Subscribe(Action onChanged) => Add(onChanged, null);

    /// <summary>As <see cref="Subscribe"/>, and besides at every change to plugs that nobody has adopted.</summary>
    public IDisposable SubscribeWithNewPlugs(Action onChanged) =>
        Add(onChanged, signals.Subscribe(ReloadSignal.Plugs, () => TellOne(onChanged)));

    /// <summary>Calls every two seconds, and at nothing else: for counters that no signal tells of.</summary>
    public IDisposable SubscribeFast(Action onChanged) => ticks.Fast.Subscribe(() => TellOne(onChanged));

    private Subscription Add(Action onChanged, IDisposable? besides)
    {
        lock (_gate)
        {
            _listeners += onChanged;
        }

        Listen();
        return new Subscription(this, onChanged, besides);
    }

    /// <inheritdoc />
    public override Task OnConnectionDownAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        _away = true;
        Listen();
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public override Task OnConnectionUpAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        _away = false;
        Listen();
        Tell();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _listeners = null;
        }

        Listen();
    }

    private void Tell() => _listeners?.Invoke();

    private void TellOne(Action listener)
    {
        if (!_away)
        {
            listener();
        }
    }

    private void Listen()
    {
        lock (_gate)
        {
            var wanted = _listeners is not null && !_away;
            if (wanted && _sources.Count == 0)
            {
                _sources.AddRange([feed.Subscribe(Tell), broker.Subscribe(Tell), ticks.Slow.Subscribe(Tell)]);
            }
            else if (!wanted)
            {
                _sources.ForEach(source => source.Dispose());
                _sources.Clear();
            }
        }
    }

    private sealed class Subscription(LivePower live, Action onChanged, IDisposable? besides) : IDisposable
    {
        private Action? _onChanged = onChanged;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _onChanged, null) is { } listener)
            {
                besides?.Dispose();
                lock (live._gate)
                {
                    live._listeners -= listener;
                }

                live.Listen();
            }
        }
    }
}

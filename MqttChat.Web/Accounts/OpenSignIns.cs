using MqttChat.Domain.Accounts;
using MqttChat.Domain.Signals;

namespace MqttChat.Web.Accounts;

/// <summary>
/// Ends open pages within seconds of their sign-in: when somebody's account has changed, one query finds out which of all that are
/// open here still stand. The page is told, so that it leaves for the sign-in; whoever does not listen is cut off soon after.
/// </summary>
internal sealed class OpenSignIns : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, List<Action>> _pages = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly IServiceScopeFactory _scopes;
    private readonly CircuitSockets _sockets;
    private readonly TimeProvider _clock;
    private readonly Coalescer _check;
    private readonly IDisposable _subscription;

    public OpenSignIns(SignalHub signals, IServiceScopeFactory scopes, CircuitSockets sockets, TimeProvider clock, ILogger<OpenSignIns> logger)
    {
        (_scopes, _sockets, _clock) = (scopes, sockets, clock);
        _check = new Coalescer(CheckAsync, Interval, clock, error => logger.LogError(error, "Looking for ended sign-ins failed"));
        _subscription = signals.Subscribe(ReloadSignal.People, _check.Request);
    }

    /// <summary>Calls once the sign-in has ended; <paramref name="onEnded"/> does not block. Dispose to stop.</summary>
    public IDisposable Watch(Guid id, Action onEnded)
    {
        lock (_gate)
        {
            if (!_pages.TryGetValue(id, out var pages))
            {
                _pages[id] = pages = [];
            }

            pages.Add(onEnded);
        }

        return new Watching(this, id, onEnded);
    }

    public void Dispose()
    {
        _subscription.Dispose();
        _check.Dispose();
        _stop.Cancel();
    }

    private async Task CheckAsync(CancellationToken cancellation)
    {
        // A page whose link is down counts by its watch; a socket that has no page yet by itself.
        HashSet<Guid> ended = [.. _sockets.SignIns];
        lock (_gate)
        {
            ended.UnionWith(_pages.Keys);
        }

        if (ended.Count == 0)
        {
            return;
        }

        await using var scope = _scopes.CreateAsyncScope();
        ended.ExceptWith(await scope.ServiceProvider.GetRequiredService<SignIns>().StillOpenAsync(ended, cancellation));
        if (ended.Count > 0)
        {
            Tell(ended);
            _ = CutSoonAsync(ended);
        }
    }

    private void Tell(HashSet<Guid> ended)
    {
        List<Action> told;
        lock (_gate)
        {
            told = [.. _pages.Where(page => ended.Contains(page.Key)).SelectMany(page => page.Value)];
        }

        told.ForEach(onEnded => onEnded());
    }

    private async Task CutSoonAsync(HashSet<Guid> ended)
    {
        try
        {
            await Task.Delay(Grace, _clock, _stop.Token);
            _sockets.Cut(ended);
        }
        catch (OperationCanceledException)
        {
            // The program stops, and its sockets with it.
        }
    }

    private sealed class Watching(OpenSignIns all, Guid id, Action onEnded) : IDisposable
    {
        public void Dispose()
        {
            lock (all._gate)
            {
                if (all._pages.TryGetValue(id, out var pages) && pages.Remove(onEnded) && pages.Count == 0)
                {
                    all._pages.Remove(id);
                }
            }
        }
    }
}

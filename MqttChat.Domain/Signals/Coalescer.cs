namespace MqttChat.Domain.Signals;

/// <summary>
/// Runs one piece of work for many requests: the first runs at once, what comes meanwhile waits as one more run, and runs
/// start at least <paramref name="interval"/> apart. Errors go to <paramref name="onError"/> and do not stop later runs.
/// <paramref name="onCoalesced"/> hears of each request that a run already waiting serves as well.
/// </summary>
public sealed class Coalescer(
    Func<CancellationToken, Task> work, TimeSpan interval, TimeProvider clock, Action<Exception> onError, Action? onCoalesced = null) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private bool _running;
    private bool _waiting;
    private TaskCompletionSource? _idle;

    /// <summary>Asks for a run that starts after this call; never blocks.</summary>
    public void Request()
    {
        lock (_gate)
        {
            if (_stop.IsCancellationRequested)
            {
                return;
            }

            if (_running)
            {
                if (_waiting)
                {
                    onCoalesced?.Invoke();
                }

                _waiting = true;
                return;
            }

            _running = true;
        }

        _ = Task.Run(RunAsync);
    }

    /// <summary>Completes when nothing runs and nothing waits; for an orderly end and for tests.</summary>
    public Task WhenIdleAsync()
    {
        lock (_gate)
        {
            return _running ? (_idle ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task : Task.CompletedTask;
        }
    }

    /// <summary>Cancels the run under way and starts no other.</summary>
    public void Dispose() => _stop.Cancel();

    private async Task RunAsync()
    {
        while (true)
        {
            var started = clock.GetTimestamp();
            try
            {
                await work(_stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                // Stopped: the state below ends the loop.
            }
            catch (Exception error)
            {
                onError(error);
            }

            lock (_gate)
            {
                if (!_waiting || _stop.IsCancellationRequested)
                {
                    _running = false;
                    _waiting = false;
                    _idle?.TrySetResult();
                    _idle = null;
                    return;
                }
            }

            var left = interval - clock.GetElapsedTime(started);
            if (left > TimeSpan.Zero)
            {
                await Task.Delay(left, clock, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            lock (_gate)
            {
                _waiting = false;
            }
        }
    }
}

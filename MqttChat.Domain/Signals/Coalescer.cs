namespace MqttChat.Domain.Signals;

/// <summary>
/// Runs one piece of work for many requests. The first runs at once, and so does a second soon after (an answer to a message is
/// no flood); from then on runs start at least <paramref name="interval"/> apart, and what comes meanwhile waits as one more run.
/// So within any two intervals at most two runs start, however many are asked for. Errors go to <paramref name="onError"/> and
/// do not stop later runs. <paramref name="onCoalesced"/> hears of each request that a run already waiting serves as well.
/// </summary>
public sealed class Coalescer(
    Func<CancellationToken, Task> work, TimeSpan interval, TimeProvider clock, Action<Exception> onError, Action? onCoalesced = null) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private bool _running;
    private bool _waiting;
    private long? _lastStart;
    private long? _startBefore;
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
        var pause = Left(_startBefore, 2 * interval);
        do
        {
            if (pause > TimeSpan.Zero)
            {
                // Whole milliseconds, and never one too few: a timer cuts off what is below.
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(pause.TotalMilliseconds)), clock, _stop.Token)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            await RunOnceAsync().ConfigureAwait(false);
            var (even, pair) = (Left(_lastStart, interval), Left(_startBefore, 2 * interval));
            pause = even > pair ? even : pair;
        }
        while (GoesOn());
    }

    private async Task RunOnceAsync()
    {
        lock (_gate)
        {
            // What came until now is served by this run.
            _waiting = false;
        }

        (_startBefore, _lastStart) = (_lastStart, clock.GetTimestamp());
        try
        {
            _stop.Token.ThrowIfCancellationRequested();
            await work(_stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Stopped: nothing goes on.
        }
        catch (Exception error)
        {
            onError(error);
        }
    }

    private bool GoesOn()
    {
        lock (_gate)
        {
            if (_waiting && !_stop.IsCancellationRequested)
            {
                return true;
            }

            _running = false;
            _waiting = false;
            _idle?.TrySetResult();
            _idle = null;
            return false;
        }
    }

    private TimeSpan Left(long? since, TimeSpan span) => since is { } start ? span - clock.GetElapsedTime(start) : TimeSpan.Zero;
}

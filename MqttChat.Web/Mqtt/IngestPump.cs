using MqttChat.Domain.Telemetry;

namespace MqttChat.Web.Mqtt;

/// <summary>What an <see cref="IngestPump"/> works with for the time of one connection.</summary>
internal sealed record IngestPumpContext(
    HeldLease Lease, BrokerConnection Connection, IngestQueue Queue, UnacknowledgedQueue Unacknowledged, Bell Bell, string MarkerTopic, int BatchLimit);

/// <summary>
/// The batch loop of one connection: take what waits, store it in one transaction, acknowledge it in order, and only then.
/// While the database is away nothing is acknowledged and the batch is kept; the broker keeps the rest.
/// </summary>
internal sealed class IngestPump(IngestPumpContext context, IngestWork work, TimeProvider clock, ILogger logger)
{
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(1);

    // After so long without the database the broker has a queue for us, and what it delivers next is not of this moment.
    private static readonly TimeSpan LongestStall = TimeSpan.FromSeconds(5);

    // Of a second's reports, one by one, this makes some two hundred transactions.
    private static readonly TimeSpan Distance = TimeSpan.FromMilliseconds(5);

    private readonly IngestSubscriptions _subscriptions = new(context, work, clock, logger);
    private readonly IngestBacklog _backlog = new(context, clock);
    private readonly BackOff _databaseBackOff = BackOff.ForDatabase();
    private List<Delivery> _batch = [];
    private long _recomputedAt = clock.GetTimestamp();
    private bool _recomputeDue = true;
    private long? _storedAt;
    private bool _stalled;

    /// <summary>The broker queues for this session.</summary>
    public bool IsSubscribed => _subscriptions.IsComplete;

    /// <summary>The set of adopted plugs changed.</summary>
    public void PlugsChanged()
    {
        _subscriptions.Changed();
        context.Bell.Ring();
    }

    /// <summary>
    /// Runs until <paramref name="stop"/>, then stores and acknowledges what was taken in. Throws
    /// <see cref="BrokerAwayException"/> when the connection is lost, <see cref="LeaseLostException"/> with the lease.
    /// <paramref name="abandon"/> ends it at once, without acknowledging.
    /// </summary>
    public async Task RunAsync(CancellationToken stop, CancellationToken abandon)
    {
        using var ringing = stop.Register(() =>
        {
            context.Queue.Close();
            context.Bell.Ring();
        });
        await RetryAsync(token => work.BeginConnection(context.Lease, context.Connection.SessionPresent, token), abandon).ConfigureAwait(false);
        _stalled = false;
        while (true)
        {
            ThrowIfUseless(abandon);
            await _subscriptions.SyncAsync(_backlog, stop, abandon).ConfigureAwait(false);
            await KeepDistanceAsync(abandon).ConfigureAwait(false);
            var reports = TakeBatch();
            if (_batch.Count > 0)
            {
                await StoreAndAcknowledgeAsync(reports, abandon).ConfigureAwait(false);
            }
            else if (stop.IsCancellationRequested)
            {
                return;
            }

            if (_stalled && !stop.IsCancellationRequested)
            {
                // A new connection tells the backlog from what is live.
                throw new BrokerAwayException(BrokerReasons.Closed);
            }

            await EndBacklogIfDrainedAsync(abandon).ConfigureAwait(false);
            if (_batch.Count == 0)
            {
                await BeIdleAsync(stop, abandon).ConfigureAwait(false);
            }
        }
    }

    /// <summary>What was delivered and not stored: asked for after the connection is lost.</summary>
    public IReadOnlyList<Delivery> Unstored()
    {
        List<Delivery> left = [.. _batch.Where(delivery => !_backlog.IsMarker(delivery))];
        while (context.Queue.TryTake(out var delivery))
        {
            if (!_backlog.IsMarker(delivery!))
            {
                left.Add(delivery!);
            }
        }

        return left;
    }

    /// <summary>
    /// Commits close upon each other cost more than what they carry. The first after a quiet moment goes at once; only the next
    /// one keeps its distance, and has all that came meanwhile.
    /// </summary>
    private async Task KeepDistanceAsync(CancellationToken abandon)
    {
        if (_storedAt is { } last && clock.GetElapsedTime(last) is var since && since < Distance && context.Queue.Count < context.BatchLimit)
        {
            await Task.Delay(Distance - since, clock, abandon).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Takes what waits and never waits for more; ends at the marker, so that a batch lies on one side of it.</summary>
    private List<IncomingReport> TakeBatch()
    {
        _batch = [];
        List<IncomingReport> reports = [];
        while (_batch.Count < context.BatchLimit && context.Queue.TryTake(out var delivery))
        {
            _batch.Add(delivery!);
            if (_backlog.IsMarker(delivery!))
            {
                if (_backlog.EndsAt(delivery!))
                {
                    break;
                }
            }
            else
            {
                reports.Add(delivery!.AsReport(_backlog.IsRunning));
            }
        }

        while (_batch.Count < context.BatchLimit && context.Unacknowledged.TryTake(out var delivery))
        {
            _batch.Add(delivery!);
            reports.Add(delivery!.AsReport(isBacklog: false));
        }

        return reports;
    }

    private async Task StoreAndAcknowledgeAsync(List<IncomingReport> reports, CancellationToken abandon)
    {
        if (reports.Count > 0)
        {
            _storedAt = clock.GetTimestamp();
            await RetryAsync(token => work.Store(context.Lease, reports, token), abandon).ConfigureAwait(false);
            _recomputeDue = true;
        }

        var stored = _batch;
        _batch = [];
        _backlog.Touch();
        await EndBacklogIfDrainedAsync(abandon).ConfigureAwait(false);
        ThrowIfUseless(abandon);
        // Also a stored message that is delivered again is recognised, so where this fails the way on is a new connection.
        await context.Connection.AcknowledgeAsync(
            stored.Where(delivery => delivery.IsAwaited).Select(delivery => delivery.Received), abandon).ConfigureAwait(false);
        _backlog.Touch();
        context.Bell.Ring();
    }

    private async Task EndBacklogIfDrainedAsync(CancellationToken abandon)
    {
        if (_backlog.IsDrained)
        {
            await RetryAsync(token => work.EndBacklog(context.Lease, token), abandon).ConfigureAwait(false);
            _backlog.Ended();
        }
    }

    private async Task BeIdleAsync(CancellationToken stop, CancellationToken abandon)
    {
        if (_recomputeDue && context.Queue.Count == 0 && clock.GetElapsedTime(_recomputedAt) >= Idle)
        {
            await RetryAsync(async token => _recomputeDue = await work.Recompute(context.Lease, token).ConfigureAwait(false), abandon)
                .ConfigureAwait(false);
            _recomputedAt = clock.GetTimestamp() - (_recomputeDue ? clock.TimestampFrequency : 0);
        }
        else if (!stop.IsCancellationRequested)
        {
            await context.Bell.WaitAsync(Idle, clock, abandon).ConfigureAwait(false);
        }
    }

    /// <summary>Until it goes well: only a lost lease, a lost connection or the end of the program stop trying.</summary>
    private async Task RetryAsync(Func<CancellationToken, Task> step, CancellationToken abandon)
    {
        long? failedAt = null;
        while (true)
        {
            try
            {
                await step(abandon).ConfigureAwait(false);
                _databaseBackOff.Reset();
                _stalled |= failedAt is { } since && clock.GetElapsedTime(since) >= LongestStall;
                return;
            }
            catch (Exception error) when (error is not LeaseLostException && !abandon.IsCancellationRequested)
            {
                failedAt ??= clock.GetTimestamp();
                var pause = _databaseBackOff.Next();
                logger.LogError(error, "Ingest partition {Partition} cannot store; nothing is acknowledged, next try in {Pause:0.0} s", context.Lease.Partition, pause.TotalSeconds);
                await Task.WhenAny(context.Connection.Lost, Task.Delay(pause, clock, abandon)).ConfigureAwait(false);
                ThrowIfUseless(abandon);
            }
        }
    }

    private void ThrowIfUseless(CancellationToken abandon)
    {
        abandon.ThrowIfCancellationRequested();
        if (context.Connection.Lost is { IsCompletedSuccessfully: true } lost)
        {
            throw new BrokerAwayException(lost.GetAwaiter().GetResult());
        }

        if (context.Queue.Overflown)
        {
            throw new BrokerAwayException(BrokerReasons.Closed);
        }
    }
}

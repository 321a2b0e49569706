using Microsoft.Extensions.Options;
using MqttChat.Domain.Signals;
using MqttChat.Domain.Telemetry;

namespace MqttChat.Web.Mqtt;

/// <summary>
/// The durable session of one partition: win the lease, connect with the partition's fixed client id, store. The broker's
/// queue belongs to the session, so whoever wins the lease next goes on where this instance ended.
/// </summary>
internal sealed class IngestSession
{
    /// <summary>How often a lease that another holds is asked for.</summary>
    internal static readonly TimeSpan AskForLease = TimeSpan.FromSeconds(1);

    private const uint SessionExpirySeconds = 7 * 24 * 3600;
    private const int UnacknowledgedBound = 10_000;
    private const int MaximumPacketBytes = 1024 * 1024;
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(10);

    private readonly int _partition;
    private readonly BrokerConnector _connector;
    private readonly IngestWork _work;
    private readonly IngestCounters _counters;
    private readonly SignalHub _hub;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly int _receiveMaximum;
    private readonly string _marker;
    private readonly BrokerLogin _login;
    private readonly ReconnectLoop _loop;
    private readonly UnacknowledgedQueue _unacknowledged;
    private volatile IngestQueue? _queue;
    private volatile IngestPump? _pump;
    private volatile CancellationTokenSource? _turn;
    private IReadOnlyList<Delivery> _carried = [];

    public IngestSession(
        int partition, BrokerConnector connector, IngestWork work, IngestCounters counters, SignalHub hub,
        IOptions<MqttOptions> mqtt, IOptions<IngestOptions> ingest, TimeProvider clock, ILogger<IngestSession> logger)
    {
        (_partition, _connector, _work, _counters, _hub, _clock, _logger) = (partition, connector, work, counters, hub, clock, logger);
        _receiveMaximum = ingest.Value.ReceiveMaximum;
        _marker = new OwnTopics(mqtt.Value.TopicPrefix).Marker(partition);
        _login = new(ClientIdOf(mqtt.Value, partition))
        {
            SessionExpirySeconds = SessionExpirySeconds,
            ReceiveMaximum = (ushort)_receiveMaximum,
            MaximumPacketBytes = MaximumPacketBytes,
        };
        _loop = new(clock, logger, $"ingest {partition}");
        _unacknowledged = new(UnacknowledgedBound, counters);
    }

    /// <summary>The name by which the broker keeps a partition's session.</summary>
    public static string ClientIdOf(MqttOptions mqtt, int partition) => $"{mqtt.ClientId}-ingest-{partition}";

    /// <summary>How many messages wait to be stored.</summary>
    public int Waiting => (_queue?.Count ?? 0) + _unacknowledged.Count;

    /// <summary>Connected and subscribed: from now on the broker queues for this session.</summary>
    public bool IsSubscribed => _pump?.IsSubscribed == true;

    /// <summary>Wins the lease, serves, and begins again when it is lost; a stop commits, acknowledges and gives the lease back.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var lease = await AcquireAsync(stop).ConfigureAwait(false);
            if (lease is null)
            {
                return;
            }

            await HoldTurnAsync(lease, stop).ConfigureAwait(false);
            // Whoever took the session over gets the time to prove that the lease is theirs.
            await Task.Delay(AskForLease, _clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Ends the turn in good order, so that another instance may have the partition.</summary>
    public async Task GiveBackAsync()
    {
        try
        {
            await (_turn?.CancelAsync() ?? Task.CompletedTask).ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            // It ended by itself in this moment.
        }
    }

    private async Task HoldTurnAsync(HeldLease lease, CancellationToken stop)
    {
        using var turn = CancellationTokenSource.CreateLinkedTokenSource(stop);
        _turn = turn;
        try
        {
            await HoldAsync(lease, turn.Token).ConfigureAwait(false);
        }
        finally
        {
            _turn = null;
            _work.Left();
        }
    }

    private async Task<HeldLease?> AcquireAsync(CancellationToken stop)
    {
        var backOff = BackOff.ForDatabase();
        while (!stop.IsCancellationRequested)
        {
            var pause = AskForLease;
            try
            {
                if (await _work.TryAcquire(_partition, stop).ConfigureAwait(false) is { } lease)
                {
                    return lease;
                }
            }
            catch (Exception error) when (!stop.IsCancellationRequested)
            {
                pause = backOff.Next();
                _logger.LogError(error, "The lease of ingest partition {Partition} cannot be asked for", _partition);
            }
            catch (OperationCanceledException)
            {
                return null;
            }

            await Task.Delay(pause, _clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return null;
    }

    /// <summary>Serves while the lease is this instance's; returns when it is lost, taken over, or at the stop.</summary>
    private async Task HoldAsync(HeldLease lease, CancellationToken stop)
    {
        using var abandon = new CancellationTokenSource();
        using var limit = stop.Register(() => abandon.CancelAfter(StopWithin));
        using var done = new CancellationTokenSource();
        // Without the lease nobody may wait for the broker either: its return would take the session from the new holder.
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, abandon.Token);
        var renewing = RenewAsync(lease, abandon, done.Token);
        _carried = [];
        _counters.LeaseWon();
        await _loop.RunAsync(token => ServeAsync(lease, token, stop, abandon.Token), LogAway, either.Token).ConfigureAwait(false);
        await done.CancelAsync().ConfigureAwait(false);
        await renewing.ConfigureAwait(false);
        _counters.LeaseEnded(lost: !stop.IsCancellationRequested);
        if (stop.IsCancellationRequested)
        {
            await ReleaseAsync(lease).ConfigureAwait(false);
        }
        else
        {
            _unacknowledged.DropAll();
        }
    }

    /// <summary>One connection, from login to loss. Returns true when the lease is gone, or at the stop.</summary>
    private async Task<bool> ServeAsync(HeldLease lease, CancellationToken connecting, CancellationToken stop, CancellationToken abandon)
    {
        var bell = new Bell();
        var queue = new IngestQueue(_unacknowledged, bell, _counters, _clock, _marker);
        await using var connection = await _connector.ConnectAsync(_login, queue.Add, connecting).ConfigureAwait(false);
        _loop.Connected();
        _queue = queue;
        TakeCarried(connection.SessionPresent);
        var context = new IngestPumpContext(lease, connection, queue, _unacknowledged, bell, _marker, Math.Max(1, _receiveMaximum / 2));
        var pump = new IngestPump(context, _work, _clock, _logger);
        _pump = pump;
        using var plugs = _hub.Subscribe(ReloadSignal.Plugs, pump.PlugsChanged);
        using var abandoning = abandon.Register(bell.Ring);
        _ = connection.Lost.ContinueWith(_ => bell.Ring(), TaskScheduler.Default);
        try
        {
            await pump.RunAsync(stop, abandon).ConfigureAwait(false);
            await connection.SettleAsync(abandon).ConfigureAwait(false);
            return true;
        }
        catch (Exception error) when (error is LeaseLostException || abandon.IsCancellationRequested)
        {
            _logger.LogWarning("Ingest partition {Partition} is given up: {Reason}", _partition, error.Message);
            return true;
        }
        catch (BrokerAwayException away)
        {
            _carried = pump.Unstored();
            return away.Reason == BrokerReasons.TakenOver ? true : throw new BrokerAwayException(away.Reason, away);
        }
        finally
        {
            queue.Close();
            (_queue, _pump) = (null, null);
        }
    }

    /// <summary>
    /// What an earlier connection delivered and nobody stored comes again with a kept session. Without one (the broker lost its
    /// memory) the copy in hand is the only one left, and is stored as something that is never delivered again.
    /// </summary>
    private void TakeCarried(bool sessionPresent)
    {
        foreach (var delivery in sessionPresent ? [] : _carried)
        {
            _unacknowledged.Add(delivery with { IsCarried = true });
        }

        _carried = [];
    }

    private async Task RenewAsync(HeldLease lease, CancellationTokenSource abandon, CancellationToken done)
    {
        var pause = IngestLeases.Duration / 3;
        while (!done.IsCancellationRequested)
        {
            await Task.Delay(pause, _clock, done).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                done.ThrowIfCancellationRequested();
                await _work.Renew(lease, done).ConfigureAwait(false);
                pause = IngestLeases.Duration / 3;
            }
            catch (OperationCanceledException) when (done.IsCancellationRequested)
            {
                return;
            }
            catch (LeaseLostException)
            {
                await abandon.CancelAsync().ConfigureAwait(false);
                return;
            }
            catch (Exception error)
            {
                // With the database away nobody else can win it either: the fencing number decides afterwards.
                _logger.LogError(error, "The lease of ingest partition {Partition} cannot be renewed", _partition);
                pause = TimeSpan.FromSeconds(1);
            }
        }
    }

    private async Task ReleaseAsync(HeldLease lease)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(3), _clock);
        try
        {
            await _work.Release(lease, limit.Token).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            _logger.LogWarning("The lease of ingest partition {Partition} runs out by itself: {Reason}", _partition, error.Message);
        }
    }

    private void LogAway(string reason) => _logger.LogDebug("Ingest partition {Partition} waits for the broker: {Reason}", _partition, reason);
}

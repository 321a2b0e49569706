using MqttChat.Domain.Telemetry;

namespace MqttChat.Web.Mqtt;

/// <summary>Keeps the subscriptions of one ingest connection equal to what the adopted plugs speak on.</summary>
internal sealed class IngestSubscriptions(IngestPumpContext context, IngestWork work, TimeProvider clock, ILogger logger)
{
    // Signals may be lost, so the set is compared in any case from time to time.
    private static readonly TimeSpan CompareEvery = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly HashSet<string> _subscribed = new(StringComparer.Ordinal);
    private volatile bool _due = true;
    private volatile bool _complete;
    private long _nextAt = clock.GetTimestamp();

    /// <summary>Everything that was wanted at the beginning is subscribed.</summary>
    public bool IsComplete => _complete;

    public void Changed() => _due = true;

    /// <summary>
    /// Subscribes what is new and unsubscribes what is gone. With the database away it is left for a second try, so that what
    /// has been delivered is looked after meanwhile.
    /// </summary>
    public async Task SyncAsync(IngestBacklog backlog, CancellationToken stop, CancellationToken abandon)
    {
        if (stop.IsCancellationRequested || (!(_due && _complete) && clock.GetTimestamp() < _nextAt))
        {
            return;
        }

        _due = false;
        _nextAt = After(CompareEvery);
        IReadOnlyList<string> wanted;
        try
        {
            wanted = await work.Filters(context.Lease, abandon).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not LeaseLostException && !abandon.IsCancellationRequested)
        {
            logger.LogError(error, "The topics of ingest partition {Partition} cannot be read", context.Lease.Partition);
            _nextAt = After(RetryAfter);
            return;
        }

        await ApplyAsync(wanted.ToHashSet(StringComparer.Ordinal), abandon).ConfigureAwait(false);
        if (!_complete)
        {
            _complete = true;
            await SendMarkerAsync(backlog, abandon).ConfigureAwait(false);
        }
    }

    private async Task ApplyAsync(HashSet<string> wanted, CancellationToken abandon)
    {
        wanted.Add(context.MarkerTopic);
        var gone = _subscribed.Except(wanted).ToList();
        var added = wanted.Except(_subscribed).ToList();
        if (gone.Count > 0)
        {
            await context.Connection.UnsubscribeAsync(gone, abandon).ConfigureAwait(false);
            _subscribed.ExceptWith(gone);
        }

        var refused = await context.Connection.SubscribeAsync(added, qos: 1, noLocal: false, abandon).ConfigureAwait(false);
        _subscribed.UnionWith(added);
        if (refused.Count > 0)
        {
            logger.LogError("The broker refused the subscriptions {Filters}: these plugs cannot be heard", refused);
        }
    }

    private async Task SendMarkerAsync(IngestBacklog backlog, CancellationToken abandon)
    {
        try
        {
            await context.Connection.PublishAsync(backlog.Marker(), abandon).ConfigureAwait(false);
        }
        catch (BrokerAwayException away) when (away.Reason == BrokerReasons.Refused)
        {
            logger.LogWarning("The broker refused the topic {Topic}; the end of a backlog is told by a pause", context.MarkerTopic);
        }
    }

    private long After(TimeSpan time) => clock.GetTimestamp() + (long)(time.TotalSeconds * clock.TimestampFrequency);
}

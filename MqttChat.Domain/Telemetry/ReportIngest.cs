using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using MqttChat.Domain.Devices;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Signals;
using MqttChat.Domain.Telemetry.Ingest;

namespace MqttChat.Domain.Telemetry;

/// <summary>Finds the adopted plugs as they are now.</summary>
internal delegate Task<AdoptedPlugs> AdoptedPlugsSource(CancellationToken cancellation);

/// <summary>Has a plug asked for its state, because what is known of it contradicts itself; must neither wait nor throw.</summary>
internal delegate void PlugInDoubt(Plug plug);

/// <summary>
/// Stores batches of reports: samples, latest states, energy, rollups and pending acknowledgements in one transaction. One
/// caller at a time a partition.
/// </summary>
public sealed partial class ReportIngest : IDisposable
{
    private readonly AdoptedPlugsSource _adopted;
    private readonly IngestReader _reader;
    private readonly ITelemetryWriter _writer;
    private readonly SignalHub _signals;
    private readonly IngestCounters _counters;
    private readonly PlugInDoubt _inDoubt;
    private readonly TimeProvider _clock;
    private readonly int _mostRedelivered;
    private readonly ConcurrentDictionary<int, IngestPartition> _partitions = new();

    internal ReportIngest(
        AdoptedPlugsSource adopted, IDbContextFactory<TelemetryDbContext> telemetry, ITelemetryWriter writer, SignalHub signals,
        IngestCounters counters, IOptions<IngestOptions> options, PlugInDoubt inDoubt, TimeProvider clock)
    {
        (_adopted, _reader, _writer, _signals, _counters, _inDoubt, _clock) = (adopted, new(telemetry), writer, signals, counters, inDoubt, clock);
        _mostRedelivered = options.Value.MostRedelivered;
    }

    /// <summary>
    /// Call after each (re)connect and before the first <see cref="StoreAsync"/>: with the session present the broker delivers
    /// again what it holds no acknowledgement for; without, nothing stored will come again and the pending list is dropped.
    /// </summary>
    public Task BeginConnectionAsync(HeldLease lease, bool sessionPresent, CancellationToken cancellation)
    {
        var partition = Of(lease);
        return partition.RunAsync(
            lease,
            async () =>
            {
                var dropped = await partition.BeginAsync(lease, sessionPresent, cancellation);
                await partition.CommitAsync(new TelemetryWrite(lease) { PendingDoneThrough = dropped }, cancellation);
                return true;
            },
            cancellation);
    }

    /// <summary>
    /// Stores the batch, then publishes one <c>ReloadSignal.Power</c> if anything changed. When it returns, every message of
    /// the batch may be acknowledged (stored, known already, rejected as dead letter, or not ours). Throws
    /// <see cref="LeaseLostException"/> when the fencing number is old, and the database's exception when it is away: then
    /// nothing was written.
    /// </summary>
    public async Task StoreAsync(HeldLease lease, IReadOnlyList<IncomingReport> batch, CancellationToken cancellation)
    {
        if (batch.Count == 0)
        {
            return;
        }

        using var activity = HouseActivities.Source.StartActivity("ingest batch");
        activity?.SetTag("mqttchat.ingest.partition", lease.Partition).SetTag("mqttchat.ingest.reports", batch.Count);
        try
        {
            Announce(await StoreAllAsync(lease, batch, cancellation));
        }
        catch (Exception error)
        {
            activity.Failed(error);
            throw;
        }
    }

    private async Task<bool> StoreAllAsync(HeldLease lease, IReadOnlyList<IncomingReport> batch, CancellationToken cancellation)
    {
        var partition = Of(lease);
        var adopted = await _adopted(cancellation);
        var committing = partition.Committing;
        var changed = await partition.RunAsync(
            lease,
            async () =>
            {
                var any = false;
                foreach (var part in PlugReport.BacklogFirst(batch))
                {
                    var (stored, known, work) = await StoreAsync(partition, lease, adopted, part, DateTimeOffset.MinValue, cancellation);
                    any |= stored;
                    Count(known, work);
                }

                return any;
            },
            cancellation);
        var (oldest, newest) = Received(batch);
        var lag = _clock.GetUtcNow() - oldest;
        _counters.NoteBatch(new(batch.Count, partition.Committing - committing, lag < TimeSpan.Zero ? TimeSpan.Zero : lag), newest);
        return changed;
    }

    private static (DateTimeOffset Oldest, DateTimeOffset Newest) Received(IReadOnlyList<IncomingReport> batch)
    {
        var (oldest, newest) = (batch[0].ReceivedAt, batch[0].ReceivedAt);
        for (var i = 1; i < batch.Count; i++)
        {
            var at = batch[i].ReceivedAt;
            (oldest, newest) = (at < oldest ? at : oldest, at > newest ? at : newest);
        }

        return (oldest, newest);
    }

    /// <summary>
    /// The backlog has been delivered whole, and before it all that the broker delivers again: gives times to its reports that
    /// carried none, and stores them.
    /// </summary>
    public async Task EndBacklogAsync(HeldLease lease, CancellationToken cancellation)
    {
        var partition = Of(lease);
        var adopted = await _adopted(cancellation);
        var changed = await partition.RunAsync(
            lease,
            async () =>
            {
                partition.EndRedelivery();
                var any = false;
                foreach (var plugId in partition.Untimed.Order().ToList())
                {
                    any |= await Backlog(partition, lease, adopted).SettleAsync(plugId, _clock.GetUtcNow(), nextFollows: false, cancellation);
                }

                return any;
            },
            cancellation);
        Announce(changed);
    }

    /// <summary>Recomputes buckets that a late reading made dirty, a bounded piece at a time; true when more is left.</summary>
    public async Task<bool> RecomputeAsync(HeldLease lease, CancellationToken cancellation)
    {
        var partition = Of(lease);
        var adopted = await _adopted(cancellation);
        var (changed, more) = await partition.RunAsync(
            lease, () => new EnergyRecount(partition, _reader, lease, adopted).RunAsync(cancellation), cancellation);
        Announce(changed);
        return more;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var partition in _partitions.Values)
        {
            partition.Dispose();
        }
    }

    private async Task<(bool Changed, int Known, IngestBatch Work)> StoreAsync(
        IngestPartition partition, HeldLease lease, AdoptedPlugs adopted, IReadOnlyList<IncomingReport> batch, DateTimeOffset keepFrom,
        CancellationToken cancellation)
    {
        var redelivery = partition.BeginRedelivery();
        var deliveries = new List<Delivery>(batch.Count);
        var known = 0;
        var reports = new List<PlugReport>(batch.Count);
        foreach (var message in batch)
        {
            if (message.PacketId != 0)
            {
                deliveries.Add(Delivery.Of(message));
                if (redelivery.IsKnown(deliveries[^1]))
                {
                    known++;
                    continue;
                }
            }

            if (PlugReport.Decode(lease, adopted, message) is { } report)
            {
                reports.Add(report);
            }
        }

        await partition.LoadPlugsAsync(reports.Select(report => report.Plug.Id), cancellation);
        var changed = await new ReadingsAhead(partition, _reader, lease, _clock.GetUtcNow()).PutBackAsync(reports, cancellation);
        changed |= await SettleBeforeLiveAsync(partition, lease, adopted, reports, cancellation);
        var work = new IngestBatch(lease, partition.Plugs, partition.Untimed, partition.Retained);
        reports.ForEach(report => work.Take(report));
        work.Write.Deliveries.AddRange(deliveries);
        await _reader.PlaceAsync(work.Late, work.Write.Samples, cancellation);
        work.Write.Samples.RemoveAll(sample => sample.At < keepFrom);
        await partition.CommitAsync(work.Write, cancellation);
        redelivery.Commit();
        NoteRetained(partition, reports);
        AskDoubted(partition, reports, work.InDoubt);
        return (changed || work.Write.ChangesReadings, known, work);
    }

    private static void NoteRetained(IngestPartition partition, List<PlugReport> reports)
    {
        foreach (var report in reports)
        {
            if (report.Message.Retained)
            {
                partition.Retained.Note(report.Message);
            }
        }
    }

    // A relay that is off lets no power through: the plug knows how it stands.
    private void AskDoubted(IngestPartition partition, List<PlugReport> reports, HashSet<Plug> inDoubt)
    {
        inDoubt.UnionWith(reports.Where(report => report.IsLive).Select(report => report.Plug).Distinct()
            .Where(plug => partition.Plugs[plug.Id].HasDoubtedSwitch()));
        foreach (var plug in inDoubt)
        {
            _inDoubt(plug);
        }
    }

    private void Count(int known, IngestBatch work)
    {
        _counters.CountRedelivered(known);
        _counters.CountStored(work.Stored);
        work.Write.DeadLetters.ForEach(letter => _counters.RejectedBy.Count(letter.Reason));
    }

    // A live report must not be counted before the backlog of its plug that still waits for its times.
    private async Task<bool> SettleBeforeLiveAsync(
        IngestPartition partition, HeldLease lease, AdoptedPlugs adopted, List<PlugReport> reports, CancellationToken cancellation)
    {
        var changed = false;
        if (partition.Untimed.Count > 0)
        {
            foreach (var first in reports.Where(report => report.IsLive && report.IsMetered && partition.Untimed.Contains(report.Plug.Id))
                .DistinctBy(report => report.Plug.Id).ToList())
            {
                changed |= await Backlog(partition, lease, adopted, first)
                    .SettleAsync(first.Plug.Id, first.Message.ReceivedAt, nextFollows: true, cancellation);
            }
        }

        return changed;
    }

    private UntimedBacklog Backlog(IngestPartition partition, HeldLease lease, AdoptedPlugs adopted, PlugReport? live = null) =>
        new(partition, _reader, lease, adopted, live);

    private void Announce(bool changed)
    {
        if (changed)
        {
            _signals.Publish(ReloadSignal.Power);
        }
    }

    private IngestPartition Of(HeldLease lease) =>
        _partitions.GetOrAdd(lease.Partition, _ => new IngestPartition(_reader, _writer, _mostRedelivered, _clock));
}

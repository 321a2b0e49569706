using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Devices;
using MqttChat.Domain.Persistence;

namespace MqttChat.Domain.Telemetry.Ingest;

/// <summary>What ingest reads from the telemetry store; bounded by the number of adopted plugs or by a page.</summary>
internal sealed class IngestReader(IDbContextFactory<TelemetryDbContext> telemetry)
{
    /// <summary>A sample's key is looked for this far behind its own time; a second has room for them all.</summary>
    private static readonly TimeSpan KeySearch = TimeSpan.FromSeconds(1);

    public async Task<Dictionary<int, PlugHead>> PlugsAsync(IReadOnlyCollection<int> plugIds, CancellationToken cancellation)
    {
        await using var store = await telemetry.CreateDbContextAsync(cancellation);
        var plugs = plugIds.ToDictionary(id => id, id => new PlugHead { PlugId = id });
        foreach (var ids in plugIds.Chunk(500))
        {
            foreach (var state in await store.PlugStates.AsNoTracking().Where(state => ids.Contains(state.PlugId)).ToListAsync(cancellation))
            {
                var plug = plugs[state.PlugId];
                plug.Availability = state.Availability;
                plug.LastReportAt = state.LastReportAt;
                plug.ClockOffsetMinutes = state.ClockOffsetMinutes;
            }

            foreach (var state in await store.ChannelStates.AsNoTracking().Where(state => ids.Contains(state.PlugId)).ToListAsync(cancellation))
            {
                plugs[state.PlugId].Channels[state.Channel] = ChannelHead.From(state);
            }
        }

        return plugs;
    }

    /// <summary>Plugs of a partition that have reports without a time; the partition is worked out anew, its number may have changed.</summary>
    public async Task<HashSet<int>> PlugsWithUntimedAsync(HeldLease lease, CancellationToken cancellation)
    {
        await using var store = await telemetry.CreateDbContextAsync(cancellation);
        var ids = await store.UntimedReports.Select(report => report.PlugId).Distinct().ToListAsync(cancellation);
        return [.. ids.Where(id => PlugPartition.Of(id, lease.Partitions) == lease.Partition)];
    }

    public async Task<List<UntimedReport>> UntimedAsync(int plugId, long afterId, int limit, CancellationToken cancellation)
    {
        await using var store = await telemetry.CreateDbContextAsync(cancellation);
        return await store.UntimedReports.AsNoTracking().Where(report => report.PlugId == plugId && report.Id > afterId)
            .OrderBy(report => report.Id).Take(limit).ToListAsync(cancellation);
    }

    /// <summary>Plugs of a partition with buckets to count again.</summary>
    public async Task<List<int>> PlugsWithDirtyAsync(HeldLease lease, CancellationToken cancellation)
    {
        await using var store = await telemetry.CreateDbContextAsync(cancellation);
        var ids = await store.ChannelStates.Where(state => state.DirtyFrom != null).Select(state => state.PlugId).Distinct().ToListAsync(cancellation);
        return [.. ids.Where(id => PlugPartition.Of(id, lease.Partitions) == lease.Partition)];
    }

    /// <summary>The partition's pending acknowledgements after a batch, oldest first.</summary>
    public async Task<List<PendingAcknowledgement>> PendingAsync(int partition, long afterBatch, CancellationToken cancellation)
    {
        await using var store = await telemetry.CreateDbContextAsync(cancellation);
        return await store.PendingAcknowledgements.AsNoTracking()
            .Where(pending => pending.Partition == partition && pending.Batch > afterBatch)
            .OrderBy(pending => pending.Batch).ToListAsync(cancellation);
    }

    public async Task<long> LastChangeAsync(HeldLease lease, CancellationToken cancellation)
    {
        await using var store = await telemetry.CreateDbContextAsync(cancellation);
        var row = await store.IngestLeases.AsNoTracking()
            .SingleOrDefaultAsync(row => row.Partition == lease.Partition && row.FencingNumber == lease.FencingNumber, cancellation);
        return row?.LastChange ?? throw new LeaseLostException(lease.Partition);
    }

    /// <summary>Gives late samples keys that neither the store nor the batch has: by a tick on, as all others.</summary>
    public async Task PlaceAsync(IReadOnlyList<StagedSample> late, List<StagedSample> samples, CancellationToken cancellation)
    {
        if (late.Count == 0)
        {
            return;
        }

        var taken = samples.Select(sample => (sample.Channel, sample.At)).ToHashSet();
        await using var store = await telemetry.CreateDbContextAsync(cancellation);
        foreach (var sample in late)
        {
            var (id, from, to) = (sample.Channel.Id, sample.At, sample.At + KeySearch);
            var stored = await store.PowerSamples.Where(row => row.ChannelId == id && row.At >= from && row.At < to)
                .Select(row => row.At).ToListAsync(cancellation);
            taken.UnionWith(stored.Select(at => (sample.Channel, at)));
            while (!taken.Add((sample.Channel, from)))
            {
                from = from.AddTicks(1);
            }

            samples.Add(sample with { At = from });
        }
    }

    /// <summary>The newest sample before a time.</summary>
    public async Task<DateTimeOffset?> SampleBeforeAsync(int channelId, DateTimeOffset time, CancellationToken cancellation)
    {
        await using var store = await telemetry.CreateDbContextAsync(cancellation);
        return await store.PowerSamples.Where(row => row.ChannelId == channelId && row.At < time)
            .OrderByDescending(row => row.At).Select(row => (DateTimeOffset?)row.At).FirstOrDefaultAsync(cancellation);
    }

    /// <summary>How many samples are younger than a time.</summary>
    public async Task<int> CountAfterAsync(int channelId, DateTimeOffset time, CancellationToken cancellation)
    {
        await using var store = await telemetry.CreateDbContextAsync(cancellation);
        return await store.PowerSamples.CountAsync(row => row.ChannelId == channelId && row.At > time, cancellation);
    }

    /// <summary>The newest checkpoint at or before a time.</summary>
    public async Task<EnergyCheckpoint?> CheckpointAsync(int channelId, DateTimeOffset time, CancellationToken cancellation)
    {
        await using var store = await telemetry.CreateDbContextAsync(cancellation);
        return await store.EnergyCheckpoints.AsNoTracking().Where(row => row.ChannelId == channelId && row.At <= time)
            .OrderByDescending(row => row.At).FirstOrDefaultAsync(cancellation);
    }

    /// <summary>Where a channel's counting began anew from a time on.</summary>
    public async Task<Dictionary<DateTimeOffset, Beginning>> BeginningsAsync(int channelId, DateTimeOffset from, CancellationToken cancellation)
    {
        await using var store = await telemetry.CreateDbContextAsync(cancellation);
        var rows = await store.MeterResets.AsNoTracking()
            .Where(row => row.ChannelId == channelId && row.At >= from
                && (row.Kind == MeterResetKind.Readopted || row.Kind == MeterResetKind.Reshaped || row.Kind == MeterResetKind.Continued))
            .ToListAsync(cancellation);
        return rows.ToDictionary(
            row => row.At,
            row => new Beginning(row.Kind, row.Kind == MeterResetKind.Continued ? row.ToKilowattHours - row.FromKilowattHours : 0));
    }

    /// <summary>When the counters of some channels spoke from a time on, and once before it; in order.</summary>
    public async Task<DateTimeOffset[]> CounterTimesAsync(IReadOnlyCollection<int> channelIds, DateTimeOffset from, CancellationToken cancellation)
    {
        await using var store = await telemetry.CreateDbContextAsync(cancellation);
        List<DateTimeOffset> times = [];
        foreach (var channelId in channelIds)
        {
            var told = store.PowerSamples.Where(row => row.ChannelId == channelId && row.EnergyKilowattHours != null);
            times.AddRange(await told.Where(row => row.At < from).OrderByDescending(row => row.At).Take(1).Select(row => row.At).ToListAsync(cancellation));
            times.AddRange(await told.Where(row => row.At >= from).OrderBy(row => row.At).Select(row => row.At).ToListAsync(cancellation));
        }

        times.Sort();
        return [.. times];
    }

    public async Task<List<PowerSample>> SamplesAsync(int channelId, DateTimeOffset from, int limit, CancellationToken cancellation)
    {
        await using var store = await telemetry.CreateDbContextAsync(cancellation);
        return await store.PowerSamples.AsNoTracking().Where(row => row.ChannelId == channelId && row.At >= from)
            .OrderBy(row => row.At).Take(limit).ToListAsync(cancellation);
    }
}

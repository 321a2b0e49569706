using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Persistence;

namespace MqttChat.Domain.Telemetry;

/// <summary>
/// Which instances there are, so that each serves its share of the partitions. An instance is a row among the leases with a number
/// below zero, which it renews while it lives.
/// </summary>
public sealed class IngestInstances(IDbContextFactory<TelemetryDbContext> telemetry, TimeProvider clock)
{
    /// <summary>How often to <see cref="AnnounceAsync"/>.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>Who is silent for so long counts as gone: no later than its leases run out, so that its partitions find a taker at once.</summary>
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(8);

    private static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(1);

    private readonly int _number = -Random.Shared.Next(1, int.MaxValue);

    /// <summary>Says that this instance lives, and counts those that do.</summary>
    public async Task<int> AnnounceAsync(string holder, CancellationToken cancellation)
    {
        await using var store = await telemetry.CreateDbContextAsync(cancellation);
        var now = clock.GetUtcNow();
        var known = await store.IngestLeases.Where(row => row.Partition == _number)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.ExpiresAt, now + Duration), cancellation);
        if (known == 0)
        {
            var longAgo = now - Forgotten;
            await Instances(store).Where(row => row.ExpiresAt < longAgo).ExecuteDeleteAsync(cancellation);
            store.IngestLeases.Add(new IngestLease { Partition = _number, Holder = holder, ExpiresAt = now + Duration });
            await store.SaveChangesAsync(cancellation);
        }

        return await Instances(store).CountAsync(row => row.ExpiresAt > now, cancellation);
    }

    /// <summary>Says goodbye, so that the others need not wait.</summary>
    public async Task LeaveAsync(CancellationToken cancellation)
    {
        await using var store = await telemetry.CreateDbContextAsync(cancellation);
        await store.IngestLeases.Where(row => row.Partition == _number).ExecuteDeleteAsync(cancellation);
    }

    private static IQueryable<IngestLease> Instances(TelemetryDbContext store) =>
        store.IngestLeases.Where(row => row.Partition < 0 && row.Partition != IngestLeases.LayoutRow);
}

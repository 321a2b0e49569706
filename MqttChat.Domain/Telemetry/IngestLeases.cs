using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Persistence;

namespace MqttChat.Domain.Telemetry;

/// <summary>Who writes which ingest partition: a row with a fencing number.</summary>
public sealed class IngestLeases(IDbContextFactory<TelemetryDbContext> telemetry, TimeProvider clock)
{
    /// <summary>How long a lease holds without renewal: short enough that a killed instance is replaced within 10 s.</summary>
    public static readonly TimeSpan Duration = TimeSpan.FromSeconds(8);

    /// <summary>The row that notes the number of partitions (<see cref="IngestLayout"/>).</summary>
    internal const int LayoutRow = int.MinValue;

    private readonly ConcurrentDictionary<int, Seen> _seen = new();

    /// <summary>
    /// Takes the lease if it is free, expired, abandoned, or already this holder's; null while another instance holds it, and while
    /// another number of partitions is in force: a plug would be written by two. A lease that nobody has renewed for
    /// <see cref="Duration"/> is abandoned whatever it says: a clock that was ahead may have dated it years on.
    /// </summary>
    public async Task<HeldLease?> TryAcquireAsync(int partition, int partitions, string holder, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(partition);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(partition, partitions);
        await using (var store = await telemetry.CreateDbContextAsync(cancellation))
        {
            if (await store.IngestLeases.AnyAsync(row => row.Partition == LayoutRow && row.LastChange > 0 && row.LastChange != partitions, cancellation))
            {
                return null;
            }
        }

        return await TryTakeAsync(partition, partitions, holder, cancellation);
    }

    internal async Task<HeldLease?> TryTakeAsync(int partition, int partitions, string holder, CancellationToken cancellation)
    {
        await using var store = await telemetry.CreateDbContextAsync(cancellation);
        await EnsureRowAsync(store, partition, cancellation);
        var (abandoned, abandonedAt) = await AbandonedAsync(store, partition, cancellation);

        // Taking a row lock by updating first: the number that is read back within the transaction is this holder's.
        await using var transaction = await store.Database.BeginTransactionAsync(cancellation);
        var now = clock.GetUtcNow();
        var taken = await store.IngestLeases
            .Where(lease => lease.Partition == partition && (lease.Holder == holder || lease.ExpiresAt <= now
                || (lease.FencingNumber == abandoned && lease.ExpiresAt == abandonedAt)))
            .ExecuteUpdateAsync(
                set => set.SetProperty(lease => lease.Holder, holder)
                    .SetProperty(lease => lease.FencingNumber, lease => lease.FencingNumber + 1)
                    .SetProperty(lease => lease.ExpiresAt, now + Duration),
                cancellation);
        if (taken == 0)
        {
            return null;
        }

        var number = await store.IngestLeases.Where(lease => lease.Partition == partition)
            .Select(lease => lease.FencingNumber).SingleAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return new HeldLease(partition, partitions, number);
    }

    /// <summary>Who holds what, also leases that have run out.</summary>
    public async Task<IReadOnlyList<IngestLease>> ReadAsync(CancellationToken cancellation)
    {
        await using var store = await telemetry.CreateDbContextAsync(cancellation);
        return await store.IngestLeases.AsNoTracking().OrderBy(lease => lease.Partition).ToListAsync(cancellation);
    }

    /// <summary>Renews; throws <see cref="LeaseLostException"/> when it is another's. Renew every third of <see cref="Duration"/>.</summary>
    public async Task RenewAsync(HeldLease lease, CancellationToken cancellation)
    {
        if (await SetExpiryAsync(lease, clock.GetUtcNow() + Duration, cancellation) == 0)
        {
            throw new LeaseLostException(lease.Partition);
        }
    }

    /// <summary>Gives it back, so that the next holder need not wait.</summary>
    public async Task ReleaseAsync(HeldLease lease, CancellationToken cancellation) =>
        await SetExpiryAsync(lease, DateTimeOffset.UnixEpoch, cancellation);

    // By the monotonic clock, and by what is seen here: it does not matter which time the lease's holder thought it was.
    private async Task<(long? FencingNumber, DateTimeOffset? ExpiresAt)> AbandonedAsync(
        TelemetryDbContext store, int partition, CancellationToken cancellation)
    {
        var row = await store.IngestLeases.AsNoTracking().SingleAsync(lease => lease.Partition == partition, cancellation);
        var now = clock.GetTimestamp();
        var seen = _seen.AddOrUpdate(
            partition,
            _ => new Seen(row.FencingNumber, row.ExpiresAt, now),
            (_, before) => before.FencingNumber == row.FencingNumber && before.ExpiresAt == row.ExpiresAt
                ? before : new Seen(row.FencingNumber, row.ExpiresAt, now));
        return clock.GetElapsedTime(seen.Since, now) >= Duration ? (seen.FencingNumber, seen.ExpiresAt) : (null, null);
    }

    private async Task<int> SetExpiryAsync(HeldLease held, DateTimeOffset expiresAt, CancellationToken cancellation)
    {
        await using var store = await telemetry.CreateDbContextAsync(cancellation);
        return await store.IngestLeases
            .Where(lease => lease.Partition == held.Partition && lease.FencingNumber == held.FencingNumber)
            .ExecuteUpdateAsync(set => set.SetProperty(lease => lease.ExpiresAt, expiresAt), cancellation);
    }

    private static async Task EnsureRowAsync(TelemetryDbContext store, int partition, CancellationToken cancellation)
    {
        if (await store.IngestLeases.AnyAsync(lease => lease.Partition == partition, cancellation))
        {
            return;
        }

        store.IngestLeases.Add(new IngestLease { Partition = partition, Holder = "", ExpiresAt = DateTimeOffset.UnixEpoch });
        try
        {
            await store.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException)
            when (store.IngestLeases.AsNoTracking().Any(lease => lease.Partition == partition))
        {
            // Another instance made the row in the same moment: there is one, which is all that is asked.
            store.ChangeTracker.Clear();
        }
    }

    private sealed record Seen(long FencingNumber, DateTimeOffset ExpiresAt, long Since);
}

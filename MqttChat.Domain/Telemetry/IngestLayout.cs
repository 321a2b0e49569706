using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Persistence;

namespace MqttChat.Domain.Telemetry;

/// <summary>
/// Into how many partitions ingest is divided at this moment, which the settings may want otherwise. A row among the leases: its
/// counter is the number, its holder is who moves plugs from the old partitions to the new ones.
/// </summary>
public sealed class IngestLayout(IDbContextFactory<TelemetryDbContext> telemetry, IngestLeases leases)
{
    /// <summary>The number in force; 0 where there was none before.</summary>
    public async Task<int> InForceAsync(CancellationToken cancellation)
    {
        await using var store = await telemetry.CreateDbContextAsync(cancellation);
        var noted = await store.IngestLeases.Where(row => row.Partition == IngestLeases.LayoutRow).Select(row => row.LastChange)
            .FirstOrDefaultAsync(cancellation);

        // Before the number was noted, the leases alone told it.
        return noted > 0 ? (int)noted : 1 + await store.IngestLeases.Where(row => row.Partition >= 0).MaxAsync(row => (int?)row.Partition, cancellation) ?? 0;
    }

    /// <summary>The right to change the number; null while another instance has it.</summary>
    public Task<HeldLease?> TryBeginAsync(string holder, CancellationToken cancellation) =>
        leases.TryTakeAsync(IngestLeases.LayoutRow, 0, holder, cancellation);

    /// <summary>
    /// Puts a number in force, after the old partitions' sessions have ended: what they had under way is never delivered again.
    /// Throws <see cref="LeaseLostException"/>.
    /// </summary>
    public async Task PutInForceAsync(HeldLease right, int partitions, CancellationToken cancellation)
    {
        await using var store = await telemetry.CreateDbContextAsync(cancellation);
        await using var transaction = await store.Database.BeginTransactionAsync(cancellation);
        var noted = await store.IngestLeases
            .Where(row => row.Partition == right.Partition && row.FencingNumber == right.FencingNumber)
            .ExecuteUpdateAsync(
                set => set.SetProperty(row => row.LastChange, partitions).SetProperty(row => row.ExpiresAt, DateTimeOffset.UnixEpoch), cancellation);
        if (noted == 0)
        {
            throw new LeaseLostException(right.Partition);
        }

        await store.PendingAcknowledgements.ExecuteDeleteAsync(cancellation);
        await store.IngestLeases.Where(row => row.Partition >= partitions).ExecuteDeleteAsync(cancellation);
        await transaction.CommitAsync(cancellation);
    }
}

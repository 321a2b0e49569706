using MqttChat.Domain.Devices;
using MqttChat.Domain.Telemetry;

namespace MqttChat.Web.Mqtt;

/// <summary>What the ingest sessions ask of the domain: a lease, the topics, and to store.</summary>
internal sealed record IngestWork
{
    public required Func<int, CancellationToken, Task<HeldLease?>> TryAcquire { get; init; }

    public required Func<HeldLease, CancellationToken, Task> Renew { get; init; }

    public required Func<HeldLease, CancellationToken, Task> Release { get; init; }

    public required Func<HeldLease, CancellationToken, Task<IReadOnlyList<string>>> Filters { get; init; }

    public required Func<HeldLease, bool, CancellationToken, Task> BeginConnection { get; init; }

    public required Func<HeldLease, IReadOnlyList<IncomingReport>, CancellationToken, Task> Store { get; init; }

    public required Func<HeldLease, CancellationToken, Task> EndBacklog { get; init; }

    public required Func<HeldLease, CancellationToken, Task<bool>> Recompute { get; init; }

    /// <summary>Called when a lease that was won is not this instance's any more.</summary>
    public Action Left { get; init; } = () => { };

    /// <summary>The real ones, for one instance.</summary>
    public static IngestWork Of(ReportIngest ingest, IngestLeases leases, DeviceRegistry devices, int partitions, string holder) => new()
    {
        TryAcquire = (partition, cancellation) => leases.TryAcquireAsync(partition, partitions, holder, cancellation),
        Renew = leases.RenewAsync,
        Release = leases.ReleaseAsync,
        Filters = async (lease, cancellation) =>
            (await devices.AdoptedAsync(cancellation).ConfigureAwait(false)).TopicFilters(lease.Partition, lease.Partitions),
        BeginConnection = ingest.BeginConnectionAsync,
        Store = ingest.StoreAsync,
        EndBacklog = ingest.EndBacklogAsync,
        Recompute = ingest.RecomputeAsync,
    };
}

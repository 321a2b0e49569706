using System.Reflection;
using Microsoft.Extensions.Options;
using MqttChat.Domain.Chat;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Telemetry;
using MqttChat.Web.Accounts;
using MqttChat.Web.Mqtt;

namespace MqttChat.Web.Observability;

/// <summary>What of a house the instances share: who takes in which partition.</summary>
/// <param name="Partition">The partition, from 0.</param>
/// <param name="Holder">The instance's name as people read it; null when nobody holds it.</param>
/// <param name="IsHere">It is this instance.</param>
public sealed record PartitionHolder(int Partition, string? Holder, bool IsHere);

/// <summary>How this instance is doing; the page and the API tell the same.</summary>
internal sealed class HouseStatus(
    BrokerStatus broker, EmbeddedBroker embedded, IngestCounters counters, CircuitLimit circuits, DatabaseOptions database, PostWriter posts, StoreSizes sizes,
    TelemetryRetention retention, IngestLeases leases, IOptions<IngestOptions> ingest, CounterHistory history, ThisInstance instance, TimeProvider clock)
{
    public BrokerState Broker => broker.Current;

    public IngestCounters Ingest => counters;

    public PostCounters Posts => posts.Counters;

    public CounterHistory History => history;

    public StoreSize? Sizes => sizes.Current;

    public Sweep? Sweep => retention.Last;

    public int Circuits => circuits.Count;

    public string Instance => ThisInstance.Short(instance.Name);

    public DateTimeOffset StartedAt => instance.StartedAt;

    public string Database => database.Provider switch
    {
        DatabaseProvider.SqlServer => "SQL Server",
        DatabaseProvider.Postgres => "PostgreSQL",
        _ => "SQLite",
    };

    /// <summary>The version, with the first eight digits of the commit it was built from.</summary>
    public string Version { get; } = Shortened(
        typeof(HouseStatus).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "");

    /// <summary>Reads who takes in which partition; throws as the database does.</summary>
    public async Task<IReadOnlyList<PartitionHolder>> HoldersAsync(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var held = (await leases.ReadAsync(cancellation)).Where(lease => lease.ExpiresAt > now).ToDictionary(lease => lease.Partition);
        return [.. Enumerable.Range(0, ingest.Value.Partitions).Select(partition => held.TryGetValue(partition, out var lease)
            ? new PartitionHolder(partition, ThisInstance.Short(lease.Holder), lease.Holder == instance.Name)
            : new PartitionHolder(partition, null, false))];
    }

    /// <summary>What staff should know. <paramref name="holders"/> is null when the database did not answer.</summary>
    public IReadOnlyList<Finding> Judge(IReadOnlyList<PartitionHolder>? holders) => HouseHealth.Judge(new(clock.GetUtcNow(), StartedAt, Broker)
    {
        DatabaseAnswers = holders is not null,
        BrokerIsSilent = embedded.IsSilent,
        PartitionsWithoutHolder = holders?.Count(one => one.Holder is null) ?? 0,
        Waiting = counters.Waiting,
        // The lag is the last batch's: long after it, it says nothing.
        Lag = history.ReportsPerSecond > 0 ? TimeSpan.FromMilliseconds(counters.LagMilliseconds) : TimeSpan.Zero,
        LastHour = history.LastHour,
        Sizes = Sizes,
        Sweep = Sweep,
    });

    private static string Shortened(string version) =>
        version.IndexOf('+') is > 0 and var plus && version.Length > plus + 9 ? version[..(plus + 9)] : version;
}

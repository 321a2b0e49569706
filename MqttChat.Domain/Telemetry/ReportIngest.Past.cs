namespace MqttChat.Domain.Telemetry;

/// <content>The past, told afterwards.</content>
public sealed partial class ReportIngest
{
    /// <summary>
    /// Stores reports of the past as if they had come at their <see cref="IncomingReport.ReceivedAt"/>: a history that was made or
    /// kept elsewhere. In order of time, and only of plugs that have not reported since. Single readings before
    /// <paramref name="keepFrom"/> (cut to the hour) are counted and summed up, but not kept, as if retention had been there already.
    /// Such reports are not counted as ingest's work. Throws as <see cref="StoreAsync(HeldLease, IReadOnlyList{IncomingReport}, CancellationToken)"/>.
    /// </summary>
    public async Task StorePastAsync(
        HeldLease lease, IReadOnlyList<IncomingReport> reports, DateTimeOffset keepFrom, CancellationToken cancellation)
    {
        if (reports.Count == 0)
        {
            return;
        }

        var partition = Of(lease);
        var adopted = await _adopted(cancellation);
        var keptFrom = Ingest.RollupTable.HourOf(keepFrom);
        Announce(await partition.RunAsync(
            lease, async () => (await StoreAsync(partition, lease, adopted, reports, keptFrom, cancellation)).Changed, cancellation));
    }
}

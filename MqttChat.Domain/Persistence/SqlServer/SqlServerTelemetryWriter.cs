using Microsoft.Data.SqlClient;
using MqttChat.Domain.Telemetry;
using MqttChat.Domain.Telemetry.Ingest;

namespace MqttChat.Domain.Persistence.SqlServer;

/// <summary>
/// Ingest's transactions on SQL Server: plain T-SQL, rows in bulk through temporary tables. The lease row is updated first;
/// its lock keeps any other writer of the partition waiting until this transaction ends.
/// </summary>
internal sealed class SqlServerTelemetryWriter(DatabaseOptions database) : ITelemetryWriter
{
    public async Task<long> WriteAsync(TelemetryWrite write, CancellationToken cancellation)
    {
        await using var connection = new SqlConnection(database.Telemetry);
        await connection.OpenAsync(cancellation);
        await using var transaction = (SqlTransaction)await connection.BeginTransactionAsync(cancellation);
        var bulk = new SqlServerBulk(connection, transaction);
        var partition = write.Lease.Partition;
        if (await bulk.ScalarAsync(SqlServerTelemetrySql.Lease, cancellation, partition, write.Lease.FencingNumber) is not long change)
        {
            throw new LeaseLostException(partition);
        }

        await WriteStatesAsync(bulk, write, change, cancellation);
        await WriteReadingsAsync(bulk, write, cancellation);
        await WriteQueuesAsync(bulk, write, change, cancellation);
        await transaction.CommitAsync(cancellation);
        return change;
    }

    private static async Task WriteStatesAsync(SqlServerBulk bulk, TelemetryWrite write, long change, CancellationToken cancellation)
    {
        var partition = write.Lease.Partition;
        foreach (var channel in write.Channels.Where(channel => channel.Id == 0))
        {
            channel.Id = (int)(await bulk.ScalarAsync(
                SqlServerTelemetrySql.InsertChannel, cancellation, channel.PlugId, channel.Channel, partition, change))!;
        }

        await bulk.StageAsync(
            SqlServerTelemetrySql.ChannelStage,
            write.Channels.Select(channel => new object?[]
            {
                channel.Id, partition, channel.IsOn, channel.ActivePowerWatts, channel.EnergyKilowattHours, channel.ReportedAt,
                channel.LastSampleAt, channel.Account.CountedKilowattHours, channel.Account.ToJson(), channel.DirtyFrom, change,
            }),
            cancellation);
        await bulk.StageAsync(
            SqlServerTelemetrySql.PlugStage,
            write.Plugs.Select(plug => new object?[]
            {
                plug.PlugId, partition, (int)plug.Availability, plug.LastReportAt, plug.ClockOffsetMinutes, change,
            }),
            cancellation);
    }

    private static async Task WriteReadingsAsync(SqlServerBulk bulk, TelemetryWrite write, CancellationToken cancellation)
    {
        if (write.CountedAgain is { } again)
        {
            await bulk.ExecuteAsync(SqlServerTelemetrySql.CountedAgain, cancellation, again.Channel.Id, again.From);
        }

        if (write.Retimed is { } retimed)
        {
            await bulk.ExecuteAsync(SqlServerTelemetrySql.Retimed, cancellation, retimed.Channel.Id, retimed.First, retimed.Last);
        }

        await bulk.CopyAsync(
            SqlServerTelemetrySql.Samples,
            write.Samples.Select(sample => new object?[]
            {
                sample.Channel.Id, sample.At, sample.ActivePowerWatts, sample.EnergyKilowattHours, sample.HeldPowerWatts,
            }),
            cancellation);
        await bulk.StageAsync(
            SqlServerTelemetrySql.RollupStage,
            write.Rollups.Sums.Select(row => new object?[]
            {
                row.Key.Channel.Id, (int)row.Key.Resolution, row.Key.BucketStart, row.Value.EnergyKilowattHours, row.Value.SampleCount,
                row.Value.SumWatts, row.Value.MinWatts, row.Value.MaxWatts,
            }),
            cancellation);
        await bulk.StageAsync(
            SqlServerTelemetrySql.CheckpointStage,
            write.Checkpoints.Select(checkpoint => new object?[] { checkpoint.Channel.Id, checkpoint.At, checkpoint.Account.ToJson() }),
            cancellation);
        var resets = write.Resets.GroupBy(reset => (reset.Channel, reset.At)).Select(decisions => decisions.Last()).ToList();
        foreach (var reset in resets)
        {
            await bulk.ExecuteAsync(SqlServerTelemetrySql.Redecided, cancellation, reset.Channel.Id, reset.At);
        }

        await bulk.CopyAsync(
            SqlServerTelemetrySql.Resets,
            resets.Select(reset => new object?[]
            {
                reset.Channel.Id, reset.At, (int)reset.Kind, reset.FromKilowattHours, reset.ToKilowattHours,
            }),
            cancellation);
    }

    private static async Task WriteQueuesAsync(SqlServerBulk bulk, TelemetryWrite write, long change, CancellationToken cancellation)
    {
        var partition = write.Lease.Partition;
        await bulk.CopyAsync(
            SqlServerTelemetrySql.Untimed,
            write.Untimed.Select(report => new object?[]
            {
                report.Partition, report.PlugId, report.Topic, report.Payload, report.ReceivedAt,
            }),
            cancellation);
        await bulk.StageAsync(SqlServerTelemetrySql.UntimedDoneStage, write.UntimedDone.Select(id => new object?[] { id }), cancellation);
        if (write.DeadLetters.Count > 0)
        {
            await bulk.CopyAsync(
                SqlServerTelemetrySql.DeadLetters,
                write.DeadLetters.Select(letter => new object?[] { letter.Topic, letter.Payload, letter.Reason, letter.ReceivedAt }),
                cancellation);
            await bulk.ExecuteAsync(SqlServerTelemetrySql.DeadLetterBound, cancellation, TelemetryWrite.MaxDeadLetters);
        }

        if (write.PendingDoneThrough > 0)
        {
            await bulk.ExecuteAsync(SqlServerTelemetrySql.PendingDone, cancellation, partition, write.PendingDoneThrough);
        }

        if (write.Deliveries.Count > 0)
        {
            await bulk.ExecuteAsync(
                SqlServerTelemetrySql.Pending, cancellation, partition, change, write.Deliveries.Count, Delivery.Pack(write.Deliveries));
        }
    }
}

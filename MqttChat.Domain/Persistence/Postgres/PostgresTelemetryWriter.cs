using MqttChat.Domain.Telemetry;
using MqttChat.Domain.Telemetry.Ingest;
using Npgsql;

namespace MqttChat.Domain.Persistence.Postgres;

/// <summary>
/// Ingest's transactions on PostgreSQL: rows by binary COPY, into temporary tables where they change what is stored. The lease row
/// is updated first; its lock keeps any other writer of the partition waiting until this transaction ends.
/// </summary>
internal sealed class PostgresTelemetryWriter(DatabaseOptions database) : ITelemetryWriter, IAsyncDisposable, IDisposable
{
    private readonly NpgsqlDataSource _source = Source(database.Telemetry);

    public async Task<long> WriteAsync(TelemetryWrite write, CancellationToken cancellation)
    {
        await using var connection = await _source.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var bulk = new PostgresBulk(connection, transaction);
        var partition = write.Lease.Partition;
        if (await bulk.ScalarAsync(PostgresTelemetrySql.Lease, cancellation, partition, write.Lease.FencingNumber) is not long change)
        {
            throw new LeaseLostException(partition);
        }

        await WriteStatesAsync(bulk, write, change, cancellation);
        await WriteReadingsAsync(bulk, write, cancellation);
        await WriteQueuesAsync(bulk, write, change, cancellation);
        await bulk.SendAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return change;
    }

    public void Dispose() => _source.Dispose();

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    // Connections of their own that keep their temporary tables and prepared commands when they go back into the pool.
    private static NpgsqlDataSource Source(string connection)
    {
        var settings = PostgresConnections.Complete(connection);
        (settings.NoResetOnClose, settings.MaxAutoPrepare) = (true, 32);
        var source = new NpgsqlDataSourceBuilder(settings.ToString());
        source.UsePhysicalConnectionInitializer(
            made => Create(made).ExecuteNonQuery(), async made => await Create(made).ExecuteNonQueryAsync());
        return source.Build();
    }

    private static NpgsqlCommand Create(NpgsqlConnection made) => new(PostgresTelemetrySql.CreateStages, made);

    private static async Task WriteStatesAsync(PostgresBulk bulk, TelemetryWrite write, long change, CancellationToken cancellation)
    {
        var partition = write.Lease.Partition;
        foreach (var channel in write.Channels.Where(channel => channel.Id == 0))
        {
            channel.Id = (int)(await bulk.ScalarAsync(
                PostgresTelemetrySql.InsertChannel, cancellation, channel.PlugId, channel.Channel, partition, change))!;
        }

        await bulk.StageAsync(
            PostgresTelemetrySql.Channels,
            [.. write.Channels.Select(channel => new object?[]
            {
                channel.Id, partition, channel.IsOn, channel.ActivePowerWatts, channel.EnergyKilowattHours, Ticks(channel.ReportedAt),
                Ticks(channel.LastSampleAt), channel.Account.CountedKilowattHours, channel.Account.ToJson(), Ticks(channel.DirtyFrom), change,
            })],
            cancellation,
            "A channel's row is gone: the memory of it is of another database.");
        await bulk.StageAsync(
            PostgresTelemetrySql.Plugs,
            [.. write.Plugs.Select(plug => new object?[]
            {
                plug.PlugId, partition, (int)plug.Availability, Ticks(plug.LastReportAt), plug.ClockOffsetMinutes, change,
            })],
            cancellation);
    }

    private static async Task WriteReadingsAsync(PostgresBulk bulk, TelemetryWrite write, CancellationToken cancellation)
    {
        if (write.CountedAgain is { } again)
        {
            foreach (var text in PostgresTelemetrySql.CountedAgain)
            {
                bulk.Add(text, again.Channel.Id, again.From.UtcTicks);
            }
        }

        if (write.Retimed is { } retimed)
        {
            bulk.Add(PostgresTelemetrySql.Retimed, retimed.Channel.Id, retimed.First.UtcTicks, retimed.Last.UtcTicks);
        }

        // Before the copy below: the readings may come again at their old times.
        await bulk.SendAsync(cancellation);
        await bulk.CopyAsync(
            PostgresTelemetrySql.Samples,
            [.. write.Samples.Select(sample => new object?[]
            {
                sample.Channel.Id, sample.At.UtcTicks, sample.ActivePowerWatts, sample.EnergyKilowattHours, sample.HeldPowerWatts,
            })],
            cancellation);
        await bulk.StageAsync(
            PostgresTelemetrySql.Rollups,
            [.. write.Rollups.Sums.Select(row => new object?[]
            {
                row.Key.Channel.Id, (int)row.Key.Resolution, row.Key.BucketStart.UtcTicks, row.Value.EnergyKilowattHours,
                row.Value.SampleCount, row.Value.SumWatts, row.Value.MinWatts, row.Value.MaxWatts,
            })],
            cancellation);
        await bulk.StageAsync(
            PostgresTelemetrySql.Checkpoints,
            [.. write.Checkpoints.GroupBy(checkpoint => (checkpoint.Channel, checkpoint.At)).Select(same => same.Last())
                .Select(checkpoint => new object?[] { checkpoint.Channel.Id, checkpoint.At.UtcTicks, checkpoint.Account.ToJson() })],
            cancellation);
        await bulk.StageAsync(
            PostgresTelemetrySql.Resets,
            [.. write.Resets.GroupBy(reset => (reset.Channel, reset.At)).Select(decisions => decisions.Last()).Select(reset => new object?[]
            {
                reset.Channel.Id, reset.At.UtcTicks, (int)reset.Kind, reset.FromKilowattHours, reset.ToKilowattHours,
            })],
            cancellation);
    }

    private static async Task WriteQueuesAsync(PostgresBulk bulk, TelemetryWrite write, long change, CancellationToken cancellation)
    {
        var partition = write.Lease.Partition;
        await bulk.CopyAsync(
            PostgresTelemetrySql.Untimed,
            [.. write.Untimed.Select(report => new object?[]
            {
                report.Partition, report.PlugId, report.Topic, report.Payload, report.ReceivedAt.UtcTicks,
            })],
            cancellation);
        if (write.UntimedDone.Count > 0)
        {
            bulk.Add(PostgresTelemetrySql.UntimedDone, write.UntimedDone.ToArray());
        }

        if (write.DeadLetters.Count > 0)
        {
            await bulk.CopyAsync(
                PostgresTelemetrySql.DeadLetters,
                [.. write.DeadLetters.Select(letter => new object?[] { letter.Topic, letter.Payload, letter.Reason, letter.ReceivedAt.UtcTicks })],
                cancellation);
            bulk.Add(PostgresTelemetrySql.DeadLetterBound, TelemetryWrite.MaxDeadLetters);
        }

        if (write.PendingDoneThrough > 0)
        {
            bulk.Add(PostgresTelemetrySql.PendingDone, partition, write.PendingDoneThrough);
        }

        if (write.Deliveries.Count > 0)
        {
            bulk.Add(PostgresTelemetrySql.Pending, partition, change, write.Deliveries.Count, Delivery.Pack(write.Deliveries));
        }
    }

    private static long? Ticks(DateTimeOffset? time) => time?.UtcTicks;
}

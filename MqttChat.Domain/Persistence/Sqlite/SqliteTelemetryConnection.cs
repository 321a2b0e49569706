using Microsoft.Data.Sqlite;
using MqttChat.Domain.Telemetry;
using MqttChat.Domain.Telemetry.Ingest;

namespace MqttChat.Domain.Persistence.Sqlite;

/// <summary>One kept connection with the prepared commands of an ingest transaction. Times are UTC ticks.</summary>
internal sealed class SqliteTelemetryConnection : IDisposable
{
    /// <summary>
    /// A batch of reports touches the newest page of each of its channels: all of them must fit in the cache (in KiB), or they are
    /// written in the middle of the transaction. A checkpoint writes such a page once however many commits changed it, so it may
    /// wait for more of them (in pages of 4 KiB); each commit is on disk in the log all the same.
    /// </summary>
    private const string Cache = "PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 8192;";

    private readonly SqliteConnection _connection;
    private readonly List<SqliteStatement> _statements = [];
    private readonly SqliteStatement _lease;
    private readonly SqliteStatement _insertChannel;
    private readonly SqliteStatement _updateChannel;
    private readonly SqliteStatement _plug;
    private readonly SqliteStatement _sample;
    private readonly SqliteStatement _retimed;
    private readonly SqliteStatement _rollup;
    private readonly SqliteStatement _checkpoint;
    private readonly SqliteStatement _reset;
    private readonly SqliteStatement[] _countedAgain;
    private readonly SqliteStatement _untimed;
    private readonly SqliteStatement _untimedDone;
    private readonly SqliteStatement _deadLetter;
    private readonly SqliteStatement _deadLetterBound;
    private readonly SqliteStatement _pending;
    private readonly SqliteStatement _pendingDone;

    private SqliteTelemetryConnection(SqliteConnection connection)
    {
        _connection = connection;
        _lease = Prepare(SqliteTelemetrySql.Lease);
        _insertChannel = Prepare(SqliteTelemetrySql.InsertChannel);
        _updateChannel = Prepare(SqliteTelemetrySql.UpdateChannel);
        _plug = Prepare(SqliteTelemetrySql.Plug);
        _sample = Prepare(SqliteTelemetrySql.Sample);
        _retimed = Prepare(SqliteTelemetrySql.Retimed);
        _rollup = Prepare(SqliteTelemetrySql.Rollup);
        _checkpoint = Prepare(SqliteTelemetrySql.Checkpoint);
        _reset = Prepare(SqliteTelemetrySql.Reset);
        _countedAgain = [.. SqliteTelemetrySql.CountedAgain.Select(text => Prepare(text))];
        _untimed = Prepare(SqliteTelemetrySql.Untimed);
        _untimedDone = Prepare(SqliteTelemetrySql.UntimedDone);
        _deadLetter = Prepare(SqliteTelemetrySql.DeadLetter);
        _deadLetterBound = Prepare(SqliteTelemetrySql.DeadLetterBound);
        _pending = Prepare(SqliteTelemetrySql.Pending);
        _pendingDone = Prepare(SqliteTelemetrySql.PendingDone);
    }

    public static SqliteTelemetryConnection Open(string connectionString) =>
        SqliteFiles.OpenDurable(connectionString, connection => new SqliteTelemetryConnection(connection), Cache);

    public long Write(TelemetryWrite write, CancellationToken cancellation)
    {
        using var transaction = _connection.BeginTransaction(deferred: false);
        var lease = write.Lease;
        if (_lease.Scalar(lease.Partition, lease.FencingNumber) is not { } change)
        {
            throw new LeaseLostException(lease.Partition);
        }

        WriteStates(write, lease.Partition, change);
        cancellation.ThrowIfCancellationRequested();
        WriteReadings(write);
        cancellation.ThrowIfCancellationRequested();
        WriteQueues(write, lease.Partition, change);
        transaction.Commit();
        return change;
    }

    public void Dispose()
    {
        _statements.ForEach(statement => statement.Dispose());
        _connection.Dispose();
    }

    private SqliteStatement Prepare(string text)
    {
        var statement = new SqliteStatement(_connection, text);
        _statements.Add(statement);
        return statement;
    }

    private void WriteStates(TelemetryWrite write, int partition, long change)
    {
        foreach (var channel in write.Channels)
        {
            var account = channel.Account.ToJson();
            if (channel.Id == 0)
            {
                channel.Id = (int)_insertChannel.Scalar(
                    partition, channel.IsOn, channel.ActivePowerWatts, channel.EnergyKilowattHours, Ticks(channel.ReportedAt),
                    Ticks(channel.LastSampleAt), channel.Account.CountedKilowattHours, account, Ticks(channel.DirtyFrom), change,
                    channel.PlugId, channel.Channel)!.Value;
            }
            else
            {
                Single(_updateChannel.Execute(
                    partition, channel.IsOn, channel.ActivePowerWatts, channel.EnergyKilowattHours, Ticks(channel.ReportedAt),
                    Ticks(channel.LastSampleAt), channel.Account.CountedKilowattHours, account, Ticks(channel.DirtyFrom), change, channel.Id));
            }
        }

        foreach (var plug in write.Plugs)
        {
            _plug.Execute(plug.PlugId, partition, (int)plug.Availability, Ticks(plug.LastReportAt), plug.ClockOffsetMinutes, change);
        }
    }

    private void WriteReadings(TelemetryWrite write)
    {
        if (write.CountedAgain is { } again)
        {
            foreach (var statement in _countedAgain)
            {
                statement.Execute(again.Channel.Id, again.From.UtcTicks);
            }
        }

        if (write.Retimed is { } retimed)
        {
            _retimed.Execute(retimed.Channel.Id, retimed.First.UtcTicks, retimed.Last.UtcTicks);
        }

        foreach (var sample in write.Samples)
        {
            _sample.Execute(
                sample.Channel.Id, sample.At.UtcTicks, sample.ActivePowerWatts, sample.EnergyKilowattHours, sample.HeldPowerWatts);
        }

        foreach (var (key, sum) in write.Rollups.Sums)
        {
            _rollup.Execute(
                key.Channel.Id, (int)key.Resolution, key.BucketStart.UtcTicks, sum.EnergyKilowattHours, sum.SampleCount, sum.SumWatts,
                sum.MinWatts, sum.MaxWatts);
        }

        foreach (var checkpoint in write.Checkpoints)
        {
            _checkpoint.Execute(checkpoint.Channel.Id, checkpoint.At.UtcTicks, checkpoint.Account.ToJson());
        }

        foreach (var reset in write.Resets)
        {
            _reset.Execute(reset.Channel.Id, reset.At.UtcTicks, (int)reset.Kind, reset.FromKilowattHours, reset.ToKilowattHours);
        }
    }

    private void WriteQueues(TelemetryWrite write, int partition, long change)
    {
        foreach (var report in write.Untimed)
        {
            _untimed.Execute(report.Partition, report.PlugId, report.Topic, report.Payload, report.ReceivedAt.UtcTicks);
        }

        foreach (var id in write.UntimedDone)
        {
            _untimedDone.Execute(id);
        }

        foreach (var letter in write.DeadLetters)
        {
            _deadLetter.Execute(letter.Topic, letter.Payload, letter.Reason, letter.ReceivedAt.UtcTicks);
        }

        if (write.DeadLetters.Count > 0)
        {
            _deadLetterBound.Execute(TelemetryWrite.MaxDeadLetters);
        }

        if (write.PendingDoneThrough > 0)
        {
            _pendingDone.Execute(partition, write.PendingDoneThrough);
        }

        if (write.Deliveries.Count > 0)
        {
            _pending.Execute(partition, change, write.Deliveries.Count, Delivery.Pack(write.Deliveries));
        }
    }

    private static long? Ticks(DateTimeOffset? time) => time?.UtcTicks;

    private static void Single(int rows)
    {
        if (rows != 1)
        {
            throw new InvalidOperationException("A channel's row is gone: the memory of it is of another database.");
        }
    }
}

using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using MqttChat.Domain.Telemetry.Ingest;

namespace MqttChat.Domain.Persistence.Sqlite;

/// <summary>
/// Ingest's transactions on SQLite: prepared commands on one kept connection a partition, WAL with synchronous FULL, so that
/// what was acknowledged to the broker survives a power cut.
/// </summary>
internal sealed class SqliteTelemetryWriter(DatabaseOptions database) : ITelemetryWriter, IDisposable
{
    private readonly ConcurrentDictionary<int, SqliteTelemetryConnection> _kept = new();

    public Task<long> WriteAsync(TelemetryWrite write, CancellationToken cancellation) =>
        // SQLite blocks its thread, for the command timeout when the file is locked.
        Task.Run(() => Write(write, cancellation), cancellation);

    public void Dispose()
    {
        foreach (var partition in _kept.Keys)
        {
            Drop(partition);
        }
    }

    private long Write(TelemetryWrite write, CancellationToken cancellation)
    {
        var partition = write.Lease.Partition;
        try
        {
            var connection = _kept.GetOrAdd(partition, _ => SqliteTelemetryConnection.Open(database.Telemetry));
            return connection.Write(write, cancellation);
        }
        catch
        {
            // The file may be gone, full or another: the next batch starts from nothing.
            Drop(partition);
            throw;
        }
    }

    private void Drop(int partition)
    {
        if (_kept.TryRemove(partition, out var connection))
        {
            connection.Dispose();
        }
    }
}

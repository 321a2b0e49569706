using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using MqttChat.Domain.Persistence;

namespace MqttChat.Domain.Telemetry;

/// <summary>A clean-up of old readings.</summary>
/// <param name="At">When it ended.</param>
/// <param name="Deleted">How many readings were deleted; null when it failed.</param>
public sealed record Sweep(DateTimeOffset At, int? Deleted);

/// <summary>
/// Deletes single readings that are older than <see cref="TelemetryOptions.RawRetention"/>, in small pieces, so that ingest
/// never waits long for the writer. Buckets stay for good. Of every channel the newest checkpoint of that age stays, with the
/// readings since: a late reading must find where to count on from, also after a long silence.
/// </summary>
public sealed class TelemetryRetention(
    IDbContextFactory<TelemetryDbContext> telemetry, IOptions<TelemetryOptions> options, TimeProvider clock)
{
    // SQL Server takes the whole table's lock for a statement that holds some 5,000 rows' locks, and ingest would wait for it.
    private const int PieceSize = 2000;

    private volatile Sweep? _last;

    /// <summary>The last clean-up of this instance; null before the first.</summary>
    public Sweep? Last => _last;

    /// <summary>Deletes what is too old now; returns how many readings.</summary>
    public async Task<int> SweepAsync(CancellationToken cancellation)
    {
        try
        {
            var deleted = await SweepAllAsync(cancellation);
            _last = new(clock.GetUtcNow(), deleted);
            return deleted;
        }
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
            _last = new(clock.GetUtcNow(), null);
            throw;
        }
    }

    private async Task<int> SweepAllAsync(CancellationToken cancellation)
    {
        var cutOff = clock.GetUtcNow() - options.Value.RawRetention;
        await using var store = await telemetry.CreateDbContextAsync(cancellation);
        var channelIds = await store.ChannelStates.Select(channel => channel.Id).ToListAsync(cancellation);
        var deleted = 0;
        foreach (var channelId in channelIds)
        {
            deleted += await SweepAsync(store, channelId, cutOff, cancellation);
        }

        return deleted;
    }

    private static async Task<int> SweepAsync(TelemetryDbContext store, int channelId, DateTimeOffset cutOff, CancellationToken cancellation)
    {
        var checkpoints = store.EnergyCheckpoints.Where(checkpoint => checkpoint.ChannelId == channelId);
        var kept = await checkpoints.Where(checkpoint => checkpoint.At <= cutOff).MaxAsync(checkpoint => (DateTimeOffset?)checkpoint.At, cancellation);
        if (kept is not { } from)
        {
            return 0;
        }

        var samples = store.PowerSamples.Where(sample => sample.ChannelId == channelId && sample.At < from);
        var deleted = 0;
        while (true)
        {
            var piece = await samples.OrderBy(sample => sample.At).Skip(PieceSize - 1)
                .Select(sample => (DateTimeOffset?)sample.At).FirstOrDefaultAsync(cancellation);
            deleted += await (piece is { } last ? samples.Where(sample => sample.At <= last) : samples).ExecuteDeleteAsync(cancellation);
            if (piece is null)
            {
                break;
            }
        }

        await checkpoints.Where(checkpoint => checkpoint.At < from).ExecuteDeleteAsync(cancellation);
        return deleted;
    }
}

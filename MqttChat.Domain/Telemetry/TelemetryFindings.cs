using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Persistence;

namespace MqttChat.Domain.Telemetry;

/// <summary>A break of a plug's counter with the channel it happened on.</summary>
public sealed record MeterBreak(string Channel, MeterReset Reset);

/// <summary>What ingest noticed and staff look at: reports that could not be read, breaks of counters.</summary>
public sealed class TelemetryFindings(IDbContextFactory<TelemetryDbContext> stores, PowerFeed feed)
{
    /// <summary>The most rows of one answer.</summary>
    public const int MaxRows = 200;

    /// <summary>
    /// The newest reports that could not be read, or the newest of those before one. Staff only (403 <c>plug.notStaff</c>).
    /// </summary>
    public async Task<IReadOnlyList<DeadLetter>> DeadLettersAsync(Viewer viewer, long? before, int limit, CancellationToken cancellation)
    {
        if (!viewer.IsStaff)
        {
            throw RefusedException.Forbidden("plug.notStaff");
        }

        await using var store = await stores.CreateDbContextAsync(cancellation);
        return await store.DeadLetters.AsNoTracking().Where(letter => before == null || letter.Id < before).OrderByDescending(letter => letter.Id)
            .Take(Math.Clamp(limit, 1, MaxRows)).ToListAsync(cancellation);
    }

    /// <summary>The newest breaks of a plug's counters. 404 <c>plug.notFound</c> for people who may not see the plug.</summary>
    public async Task<IReadOnlyList<MeterBreak>> BreaksAsync(Viewer viewer, int plugId, int limit, CancellationToken cancellation)
    {
        if (!(await feed.VisibleToAsync(viewer, cancellation)).Any(plug => plug.Id == plugId))
        {
            throw RefusedException.NotFound("plug");
        }

        await using var store = await stores.CreateDbContextAsync(cancellation);
        return await (
            from reset in store.MeterResets.AsNoTracking()
            join channel in store.ChannelStates.AsNoTracking() on reset.ChannelId equals channel.Id
            where channel.PlugId == plugId
            orderby reset.Id descending
            select new MeterBreak(channel.Channel, reset)).Take(Math.Clamp(limit, 1, MaxRows)).ToListAsync(cancellation);
    }
}

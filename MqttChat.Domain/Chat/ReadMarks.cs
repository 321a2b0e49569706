using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Signals;

namespace MqttChat.Domain.Chat;

/// <summary>
/// Stores up to where people have read. A room of a thousand readers makes a thousand marks a message: they are collected
/// and written in one transaction, the first at once, the rest a second later.
/// </summary>
public sealed class ReadMarks : IDisposable
{
    private const int MaxWaiting = 20_000;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private readonly IDbContextFactory<HouseDbContext> _houses;
    private readonly SignalHub _signals;
    private readonly Coalescer _writes;
    private readonly Lock _gate = new();
    private Dictionary<(int RoomId, string UserId), long> _waiting = [];

    /// <summary>Made once an instance.</summary>
    public ReadMarks(IDbContextFactory<HouseDbContext> houses, SignalHub signals, TimeProvider clock, ILogger<ReadMarks> logger)
    {
        _houses = houses;
        _signals = signals;
        _writes = new Coalescer(WriteAsync, Interval, clock, error => logger.LogWarning(error, "Read marks are lost"));
    }

    /// <inheritdoc />
    public void Dispose() => _writes.Dispose();

    internal void Note(int roomId, string userId, long sequence)
    {
        lock (_gate)
        {
            var key = (roomId, userId);
            if (_waiting.Count >= MaxWaiting || _waiting.GetValueOrDefault(key) >= sequence)
            {
                return;
            }

            _waiting[key] = sequence;
        }

        _writes.Request();
    }

    internal Task WhenIdleAsync() => _writes.WhenIdleAsync();

    private async Task WriteAsync(CancellationToken cancellation)
    {
        Dictionary<(int RoomId, string UserId), long> marks;
        lock (_gate)
        {
            marks = _waiting;
            _waiting = [];
        }

        var rooms = new HashSet<int>();
        await using var house = await _houses.CreateDbContextAsync(cancellation).ConfigureAwait(false);
        await using var transaction = await house.Database.BeginTransactionAsync(cancellation).ConfigureAwait(false);
        // One order for all: two instances that lock the same rows in different orders end in a deadlock.
        foreach (var ((roomId, userId), sequence) in marks.OrderBy(mark => mark.Key.RoomId).ThenBy(mark => mark.Key.UserId, StringComparer.Ordinal))
        {
            // Only forward, only what there is, and only of members: the row's absence is the check.
            var changed = await house.Memberships
                .Where(member => member.RoomId == roomId && member.UserId == userId && member.LastReadSequence < sequence
                    && house.Rooms.Any(room => room.Id == roomId && room.LastSequence >= sequence))
                .ExecuteUpdateAsync(set => set.SetProperty(member => member.LastReadSequence, sequence), cancellation)
                .ConfigureAwait(false);
            if (changed > 0)
            {
                rooms.Add(roomId);
            }
        }

        await transaction.CommitAsync(cancellation).ConfigureAwait(false);
        foreach (var roomId in rooms)
        {
            _signals.Publish(ReloadSignal.Room(roomId));
        }
    }
}

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Signals;

namespace MqttChat.Domain.Rooms;

/// <summary>
/// Which rooms are archived, kept in memory: every post asks, and must not pay a read for it. Read again at the signal <c>rooms</c>,
/// and when signals may have been lost.
/// </summary>
public sealed class ArchivedRooms : IDisposable
{
    private static readonly TimeSpan Safety = TimeSpan.FromSeconds(20);

    private readonly IDbContextFactory<HouseDbContext> _houses;
    private readonly Coalescer _reads;
    private readonly IDisposable _subscription;
    private readonly ITimer _timer;
    private volatile HashSet<int> _ids = [];

    /// <summary>Made once an instance.</summary>
    public ArchivedRooms(IDbContextFactory<HouseDbContext> houses, SignalHub signals, TimeProvider clock, ILogger<ArchivedRooms> log)
    {
        _houses = houses;
        _reads = new Coalescer(
            ReadAsync, TimeSpan.FromSeconds(1), clock, error => log.LogWarning(error, "The archived rooms could not be read; they are tried again"));
        _subscription = signals.Subscribe(ReloadSignal.Rooms, _reads.Request);
        _timer = clock.CreateTimer(_ => _reads.Request(), null, TimeSpan.Zero, Safety);
    }

    /// <summary>Whether nothing is written there any more.</summary>
    public bool Contains(int roomId) => _ids.Contains(roomId);

    /// <inheritdoc />
    public void Dispose()
    {
        _timer.Dispose();
        _subscription.Dispose();
        _reads.Dispose();
    }

    /// <summary>Reads them now: whoever archived a room is answered only when it holds.</summary>
    internal async Task ReadAsync(CancellationToken cancellation)
    {
        await using var house = await _houses.CreateDbContextAsync(cancellation);
        _ids = [.. await house.Rooms.Where(room => room.ArchivedAt != null).OrderBy(room => room.Id).Take(RoomLists.MaxRooms)
            .Select(room => room.Id).ToListAsync(cancellation)];
    }
}

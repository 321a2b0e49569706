using System.Collections.Frozen;
using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Signals;

namespace MqttChat.Domain.Telemetry.Feed;

/// <summary>
/// Who belongs to the rooms that plugs stand in: one read for all viewers, thrown away at the signals <c>rooms</c> and
/// <c>plugs</c> (a plug that moves makes its new room one of them) and after a few seconds, so that a removed member sees nothing new within 5 s even when the signal is lost.
/// </summary>
internal sealed class PlugMembers : IDisposable
{
    private static readonly TimeSpan OldestUsed = TimeSpan.FromSeconds(3);

    private readonly IDbContextFactory<HouseDbContext> _houses;
    private readonly TimeProvider _clock;
    private readonly IDisposable[] _subscriptions;
    private readonly SemaphoreSlim _reading = new(1);
    private volatile Read? _read;
    private int _generation;

    public PlugMembers(IDbContextFactory<HouseDbContext> houses, SignalHub signals, TimeProvider clock)
    {
        (_houses, _clock) = (houses, clock);
        _subscriptions = [signals.Subscribe(ReloadSignal.Rooms, Forget), signals.Subscribe(ReloadSignal.Plugs, Forget)];
    }

    /// <summary>The rooms with plugs that the person is a member of.</summary>
    public async Task<IReadOnlySet<int>> RoomsOfAsync(string userId, CancellationToken cancellation)
    {
        if (Fresh() is not { } read)
        {
            await _reading.WaitAsync(cancellation);
            try
            {
                read = Fresh() ?? (_read = await ReadAsync(cancellation));
            }
            finally
            {
                _reading.Release();
            }
        }

        return read.RoomsByPerson.GetValueOrDefault(userId) ?? FrozenSet<int>.Empty;
    }

    public void Dispose()
    {
        Array.ForEach(_subscriptions, subscription => subscription.Dispose());
        _reading.Dispose();
    }

    private void Forget() => Interlocked.Increment(ref _generation);

    private Read? Fresh() =>
        _read is { } read && read.Generation == Volatile.Read(ref _generation) && _clock.GetElapsedTime(read.BegunAt) < OldestUsed ? read : null;

    private async Task<Read> ReadAsync(CancellationToken cancellation)
    {
        // Taken before reading: a signal that comes meanwhile makes the result old at once.
        var generation = Volatile.Read(ref _generation);
        var begunAt = _clock.GetTimestamp();
        await using var house = await _houses.CreateDbContextAsync(cancellation);
        var rooms = house.Plugs.Where(plug => plug.AdoptedAt != null && plug.RoomId != null).Select(plug => plug.RoomId!.Value);
        var members = await house.Memberships.Where(membership => rooms.Contains(membership.RoomId))
            .Select(membership => new { membership.UserId, membership.RoomId }).ToListAsync(cancellation);
        return new Read(
            generation,
            begunAt,
            members.GroupBy(member => member.UserId).ToFrozenDictionary(
                person => person.Key, person => person.Select(member => member.RoomId).ToFrozenSet()));
    }

    private sealed record Read(int Generation, long BegunAt, FrozenDictionary<string, FrozenSet<int>> RoomsByPerson);
}

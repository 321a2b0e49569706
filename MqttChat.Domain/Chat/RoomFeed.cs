using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Rooms;
using MqttChat.Domain.Signals;

namespace MqttChat.Domain.Chat;

/// <summary>What a feed needs from its surroundings.</summary>
internal sealed record FeedParts(
    IDbContextFactory<HouseDbContext> Houses, SignalHub Signals, AuthorNames Names, TimeProvider Clock, ILogger Logger);

/// <summary>One shown room: a snapshot that one read a signal keeps up to date for every viewer of this instance.</summary>
internal sealed class RoomFeed : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);
    private readonly FeedParts _parts;
    private readonly Coalescer _reads;
    private readonly IDisposable[] _signals;
    private readonly Lock _gate = new();
    private readonly HashSet<RoomSubscription> _subscriptions = [];
    private readonly Dictionary<string, MembershipRole> _members = [];
    private TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private RoomSnapshot? _snapshot;
    private volatile bool _namesChanged;
    private volatile bool _roomChanged = true;

    public RoomFeed(int roomId, FeedParts parts)
    {
        RoomId = roomId;
        _parts = parts;
        _reads = new Coalescer(ReadAsync, Interval, parts.Clock, OnError);
        _signals =
        [
            parts.Signals.Subscribe(ReloadSignal.Room(roomId), _reads.Request),
            parts.Signals.Subscribe(ReloadSignal.Rooms, Request),
            parts.Signals.Subscribe(ReloadSignal.People, () =>
            {
                _namesChanged = true;
                _reads.Request();
            }),
        ];
    }

    public int RoomId { get; }

    /// <summary>How often the database was asked; for tests and measurements.</summary>
    public int Reads { get; private set; }

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _subscriptions.Count;
            }
        }
    }

    /// <summary>Reads everything again: name and members too, which a message's signal leaves as they are.</summary>
    public void Request()
    {
        _roomChanged = true;
        _reads.Request();
    }

    public Task WhenIdleAsync() => _reads.WhenIdleAsync();

    public void Add(RoomSubscription subscription)
    {
        lock (_gate)
        {
            _subscriptions.Add(subscription);
        }
    }

    public void Remove(RoomSubscription subscription)
    {
        lock (_gate)
        {
            _subscriptions.Remove(subscription);
            var userId = subscription.Viewer.UserId;
            if (_subscriptions.All(other => other.Viewer.UserId != userId))
            {
                _members.Remove(userId);
            }
        }
    }

    /// <summary>Waits until there is a snapshot.</summary>
    public async Task ReadyAsync(CancellationToken cancellation)
    {
        Task ready;
        lock (_gate)
        {
            if (_snapshot is not null)
            {
                return;
            }

            ready = _ready.Task;
        }

        _reads.Request();
        await ready.WaitAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Lets a viewer in whose membership was just read.</summary>
    public void Admit(string userId, MembershipRole role)
    {
        lock (_gate)
        {
            _members[userId] = role;
        }
    }

    /// <summary>The one place where the snapshot is handed out: nothing to who is no member.</summary>
    public RoomView? ViewFor(Viewer viewer)
    {
        lock (_gate)
        {
            return _snapshot is not null && _members.TryGetValue(viewer.UserId, out var role)
                ? new RoomView(_snapshot, role, viewer.IsStaff || role == MembershipRole.Owner)
                : null;
        }
    }

    public void Dispose()
    {
        foreach (var signal in _signals)
        {
            signal.Dispose();
        }

        _reads.Dispose();
    }

    private async Task ReadAsync(CancellationToken cancellation)
    {
        Reads++;
        if (_snapshot is { } shown && !_roomChanged)
        {
            // A message: one query, whoever looks. Who belongs to the room changes with a signal of its own.
            await using var messages = await _parts.Houses.CreateDbContextAsync(cancellation).ConfigureAwait(false);
            Publish([], [], shown, await CatchUpAsync(messages, shown, cancellation).ConfigureAwait(false));
            return;
        }

        // Taken before reading: a signal that comes meanwhile counts for the next read.
        _roomChanged = false;
        try
        {
            await ReadRoomAsync(cancellation).ConfigureAwait(false);
        }
        catch
        {
            _roomChanged = true;
            throw;
        }
    }

    private async Task ReadRoomAsync(CancellationToken cancellation)
    {
        string[] viewers;
        lock (_gate)
        {
            viewers = [.. _subscriptions.Select(subscription => subscription.Viewer.UserId).Distinct()];
        }

        var before = _snapshot;
        await using var house = await _parts.Houses.CreateDbContextAsync(cancellation).ConfigureAwait(false);
        var members = await house.Memberships
            .Where(member => member.RoomId == RoomId && EF.Parameter(viewers).Contains(member.UserId))
            .Select(member => new { member.UserId, member.Role })
            .ToDictionaryAsync(member => member.UserId, member => member.Role, cancellation).ConfigureAwait(false);
        var room = await house.Rooms.Where(room => room.Id == RoomId).Select(room => new { room.Name, room.LastChange })
            .SingleOrDefaultAsync(cancellation).ConfigureAwait(false) ?? throw RoomAccess.NotFound();
        var after = before ?? await FirstAsync(house, room.Name, room.LastChange, cancellation).ConfigureAwait(false);
        if (after.Name != room.Name)
        {
            after = after with { Name = room.Name };
        }

        Publish(viewers, members, before, await CatchUpAsync(house, after, cancellation).ConfigureAwait(false));
    }

    private async Task<RoomSnapshot> CatchUpAsync(HouseDbContext house, RoomSnapshot snapshot, CancellationToken cancellation)
    {
        for (var more = true; more;)
        {
            var page = await MessageReading.ChangesAsync(
                house, RoomId, snapshot.LastChange, RoomSnapshot.MaxMessages, cancellation).ConfigureAwait(false);
            more = page.More;
            if (page.Items.Count > 0)
            {
                snapshot = snapshot.With(await _parts.Names.WithNamesAsync(page.Items, cancellation).ConfigureAwait(false));
            }
        }

        return _namesChanged ? await RenamedAsync(snapshot, cancellation).ConfigureAwait(false) : snapshot;
    }

    // The counter was read before the messages: what came between is read once more as a change, and nothing is missed.
    private async Task<RoomSnapshot> FirstAsync(HouseDbContext house, string name, long lastChange, CancellationToken cancellation)
    {
        var newest = await house.Messages.AsNoTracking().Where(message => message.RoomId == RoomId)
            .OrderByDescending(message => message.Sequence).Take(RoomSnapshot.MaxMessages + 1)
            .ToListAsync(cancellation).ConfigureAwait(false);
        var views = newest.Take(RoomSnapshot.MaxMessages).Reverse().Select(MessageReading.View).ToList();
        var named = await _parts.Names.WithNamesAsync(views, cancellation).ConfigureAwait(false);
        return new RoomSnapshot(
            RoomId, name, lastChange, [.. named], newest.Count > RoomSnapshot.MaxMessages, [], lastChange);
    }

    private async Task<RoomSnapshot> RenamedAsync(RoomSnapshot snapshot, CancellationToken cancellation)
    {
        _namesChanged = false;
        try
        {
            var messages = await _parts.Names.WithNamesAsync(snapshot.Messages, cancellation).ConfigureAwait(false);
            var changes = await _parts.Names.WithNamesAsync(snapshot.Changes, cancellation).ConfigureAwait(false);
            return messages.SequenceEqual(snapshot.Messages) && changes.SequenceEqual(snapshot.Changes)
                ? snapshot
                : snapshot with { Messages = [.. messages], Changes = [.. changes] };
        }
        catch
        {
            _namesChanged = true;
            throw;
        }
    }

    private void Publish(
        string[] viewers, Dictionary<string, MembershipRole> members, RoomSnapshot? before, RoomSnapshot after)
    {
        RoomSubscription[] told;
        lock (_gate)
        {
            var changed = new HashSet<string>();
            foreach (var viewer in viewers)
            {
                var was = _members.TryGetValue(viewer, out var old) ? old : (MembershipRole?)null;
                var now = members.TryGetValue(viewer, out var role) ? role : (MembershipRole?)null;
                if (was == now)
                {
                    continue;
                }

                changed.Add(viewer);
                _members.Remove(viewer);
                if (now is { } current && _subscriptions.Any(subscription => subscription.Viewer.UserId == viewer))
                {
                    _members[viewer] = current;
                }
            }

            _snapshot = after;
            _ready.TrySetResult();
            told = [.. _subscriptions.Where(subscription =>
                !ReferenceEquals(before, after) || changed.Contains(subscription.Viewer.UserId))];
        }

        foreach (var subscription in told)
        {
            subscription.OnChanged();
        }
    }

    private void OnError(Exception error)
    {
        if (error is not RefusedException)
        {
            _parts.Logger.LogWarning(error, "Reading room {RoomId} failed; it is tried again at the next signal", RoomId);
        }

        TaskCompletionSource waiting;
        lock (_gate)
        {
            waiting = _ready;
            if (_snapshot is not null)
            {
                return;
            }

            _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        waiting.TrySetException(error is RefusedException ? error : new RefusedException(RefusalKind.Unavailable, "message.tryAgain"));
        _ = waiting.Task.Exception;
    }
}

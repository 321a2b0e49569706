using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Rooms;
using MqttChat.Domain.Signals;

namespace MqttChat.Domain.Chat;

/// <summary>What a feed needs from its surroundings.</summary>
internal sealed record FeedParts(
    IDbContextFactory<HouseDbContext> Houses, SignalHub Signals, AuthorNames Names, TimeProvider Clock, ILogger Logger, FeedCounters Counters);

/// <summary>One shown room: a snapshot that one read a signal keeps up to date for every viewer of this instance.</summary>
internal sealed class RoomFeed : IDisposable
{
    // Ten reads a second at most. A page draws at most four times: it shows nothing later for it.
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    // What single pages ask for: one that asks without an end must not take the reads for which everybody's messages wait.
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(1);
    private readonly FeedParts _parts;
    private readonly RoomReader _reader;
    private readonly Coalescer _reads;
    private readonly Coalescer _refreshes;
    private readonly IDisposable[] _signals;
    private readonly Lock _gate = new();
    private readonly HashSet<RoomSubscription> _subscriptions = [];
    private readonly Dictionary<string, MembershipRole> _members = [];
    private TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private RoomSnapshot? _snapshot;
    private volatile bool _namesChanged;
    private volatile bool _membersChanged = true;

    public RoomFeed(int roomId, FeedParts parts)
    {
        RoomId = roomId;
        _parts = parts;
        _reader = new RoomReader(roomId, parts.Names);
        _reads = new Coalescer(ReadAsync, Interval, parts.Clock, OnError, parts.Counters.CountCoalesced);
        _refreshes = new Coalescer(_ => RequestedAsync(), RefreshInterval, parts.Clock, OnError);
        _signals =
        [
            parts.Signals.Subscribe(ReloadSignal.Room(roomId), Request),
            parts.Signals.Subscribe(ReloadSignal.Rooms, RequestWithMembers),
            parts.Signals.Subscribe(ReloadSignal.People, () =>
            {
                _namesChanged = true;
                Request();
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

    public void Request() => _reads.Request();

    /// <summary>Reads also who belongs to the room: posts do not change that, and a signal of one costs a single query.</summary>
    public void RequestWithMembers()
    {
        _membersChanged = true;
        Request();
    }

    /// <summary>The same for one viewer who was away; with others of the kind it waits for its turn.</summary>
    public void Refresh() => _refreshes.Request();

    public Task WhenIdleAsync() => _reads.WhenIdleAsync();

    public Task WhenRefreshedAsync() => _refreshes.WhenIdleAsync();

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

    /// <summary>The one place where the snapshot is handed out: nothing to people who are not members.</summary>
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

        _refreshes.Dispose();
        _reads.Dispose();
    }

    private Task RequestedAsync()
    {
        RequestWithMembers();
        return Task.CompletedTask;
    }

    private Task ReadAsync(CancellationToken cancellation) => _parts.Counters.ReadAsync(() => ReadOnceAsync(cancellation));

    private async Task ReadOnceAsync(CancellationToken cancellation)
    {
        Reads++;
        string[] viewers;
        lock (_gate)
        {
            viewers = [.. _subscriptions.Select(subscription => subscription.Viewer.UserId).Distinct()];
        }

        var before = _snapshot;
        var (withMembers, withNames) = (_membersChanged, _namesChanged);
        _membersChanged = _namesChanged = false;
        try
        {
            await using var house = await _parts.Houses.CreateDbContextAsync(cancellation).ConfigureAwait(false);
            var members = withMembers ? await _reader.MembersAsync(house, viewers, cancellation).ConfigureAwait(false) : null;
            var after = await _reader.CatchUpAsync(house, before, cancellation).ConfigureAwait(false);
            Publish(viewers, members, before, withNames ? await _reader.RenamedAsync(after, cancellation).ConfigureAwait(false) : after);
        }
        catch
        {
            _membersChanged |= withMembers;
            _namesChanged |= withNames;
            throw;
        }
    }

    private void Publish(
        string[] viewers, Dictionary<string, MembershipRole>? members, RoomSnapshot? before, RoomSnapshot after)
    {
        RoomSubscription[] told;
        lock (_gate)
        {
            var changed = members is null ? [] : TakeMembers(viewers, members);
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

    private HashSet<string> TakeMembers(string[] viewers, Dictionary<string, MembershipRole> members)
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

        return changed;
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

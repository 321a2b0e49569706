using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Signals;

namespace MqttChat.Domain.Rooms;

/// <summary>
/// The lists of rooms that are being looked at in this instance. One read serves all of them: at a room's signal that
/// room's last message and its unread counts for everybody who looks, at <c>rooms</c> and <c>people</c> everything. A viewer is
/// told only when their own list changed.
/// </summary>
public sealed class RoomListFeed : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Safety = TimeSpan.FromSeconds(20);

    private readonly IDbContextFactory<HouseDbContext> _houses;
    private readonly SignalHub _signals;
    private readonly ILogger _logger;
    private readonly Coalescer _reads;
    private readonly ITimer _timer;
    private readonly IDisposable[] _allSignals;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Watched> _people = [];
    private readonly Dictionary<int, IDisposable> _roomSignals = [];
    private readonly HashSet<int> _dirty = [];
    private List<RoomLine>? _lines;
    private bool _allDirty;

    /// <summary>Made once an instance.</summary>
    public RoomListFeed(
        IDbContextFactory<HouseDbContext> houses, SignalHub signals, TimeProvider clock, ILogger<RoomListFeed> logger)
    {
        _houses = houses;
        _signals = signals;
        _logger = logger;
        _reads = new Coalescer(ReadAsync, Interval, clock, OnError, Counters.CountCoalesced);
        // The name of who spoke last stands in the list.
        _allSignals = [signals.Subscribe(ReloadSignal.Rooms, RequestAll), signals.Subscribe(ReloadSignal.People, RequestAll)];
        _timer = clock.CreateTimer(_ => RequestAll(), null, Safety, Safety);
    }

    /// <summary>Reads and what they spared.</summary>
    public FeedCounters Counters { get; } = new("room_list");

    /// <summary>
    /// Subscribes first, then reads. <paramref name="onChanged"/> is called from any thread and must not block. Throws
    /// <c>room.tryAgain</c> when the database is away. Dispose to stop.
    /// </summary>
    public async Task<RoomListSubscription> OpenAsync(Viewer viewer, Action onChanged, CancellationToken cancellation)
    {
        var subscription = new RoomListSubscription(this, viewer.UserId, onChanged);
        Watched watched;
        lock (_gate)
        {
            if (!_people.TryGetValue(viewer.UserId, out watched!))
            {
                _people[viewer.UserId] = watched = new Watched();
            }

            watched.Subscriptions.Add(subscription);
        }

        try
        {
            if (watched.Rooms is null)
            {
                await Storage.RunAsync(
                    async () => { await ReadPeopleAsync([viewer.UserId], null, cancellation); return true; },
                    "room.tryAgain", _logger, cancellation);
            }

            return subscription;
        }
        catch
        {
            subscription.Dispose();
            throw;
        }
    }

    /// <summary>Counts as a signal, for a circuit that was away.</summary>
    public void Refresh() => RequestAll();

    /// <summary>Completes when nothing is being read.</summary>
    internal Task WhenIdleAsync() => _reads.WhenIdleAsync();

    /// <inheritdoc />
    public void Dispose()
    {
        _timer.Dispose();
        Array.ForEach(_allSignals, signal => signal.Dispose());
        _reads.Dispose();
        lock (_gate)
        {
            foreach (var signal in _roomSignals.Values)
            {
                signal.Dispose();
            }

            _roomSignals.Clear();
        }
    }

    internal IReadOnlyList<RoomSummary> Current(string userId)
    {
        lock (_gate)
        {
            return _people.TryGetValue(userId, out var watched) ? watched.Rooms ?? [] : [];
        }
    }

    internal void Remove(RoomListSubscription subscription)
    {
        lock (_gate)
        {
            if (_people.TryGetValue(subscription.UserId, out var watched)
                && watched.Subscriptions.Remove(subscription) && watched.Subscriptions.Count == 0)
            {
                _people.Remove(subscription.UserId);
            }
        }
    }

    private void RequestAll()
    {
        lock (_gate)
        {
            _allDirty = true;
            if (_people.Count == 0)
            {
                return;
            }
        }

        _reads.Request();
    }

    private void RequestRoom(int roomId)
    {
        lock (_gate)
        {
            _dirty.Add(roomId);
            if (_people.Count == 0)
            {
                return;
            }
        }

        _reads.Request();
    }

    private void OnError(Exception error)
    {
        // What was taken as dirty is not read: the next signal or the timer reads everything.
        lock (_gate)
        {
            _allDirty = true;
        }

        _logger.LogWarning(error, "Reading the lists of rooms failed; it is tried again at the next signal");
    }

    private async Task ReadAsync(CancellationToken cancellation)
    {
        string[] users;
        int[]? rooms;
        lock (_gate)
        {
            users = [.. _people.Keys];
            rooms = _allDirty ? null : [.. _dirty];
            _dirty.Clear();
            _allDirty = false;
        }

        if (users.Length > 0)
        {
            await ReadPeopleAsync(users, rooms, cancellation);
        }
    }

    private Task ReadPeopleAsync(string[] users, int[]? rooms, CancellationToken cancellation) =>
        Counters.ReadAsync(() => ReadOnceAsync(users, rooms, cancellation));

    private async Task ReadOnceAsync(string[] users, int[]? rooms, CancellationToken cancellation)
    {
        await using var house = await _houses.CreateDbContextAsync(cancellation).ConfigureAwait(false);
        // Which rooms there are is told by a signal of its own; a message changes its room's line, and who has how much unread.
        var asked = _lines is null ? null : rooms;
        var read = await RoomLists.WithLastAsync(house, asked, cancellation).ConfigureAwait(false);
        SubscribeTo(read);
        var memberships = await RoomLists.MembershipsAsync(house, users, rooms, cancellation).ConfigureAwait(false);
        var byUser = memberships.ToLookup(membership => membership.UserId);
        // Who is asked where is told by the signal of all rooms.
        var invitations = rooms is null ? (await RoomLists.InvitationsAsync(house, users, cancellation).ConfigureAwait(false)).ToLookup(line => line.UserId) : null;
        var told = new List<RoomListSubscription>();
        lock (_gate)
        {
            var lines = _lines = Merge(_lines, read, asked);
            foreach (var user in users)
            {
                if (_people.TryGetValue(user, out var watched) && watched.Take(lines, byUser[user], rooms, invitations?[user]))
                {
                    told.AddRange(watched.Subscriptions);
                }
            }
        }

        told.ForEach(subscription => subscription.OnChanged());
    }

    // Reads overlap when a page opens meanwhile: an older picture of a room never takes the place of a newer one.
    private static List<RoomLine> Merge(List<RoomLine>? known, List<RoomLine> read, int[]? asked)
    {
        if (known is null)
        {
            return read;
        }

        var before = known.ToDictionary(line => line.Id);
        var newest = read.Select(line => before.GetValueOrDefault(line.Id) is { } old && old.LastChange > line.LastChange ? old : line);
        return asked is null ? [.. newest] : [.. newest.Concat(known.ExceptBy(asked, line => line.Id))];
    }

    // Signals of rooms are topics of their own; this instance listens to every room there is, once.
    private void SubscribeTo(List<RoomLine> lines)
    {
        lock (_gate)
        {
            foreach (var line in lines)
            {
                if (!_roomSignals.ContainsKey(line.Id))
                {
                    _roomSignals[line.Id] = _signals.Subscribe(ReloadSignal.Room(line.Id), () => RequestRoom(line.Id));
                }
            }
        }
    }

    private sealed class Watched
    {
        private Dictionary<int, MembershipLine> _mine = [];
        private Dictionary<int, string> _asked = [];

        public List<RoomListSubscription> Subscriptions { get; } = [];

        public RoomSummary[]? Rooms { get; private set; }

        /// <summary>Takes in what was read (of these rooms, or of all); true when the list is another than before.</summary>
        public bool Take(List<RoomLine> lines, IEnumerable<MembershipLine> read, int[]? rooms, IEnumerable<InvitationLine>? invitations)
        {
            _asked = invitations?.ToDictionary(line => line.RoomId, line => line.InvitedBy) ?? _asked;
            var mine = rooms is null ? [] : new Dictionary<int, MembershipLine>(_mine);
            foreach (var room in rooms ?? [])
            {
                mine.Remove(room);
            }

            foreach (var membership in read)
            {
                mine[membership.RoomId] = membership;
            }

            _mine = mine;
            var before = Rooms;
            Rooms = RoomLists.ComposeNewestFirst(lines, mine, _asked);
            return before is null || !before.AsSpan().SequenceEqual(Rooms);
        }
    }
}

/// <summary>One look at a viewer's list of rooms.</summary>
public sealed class RoomListSubscription : IDisposable
{
    private readonly RoomListFeed _feed;

    internal RoomListSubscription(RoomListFeed feed, string userId, Action onChanged)
    {
        _feed = feed;
        UserId = userId;
        OnChanged = onChanged;
    }

    /// <summary>The list as last read; the same array until it changes.</summary>
    public IReadOnlyList<RoomSummary> Current => _feed.Current(UserId);

    internal string UserId { get; }

    internal Action OnChanged { get; }

    /// <inheritdoc />
    public void Dispose() => _feed.Remove(this);
}

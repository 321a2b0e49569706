using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Rooms;
using MqttChat.Domain.Signals;

namespace MqttChat.Domain.Chat;

/// <summary>The rooms that are being shown in this instance. A feed lives as long as somebody looks.</summary>
public sealed class RoomFeeds : IDisposable
{
    // A removed member sees nothing new within 5 s, even if the signal is lost: the membership is read again that often.
    private static readonly TimeSpan Safety = TimeSpan.FromSeconds(4);

    private readonly FeedParts _parts;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private readonly Dictionary<int, RoomFeed> _feeds = [];

    /// <summary>Made once an instance.</summary>
    public RoomFeeds(
        IDbContextFactory<HouseDbContext> houses, SignalHub signals, AuthorNames names, TimeProvider clock, ILogger<RoomFeeds> logger)
    {
        _parts = new FeedParts(houses, signals, names, clock, logger, Counters);
        _timer = clock.CreateTimer(_ => RequestAll(), null, Safety, Safety);
    }

    /// <summary>Reads of all rooms together, and what they spared.</summary>
    public FeedCounters Counters { get; } = new("room");

    /// <summary>
    /// Subscribes first, then reads. <paramref name="onChanged"/> is called from any thread and must not block. Throws
    /// <c>room.notFound</c> for people who are not members, <c>message.tryAgain</c>. Dispose to stop.
    /// </summary>
    public async Task<RoomSubscription> OpenAsync(Viewer viewer, int roomId, Action onChanged, CancellationToken cancellation)
    {
        // Before a feed exists: ids that are tried out cost one read and leave nothing behind.
        var (role, lastRead) = await Storage.RunAsync(
            () => MembershipAsync(viewer, roomId, cancellation), "message.tryAgain", _parts.Logger, cancellation).ConfigureAwait(false);
        RoomFeed? feed;
        RoomSubscription subscription;
        lock (_gate)
        {
            if (!_feeds.TryGetValue(roomId, out feed))
            {
                _feeds[roomId] = feed = new RoomFeed(roomId, _parts);
            }

            subscription = new RoomSubscription(this, feed, viewer, lastRead, onChanged);
            feed.Add(subscription);
            feed.Admit(viewer.UserId, role);
        }

        try
        {
            await feed.ReadyAsync(cancellation).ConfigureAwait(false);
            return subscription;
        }
        catch
        {
            subscription.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _timer.Dispose();
        lock (_gate)
        {
            foreach (var feed in _feeds.Values)
            {
                feed.Dispose();
            }

            _feeds.Clear();
        }
    }

    internal void Close(RoomSubscription subscription, RoomFeed feed)
    {
        lock (_gate)
        {
            feed.Remove(subscription);
            if (feed.Count == 0 && _feeds.GetValueOrDefault(feed.RoomId) == feed)
            {
                _feeds.Remove(feed.RoomId);
                feed.Dispose();
            }
        }
    }

    internal RoomFeed? Find(int roomId)
    {
        lock (_gate)
        {
            return _feeds.GetValueOrDefault(roomId);
        }
    }

    private async Task<(MembershipRole Role, long LastRead)> MembershipAsync(
        Viewer viewer, int roomId, CancellationToken cancellation)
    {
        await using var house = await _parts.Houses.CreateDbContextAsync(cancellation).ConfigureAwait(false);
        var member = await house.Memberships.AsNoTracking()
            .SingleOrDefaultAsync(member => member.RoomId == roomId && member.UserId == viewer.UserId, cancellation)
            .ConfigureAwait(false);
        if (member is not null)
        {
            return (member.Role, member.LastReadSequence);
        }

        // Whoever is asked in looks before answering, and nothing there is unread.
        var access = (await RoomAccess.LoadAsync(house, viewer, roomId, cancellation).ConfigureAwait(false)).RequireReader();
        return (MembershipRole.Member, access.Room.LastSequence);
    }

    private void RequestAll()
    {
        lock (_gate)
        {
            foreach (var feed in _feeds.Values)
            {
                feed.RequestWithMembers();
            }
        }
    }
}

/// <summary>One look at a room.</summary>
public sealed class RoomSubscription : IDisposable
{
    private readonly RoomFeeds _feeds;
    private readonly RoomFeed _feed;

    internal RoomSubscription(RoomFeeds feeds, RoomFeed feed, Viewer viewer, long lastRead, Action onChanged)
    {
        _feeds = feeds;
        _feed = feed;
        Viewer = viewer;
        LastRead = lastRead;
        OnChanged = onChanged;
    }

    /// <summary>Up to where the viewer had read when the look began.</summary>
    public long LastRead { get; }

    /// <summary>The room now; null as soon as the viewer is no member any more.</summary>
    public RoomView? Current => _feed.ViewFor(Viewer);

    internal Viewer Viewer { get; }

    internal Action OnChanged { get; }

    /// <summary>Counts as a signal, for a tab that was away.</summary>
    public void Refresh() => _feed.Refresh();

    /// <inheritdoc />
    public void Dispose() => _feeds.Close(this, _feed);
}

using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Signals;
using MqttChat.Domain.Telemetry.Feed;
using MqttChat.Domain.Telemetry.Freshness;

namespace MqttChat.Domain.Telemetry;

/// <summary>
/// The read model of the latest readings: one read a signal and instance, whatever the number of viewers; it reads only the
/// rows that changed. Rights: <see cref="VisibleToAsync"/> filters.
/// </summary>
public sealed class PowerFeed : IDisposable
{
    // Four snapshots a second are as many as a page renders.
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    // Signals may be lost.
    private static readonly TimeSpan SafetyInterval = TimeSpan.FromSeconds(20);

    private readonly PowerReader _reader;
    private readonly PlugMembers _members;
    private readonly SignalHub _signals;
    private readonly TimeProvider _clock;
    private readonly ILogger<PowerFeed> _logger;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _reading = new(1);
    private ImmutableArray<Action> _subscribers = [];
    private FeedRun? _run;
    private long _readsBegun;
    private long _readDone;
    private volatile bool _houseChanged = true;
    private volatile PowerSnapshot _current = PowerSnapshot.Empty;

    /// <summary>Reads nothing before the first call.</summary>
    public PowerFeed(
        IDbContextFactory<HouseDbContext> houses, IDbContextFactory<TelemetryDbContext> telemetry, SignalHub signals, IOptions<TelemetryOptions> options,
        TimeProvider clock, ILogger<PowerFeed> logger)
    {
        (_signals, _clock, _logger) = (signals, clock, logger);
        _reader = new PowerReader(houses, telemetry, SilenceRule.Of(options.Value));
        _members = new PlugMembers(houses, signals, clock);
    }

    /// <summary>Reads and what they spared.</summary>
    public FeedCounters Counters { get; } = new("power");

    /// <summary>The newest snapshot, unfiltered; for use inside the domain.</summary>
    public PowerSnapshot Current => _current;

    /// <summary>Calls after every new snapshot, at most 4 times a second; must not block. The first subscriber starts the feed, the last ends it.</summary>
    public IDisposable Subscribe(Action onChanged)
    {
        lock (_gate)
        {
            _subscribers = _subscribers.Add(onChanged);
            if (_run is null)
            {
                _run = new FeedRun(_signals, _clock, ReadOnSignalAsync, HouseChanged, Interval, SafetyInterval, LogFailure, Counters.CountCoalesced);
                HouseChanged();
                _run.Request();
            }
        }

        return new Subscription(this, onChanged);
    }

    /// <summary>Reads what changed since the last read; done when the snapshot is as new as the database at the call.</summary>
    public async Task RefreshAsync(CancellationToken cancellation)
    {
        HouseChanged();
        var begunBefore = Interlocked.Read(ref _readsBegun);
        await _reading.WaitAsync(cancellation);
        try
        {
            // A read that began after this call, for another caller, serves this one too.
            if (_readDone <= begunBefore)
            {
                await ReadAsync(cancellation);
            }
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>The plugs the viewer may see: staff all, residents those of the rooms they are members of.</summary>
    public async Task<ImmutableArray<PlugPower>> VisibleToAsync(Viewer viewer, CancellationToken cancellation)
    {
        if (_run is null || _current.Version == 0)
        {
            await RefreshAsync(cancellation);
        }

        var plugs = _current.Plugs;
        if (viewer.IsStaff)
        {
            return plugs;
        }

        var rooms = await _members.RoomsOfAsync(viewer.UserId, cancellation);
        return [.. plugs.Where(plug => plug.RoomId is { } room && rooms.Contains(room))];
    }

    /// <summary>What staff see of the newest snapshot, without a read, for a page to show until it has read. Empty for all others.</summary>
    public ImmutableArray<PlugPower> LastSeenBy(Viewer viewer) => viewer.IsStaff ? _current.Plugs : [];

    /// <inheritdoc />
    public void Dispose()
    {
        lock (_gate)
        {
            _run?.Dispose();
            _run = null;
            _subscribers = [];
        }

        _members.Dispose();
        _reading.Dispose();
    }

    private void HouseChanged() => _houseChanged = true;

    private void LogFailure(Exception error) => _logger.LogWarning(error, "The latest readings could not be read");

    private async Task ReadOnSignalAsync(CancellationToken cancellation)
    {
        await _reading.WaitAsync(cancellation);
        try
        {
            await ReadAsync(cancellation);
        }
        finally
        {
            _reading.Release();
        }
    }

    private Task ReadAsync(CancellationToken cancellation) => Counters.ReadAsync(() => ReadOnceAsync(cancellation));

    private async Task ReadOnceAsync(CancellationToken cancellation)
    {
        var number = Interlocked.Increment(ref _readsBegun);
        var house = _houseChanged;
        _houseChanged = false;
        try
        {
            var plugs = await _reader.ReadAsync(house, cancellation);
            _readDone = number;
            if (_current.Version > 0 && plugs.AsEnumerable().SequenceEqual(_current.Plugs, ReferenceEqualityComparer.Instance))
            {
                return;
            }

            _current = new PowerSnapshot(plugs, _current.Version + 1);
        }
        catch
        {
            // Half of it may be taken in already: the next read makes every record anew.
            _houseChanged = true;
            throw;
        }

        foreach (var subscriber in _subscribers)
        {
            Call(subscriber);
        }
    }

    private void Call(Action subscriber)
    {
        try
        {
            subscriber();
        }
        catch (Exception error)
        {
            // One page's fault must not keep the readings from the others.
            _logger.LogError(error, "A subscriber of the latest readings failed");
        }
    }

    private void Remove(Action onChanged)
    {
        lock (_gate)
        {
            _subscribers = _subscribers.Remove(onChanged);
            if (_subscribers.Length == 0)
            {
                _run?.Dispose();
                _run = null;
            }
        }
    }

    private sealed class Subscription(PowerFeed feed, Action onChanged) : IDisposable
    {
        private int _disposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
            {
                feed.Remove(onChanged);
            }
        }
    }
}

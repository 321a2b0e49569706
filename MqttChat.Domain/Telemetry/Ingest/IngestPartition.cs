namespace MqttChat.Domain.Telemetry.Ingest;

/// <summary>
/// One partition as this instance holds it: the heads of its plugs, what the broker may deliver again, and which batches are
/// still pending. It is right only while the lease is held; after any failure it is thrown away and read again.
/// </summary>
internal sealed class IngestPartition(IngestReader reader, ITelemetryWriter writer, int receiveMaximum, TimeProvider clock) : IDisposable
{
    // A quiet house has a batch for each report: what is pending is remembered in so many shares, not in 65,535 batches.
    private const int Shares = 256;

    private readonly SemaphoreSlim _turn = new(1);
    private readonly RedeliveryWindow _window = new();
    private readonly Dictionary<int, PlugHead> _plugs = [];
    private readonly List<(long Batch, int Count)> _pending = [];
    private HashSet<int> _untimed = [];
    private long? _fencingNumber;
    private long _lastChange;

    // A commit that failed half-way may have come through: its batch is looked for when the memory is read again.
    private long? _inDoubtAfter;
    private long? _startedAfter;

    /// <summary>Plugs of which reports wait for their time.</summary>
    public IReadOnlySet<int> Untimed => _untimed;

    public IReadOnlyDictionary<int, PlugHead> Plugs => _plugs;

    /// <summary>What the broker keeps for its plugs, as far as it was seen; it outlives connections.</summary>
    public RetainedStates Retained { get; } = new();

    /// <summary>How long all transactions so far took.</summary>
    public TimeSpan Committing { get; private set; }

    /// <summary>Runs one thing at a time; whatever throws leaves nothing in memory.</summary>
    public async Task<T> RunAsync<T>(HeldLease lease, Func<Task<T>> work, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            _startedAfter = null;
            if (_fencingNumber != lease.FencingNumber)
            {
                await LoadAsync(lease, cancellation);
            }

            _startedAfter = _lastChange;
            return await work();
        }
        catch
        {
            _inDoubtAfter ??= _startedAfter;
            Forget();
            throw;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Starts a connection: reads all anew. Only with the session present does the broker deliver again.</summary>
    public async Task<long> BeginAsync(HeldLease lease, bool sessionPresent, CancellationToken cancellation)
    {
        await LoadAsync(lease, cancellation);
        var stored = await reader.PendingAsync(lease.Partition, 0, cancellation);
        if (sessionPresent)
        {
            _window.Open(stored.SelectMany(batch => Delivery.Unpack(batch.Deliveries)), receiveMaximum);
            return 0;
        }

        _window.Open([], receiveMaximum);
        return stored.Count == 0 ? 0 : stored[^1].Batch;
    }

    /// <summary>All that was under way has come again: from now on an old packet id with old content is a new report.</summary>
    public void EndRedelivery() => _window.Open([], receiveMaximum);

    public RedeliveryWindow.Trial BeginRedelivery() => _window.Begin();

    /// <summary>Makes sure that these plugs are in memory.</summary>
    public async Task LoadPlugsAsync(IEnumerable<int> plugIds, CancellationToken cancellation)
    {
        var missing = plugIds.Where(id => !_plugs.ContainsKey(id)).ToHashSet();
        if (missing.Count > 0)
        {
            foreach (var (id, plug) in await reader.PlugsAsync(missing, cancellation))
            {
                _plugs[id] = plug;
            }
        }
    }

    /// <summary>Writes, and then knows what is stored.</summary>
    public async Task CommitAsync(TelemetryWrite write, CancellationToken cancellation)
    {
        if (write.IsEmpty)
        {
            return;
        }

        write.PendingDoneThrough = Math.Max(write.PendingDoneThrough, PendingDone(write.Deliveries.Count));
        var began = clock.GetTimestamp();
        _lastChange = await writer.WriteAsync(write, cancellation);
        Committing += clock.GetElapsedTime(began);
        write.Committed();
        _pending.RemoveAll(batch => batch.Batch <= write.PendingDoneThrough);
        if (write.Deliveries.Count > 0)
        {
            Remember(_lastChange, write.Deliveries.Count);
        }

        _untimed.UnionWith(write.Untimed.Select(report => report.PlugId));
    }

    public void NothingUntimed(int plugId) => _untimed.Remove(plugId);

    public void Dispose() => _turn.Dispose();

    private async Task LoadAsync(HeldLease lease, CancellationToken cancellation)
    {
        Forget();
        var lastChange = await reader.LastChangeAsync(lease, cancellation);
        var pending = await reader.PendingAsync(lease.Partition, 0, cancellation);
        _untimed = await reader.PlugsWithUntimedAsync(lease, cancellation);
        _pending.Clear();
        foreach (var batch in pending)
        {
            Remember(batch.Batch, batch.Count);
        }

        if (_inDoubtAfter is { } change && pending.Any(batch => batch.Batch > change))
        {
            _window.Extend(
                pending.Where(batch => batch.Batch > change).SelectMany(batch => Delivery.Unpack(batch.Deliveries)), receiveMaximum);
        }

        _inDoubtAfter = null;
        _lastChange = lastChange;
        _fencingNumber = lease.FencingNumber;
    }

    private void Forget()
    {
        _fencingNumber = null;
        _plugs.Clear();
    }

    private void Remember(long batch, int count)
    {
        if (_pending is [.., var last] && last.Count + count <= receiveMaximum / Shares)
        {
            _pending[^1] = (batch, last.Count + count);
        }
        else
        {
            _pending.Add((batch, count));
        }
    }

    private long PendingDone(int newDeliveries)
    {
        var newer = newDeliveries;
        for (var i = _pending.Count - 1; i >= 0; i--)
        {
            if (newer >= receiveMaximum)
            {
                return _pending[i].Batch;
            }

            newer += _pending[i].Count;
        }

        return 0;
    }
}

namespace MqttChat.Domain.Signals;

/// <summary>What a kind of read model has done since this instance started.</summary>
public sealed class FeedCounters(string kind)
{
    private readonly string _activity = $"read {kind}";
    private long _reads;
    private long _coalesced;

    /// <summary>Which kind: <c>room</c>, <c>room_list</c>, <c>power</c>.</summary>
    public string Kind { get; } = kind;

    /// <summary>How often the database was asked.</summary>
    public long Reads => Interlocked.Read(ref _reads);

    /// <summary>Signals that another read, not yet begun, serves as well.</summary>
    public long Coalesced => Interlocked.Read(ref _coalesced);

    /// <summary>Runs a read, counts and traces it.</summary>
    public async Task ReadAsync(Func<Task> read)
    {
        Interlocked.Increment(ref _reads);
        using var activity = HouseActivities.Source.StartActivity(_activity);
        try
        {
            await read().ConfigureAwait(false);
        }
        catch (Exception error)
        {
            activity.Failed(error);
            throw;
        }
    }

    /// <summary>Counts a signal that made no read of its own.</summary>
    public void CountCoalesced() => Interlocked.Increment(ref _coalesced);
}

namespace MqttChat.Domain;

/// <summary>How often each reason occurred. Reasons are stable codes; should there be more than the bound, the rest is <c>other</c>.</summary>
public sealed class ReasonCounts
{
    private const int Bound = 64;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _counts = [];

    /// <summary>All of them together.</summary>
    public long Total
    {
        get
        {
            lock (_gate)
            {
                return _counts.Values.Sum();
            }
        }
    }

    /// <summary>Counts one.</summary>
    public void Count(string reason)
    {
        lock (_gate)
        {
            var key = _counts.ContainsKey(reason) || _counts.Count < Bound ? reason : "other";
            _counts[key] = _counts.GetValueOrDefault(key) + 1;
        }
    }

    /// <summary>The counts as they are now.</summary>
    public KeyValuePair<string, long>[] Read()
    {
        lock (_gate)
        {
            return [.. _counts];
        }
    }
}

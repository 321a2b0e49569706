namespace MqttChat.Web.Mqtt;

/// <summary>
/// Bounds what the embedded broker keeps in memory for clients that come later: one retained message for each topic, and clients are free in
/// making up topics. Beyond a bound a message is still delivered, only not kept.
/// </summary>
internal sealed class RetainedLedger
{
    /// <summary>Topics kept of one account: a Zigbee2MQTT bridge keeps a few for each of its plugs.</summary>
    public const int MostOfOne = 1_000;

    /// <summary>Their bytes, topics and payloads together: a bridge's list of devices has some 100 KB.</summary>
    public const long MostBytesOfOne = 8L * 1024 * 1024;

    /// <summary>Topics kept of all together.</summary>
    public const int Most = 10_000;

    /// <summary>Their bytes.</summary>
    public const long MostBytes = 64L * 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (string Owner, long Bytes)> _kept = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Sum> _owners = new(StringComparer.Ordinal);
    private Sum _all;

    /// <summary>Topics that are kept now.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _all.Count;
            }
        }
    }

    /// <summary>Notes a retained message; false when it is one too many, and must not be kept. An empty one ends what its topic had.</summary>
    /// <param name="owner">The account; empty: one of those that share the house's.</param>
    /// <param name="topic">Where.</param>
    /// <param name="payloadBytes">How long.</param>
    public bool TryKeep(string owner, string topic, long payloadBytes)
    {
        lock (_gate)
        {
            _kept.TryGetValue(topic, out var old);
            var (before, bytes) = (old.Owner is null ? default : new Sum(1, old.Bytes), payloadBytes == 0 ? 0 : payloadBytes + topic.Length);
            var added = bytes == 0 ? default : new Sum(1, bytes);
            var mine = _owners.GetValueOrDefault(owner) - (old.Owner == owner ? before : default) + added;
            var all = _all - before + added;
            var fits = bytes == 0 || (all.Count <= Most && all.Bytes <= MostBytes && (owner.Length == 0 || (mine.Count <= MostOfOne && mine.Bytes <= MostBytesOfOne)));
            if (fits)
            {
                Replace(topic, old.Owner, before, owner, added);
                _all = all;
            }

            return fits;
        }
    }

    private void Replace(string topic, string? oldOwner, Sum before, string owner, Sum added)
    {
        if (oldOwner is not null)
        {
            Set(oldOwner, _owners.GetValueOrDefault(oldOwner) - before);
        }

        Set(owner, _owners.GetValueOrDefault(owner) + added);
        if (added.Count == 0)
        {
            _kept.Remove(topic);
        }
        else
        {
            _kept[topic] = (owner, added.Bytes);
        }
    }

    private void Set(string owner, Sum sum)
    {
        if (sum.Count == 0)
        {
            _owners.Remove(owner);
        }
        else
        {
            _owners[owner] = sum;
        }
    }

    private readonly record struct Sum(int Count, long Bytes)
    {
        public static Sum operator +(Sum left, Sum right) => new(left.Count + right.Count, left.Bytes + right.Bytes);

        public static Sum operator -(Sum left, Sum right) => new(left.Count - right.Count, left.Bytes - right.Bytes);
    }
}

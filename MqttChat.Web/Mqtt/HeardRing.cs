using MqttChat.Domain.Devices;

namespace MqttChat.Web.Mqtt;

/// <summary>What was heard and not yet looked at, bounded in number and in bytes; beyond that the oldest are dropped.</summary>
internal sealed class HeardRing(int maxMessages, long maxBytes)
{
    private readonly Lock _gate = new();
    private readonly Queue<HeardRaw> _waiting = new();
    private long _bytes;

    /// <summary>How many were dropped so far.</summary>
    public long Dropped { get; private set; }

    /// <summary>Adds one; returns how many wait.</summary>
    public int Add(HeardRaw message)
    {
        lock (_gate)
        {
            _waiting.Enqueue(message);
            _bytes += Size(message);
            while (_waiting.Count > maxMessages || _bytes > maxBytes)
            {
                _bytes -= Size(_waiting.Dequeue());
                Dropped++;
            }

            return _waiting.Count;
        }
    }

    /// <summary>Takes the oldest, at most so many.</summary>
    public IReadOnlyList<HeardRaw> Take(int atMost)
    {
        lock (_gate)
        {
            var taken = new List<HeardRaw>(Math.Min(atMost, _waiting.Count));
            while (taken.Count < atMost && _waiting.TryDequeue(out var message))
            {
                _bytes -= Size(message);
                taken.Add(message);
            }

            return taken;
        }
    }

    private static long Size(HeardRaw message) => message.Payload.Length + (2L * message.Topic.Length) + 100;
}

using System.Net;
using System.Net.Sockets;

namespace MqttChat.Domain.Accounts;

/// <summary>
/// Counts tries by network address or person: a bucket that holds one minute's tries and fills steadily. It runs on the monotonic
/// clock, so setting the wall clock back locks nobody out.
/// </summary>
public sealed class AttemptLimiter(TimeProvider clock)
{
    private const int MaxBuckets = 20_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<(string What, string Who), Bucket> _buckets = [];

    /// <summary>Takes one try.</summary>
    /// <param name="what">Kind of try; kinds are counted apart.</param>
    /// <param name="who">Whose, for example <see cref="KeyOf"/> of an address.</param>
    /// <param name="perMinute">How many a minute; 0 or less is no limit.</param>
    /// <param name="code">The refusal's code.</param>
    /// <exception cref="RefusedException"><paramref name="code"/></exception>
    public void Take(string what, string who, int perMinute, string code = "account.tooManyAttempts")
    {
        if (perMinute <= 0)
        {
            return;
        }

        var now = clock.GetTimestamp();
        lock (_gate)
        {
            if (!_buckets.TryGetValue((what, who), out var bucket))
            {
                MakeRoom(now);
                bucket = new Bucket(perMinute, now);
            }

            var filled = Math.Min(perMinute, bucket.Left + (clock.GetElapsedTime(bucket.At, now).TotalMinutes * perMinute));
            if (filled < 1)
            {
                _buckets[(what, who)] = new Bucket(filled, now);
                throw new RefusedException(
                    RefusalKind.TooMany, code, retryAfter: TimeSpan.FromMinutes((1 - filled) / perMinute));
            }

            _buckets[(what, who)] = new Bucket(filled - 1, now);
        }
    }

    /// <summary>The key of a network address. One IPv6 customer has a whole /64, so that counts as one.</summary>
    public static string KeyOf(IPAddress? address)
    {
        if (address is null)
        {
            return "unknown";
        }

        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return plain.AddressFamily == AddressFamily.InterNetworkV6
            ? Convert.ToHexString(plain.GetAddressBytes().AsSpan(0, 8))
            : plain.ToString();
    }

    // A bucket untouched for a minute is full again, the same as none. If all are fresh, an attacker with very many
    // addresses is at work: forgetting the oldest half is cheaper than to stop everyone from signing in.
    private void MakeRoom(long now)
    {
        if (_buckets.Count < MaxBuckets)
        {
            return;
        }

        foreach (var (key, _) in _buckets.Where(pair => clock.GetElapsedTime(pair.Value.At, now) >= TimeSpan.FromMinutes(1)).ToList())
        {
            _buckets.Remove(key);
        }

        if (_buckets.Count >= MaxBuckets)
        {
            foreach (var (key, _) in _buckets.OrderBy(pair => pair.Value.At).Take(MaxBuckets / 2).ToList())
            {
                _buckets.Remove(key);
            }
        }
    }

    private readonly record struct Bucket(double Left, long At);
}

using System.Collections.Concurrent;

namespace MqttChat.Domain.Chat;

/// <summary>Limits of the chat, from <c>Limits:*</c>.</summary>
public sealed class ChatLimits
{
    /// <summary>Posts and edits a person may make within any 60 s; 0 is off. At most 10,000.</summary>
    public int PostsPerPersonPerMinute { get; set; } = 120;
}

/// <summary>
/// Counts each person's posts of the last minute, in memory. It stands in the domain because events of a circuit pass
/// no rate-limiting middleware. It runs on the monotonic clock, so setting the wall clock back silences nobody.
/// </summary>
public sealed class PostLimiter(ChatLimits limits, TimeProvider clock)
{
    private const int PruneAbove = 1000;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<string, Queue<long>> _posts = new();
    private readonly int _most = Math.Min(limits.PostsPerPersonPerMinute, 10_000);

    /// <summary>Counts one. Throws <c>message.tooMany</c> with the time until the next is allowed.</summary>
    public void Count(string userId)
    {
        if (_most <= 0)
        {
            return;
        }

        if (_posts.Count > PruneAbove)
        {
            Prune();
        }

        var now = clock.GetTimestamp();
        var mine = _posts.GetOrAdd(userId, _ => new Queue<long>());
        lock (mine)
        {
            while (mine.TryPeek(out var oldest) && clock.GetElapsedTime(oldest, now) >= Window)
            {
                mine.Dequeue();
            }

            if (mine.Count >= _most)
            {
                throw new RefusedException(RefusalKind.TooMany, "message.tooMany", retryAfter: Window - clock.GetElapsedTime(mine.Peek(), now));
            }

            mine.Enqueue(now);
        }
    }

    private void Prune()
    {
        var now = clock.GetTimestamp();
        foreach (var (userId, posts) in _posts)
        {
            lock (posts)
            {
                if (posts.Count == 0 || clock.GetElapsedTime(posts.Last(), now) >= Window)
                {
                    _posts.TryRemove(userId, out _);
                }
            }
        }
    }
}

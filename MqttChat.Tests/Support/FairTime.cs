using System.Diagnostics;

namespace MqttChat.Tests.Support;

/// <summary>
/// Time as this machine gives it to the tests. Where others take the processor, a pause of 20 ms lasts 200; little of that counts
/// here, for who was not let run has not been slow. On a machine that is free it goes as every clock: a promise of seconds is held
/// to its seconds.
/// </summary>
public static class FairTime
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan MostOfATick = 2 * Tick;
    private static readonly Lock Gate = new();
    private static readonly Timer Ticking = new(_ => Take(), null, Tick, Tick);
    private static long _tickedAt = Stopwatch.GetTimestamp();
    private static TimeSpan _given;
    private static TimeSpan _longestStall;

    /// <summary>How much was given since the first call.</summary>
    public static TimeSpan Now => Take();

    /// <summary>How much was given since an earlier <see cref="Now"/>.</summary>
    public static TimeSpan Since(TimeSpan earlier) => Now - earlier;

    /// <summary>The longest that the tests were not let run since the last call.</summary>
    public static TimeSpan TakeLongestStall()
    {
        Take();
        lock (Gate)
        {
            var longest = _longestStall;
            _longestStall = TimeSpan.Zero;
            return longest;
        }
    }

    private static TimeSpan Take()
    {
        lock (Gate)
        {
            GC.KeepAlive(Ticking);
            var now = Stopwatch.GetTimestamp();
            var since = Stopwatch.GetElapsedTime(_tickedAt, now);
            _tickedAt = now;
            _longestStall = since - Tick > _longestStall ? since - Tick : _longestStall;
            return _given += since < MostOfATick ? since : MostOfATick;
        }
    }
}

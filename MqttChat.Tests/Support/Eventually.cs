using System.Runtime.CompilerServices;

namespace MqttChat.Tests.Support;

/// <summary>Waits for a condition with a deadline, in <see cref="FairTime"/>: for what other threads or processes do. Never a blind sleep.</summary>
public static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    // Who waits for nothing in particular waits long: it costs time only where the test fails.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Returns when the condition holds; fails with its text after <paramref name="within"/> (a minute).</summary>
    public static Task TrueAsync(
        Func<bool> condition, TimeSpan? within = null, [CallerArgumentExpression(nameof(condition))] string what = "") =>
        TrueAsync(() => Task.FromResult(condition()), within, what);

    /// <inheritdoc cref="TrueAsync(Func{bool}, TimeSpan?, string)"/>
    public static async Task TrueAsync(
        Func<Task<bool>> condition, TimeSpan? within = null, [CallerArgumentExpression(nameof(condition))] string what = "")
    {
        var began = FairTime.Now;
        for (var isOver = false; !await condition(); isOver = FairTime.Since(began) >= (within ?? Patience))
        {
            // Only after a look that began when the time was over.
            Assert.False(isOver, $"Did not become true in time: {what}");
            await Task.Delay(Pause);
        }
    }

    /// <summary>Awaits the task; fails when it is not done <paramref name="within"/> that time.</summary>
    public static async Task DoneAsync(Task task, TimeSpan within, [CallerArgumentExpression(nameof(task))] string what = "")
    {
        await TrueAsync(() => task.IsCompleted, within, what);
        await task;
    }
}

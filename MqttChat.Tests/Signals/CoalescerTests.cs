using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using MqttChat.Domain.Signals;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Signals;

public sealed class CoalescerTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly FakeTimeProvider _clock = new();
    private readonly ConcurrentQueue<Exception> _errors = new();

    [Fact]
    public async Task Request_ManyWhileRunning_MakeOneMoreRun()
    {
        var runs = 0;
        var release = new TaskCompletionSource();
        using var coalescer = new Coalescer(
            _ =>
            {
                Interlocked.Increment(ref runs);
                return release.Task;
            },
            TimeSpan.Zero, _clock, _errors.Enqueue);

        coalescer.Request();
        await Eventually.TrueAsync(() => runs == 1);
        for (var i = 0; i < 1000; i++)
        {
            coalescer.Request();
        }

        release.SetResult();
        await coalescer.WhenIdleAsync();

        Assert.Equal(2, runs);
        Assert.Empty(_errors);
    }

    [Fact]
    public async Task Request_SoonAfterARun_WaitsForTheInterval()
    {
        var runs = 0;
        var gate = new SemaphoreSlim(0);
        using var coalescer = new Coalescer(
            async cancellation =>
            {
                Interlocked.Increment(ref runs);
                await gate.WaitAsync(cancellation);
            },
            Interval, _clock, _errors.Enqueue);

        coalescer.Request();
        await Eventually.TrueAsync(() => runs == 1);
        coalescer.Request();
        gate.Release();
        await Eventually.TrueAsync(() => gate.CurrentCount == 0);
        _clock.Advance(Interval - TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, runs);
        await Eventually.TrueAsync(() =>
        {
            _clock.Advance(TimeSpan.FromMilliseconds(1));
            return runs == 2;
        });
        gate.Release();
        await coalescer.WhenIdleAsync();
        Assert.Empty(_errors);
    }

    [Fact]
    public async Task Request_OneAfterTheOther_StartsAtMostTwoRunsWithinTwoIntervals()
    {
        var runs = 0;
        using var coalescer = new Coalescer(
            _ =>
            {
                Interlocked.Increment(ref runs);
                return Task.CompletedTask;
            },
            Interval, _clock, _errors.Enqueue);

        // Each comes when nothing runs: a message and its answer are no flood, a third one is.
        coalescer.Request();
        await coalescer.WhenIdleAsync();
        coalescer.Request();
        await coalescer.WhenIdleAsync();
        Assert.Equal(2, runs);
        coalescer.Request();
        _clock.Advance((2 * Interval) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(2, runs);
        await Eventually.TrueAsync(() =>
        {
            _clock.Advance(TimeSpan.FromMilliseconds(1));
            return runs == 3;
        });
        await coalescer.WhenIdleAsync();
        Assert.Empty(_errors);
    }

    [Fact]
    public async Task Request_AfterAFailedRun_RunsAgain()
    {
        var runs = 0;
        var errors = new List<Exception>();
        using var coalescer = new Coalescer(
            _ => Interlocked.Increment(ref runs) == 1 ? throw new InvalidOperationException("first") : Task.CompletedTask,
            TimeSpan.Zero, _clock, errors.Add);

        coalescer.Request();
        await coalescer.WhenIdleAsync();
        coalescer.Request();
        await coalescer.WhenIdleAsync();

        Assert.Equal(2, runs);
        Assert.Equal("first", Assert.Single(errors).Message);
    }

    [Fact]
    public async Task Dispose_DuringARun_CancelsItAndStartsNoOther()
    {
        var runs = 0;
        var coalescer = new Coalescer(
            async cancellation =>
            {
                Interlocked.Increment(ref runs);
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
            },
            TimeSpan.Zero, _clock, _errors.Enqueue);

        coalescer.Request();
        await Eventually.TrueAsync(() => runs == 1);
        coalescer.Request();
        coalescer.Dispose();
        await coalescer.WhenIdleAsync();

        Assert.Equal(1, runs);
        Assert.Empty(_errors);
    }
}

using MqttChat.Domain.Telemetry;

namespace MqttChat.Web.Mqtt;

/// <summary>
/// How many of the partitions this instance may serve: all divided by the instances that live, rounded up. Whoever starts first
/// would otherwise serve them all for ever.
/// </summary>
internal sealed class IngestShare(int partitions, Func<CancellationToken, Task<int>> countInstances, TimeProvider clock, ILogger logger)
{
    private int _most = int.MaxValue;
    private int _held;

    /// <summary>How many are held above the share.</summary>
    public int Excess => Math.Max(0, Volatile.Read(ref _held) - Volatile.Read(ref _most));

    /// <summary>Asks for a lease unless the share is reached already.</summary>
    public async Task<HeldLease?> TryAcquireAsync(Func<Task<HeldLease?>> acquire)
    {
        HeldLease? lease = null;
        try
        {
            // Counted before it is asked for: sessions that ask at once must not take more than the share together.
            return Interlocked.Increment(ref _held) > Volatile.Read(ref _most) ? null : lease = await acquire().ConfigureAwait(false);
        }
        finally
        {
            if (lease is null)
            {
                Left();
            }
        }
    }

    /// <summary>A partition is not served by this instance any more.</summary>
    public void Left() => Interlocked.Decrement(ref _held);

    /// <summary>Counts the instances from time to time; calls <paramref name="giveBack"/> with how many partitions are too many.</summary>
    public async Task RunAsync(Func<int, Task> giveBack, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var instances = Math.Max(1, await countInstances(stop).ConfigureAwait(false));
                Volatile.Write(ref _most, (partitions + instances - 1) / instances);
                if (Excess is > 0 and var excess)
                {
                    await giveBack(excess).ConfigureAwait(false);
                }
            }
            catch (Exception error) when (!stop.IsCancellationRequested)
            {
                // The share stays as it was; the leases say the rest about the database.
                logger.LogDebug("The instances cannot be counted: {Reason}", error.Message);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await Task.Delay(IngestInstances.Interval, clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}

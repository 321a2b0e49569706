using MQTTnet;

namespace MqttChat.Web.Mqtt;

/// <summary>
/// Whether the broker at the other end of one connection lives. Any byte that comes in is a sign of life: a broker that is busy answers
/// a ping after many seconds, behind all that was sent before it, and is not to be left for that.
/// </summary>
internal sealed class BrokerPulse(IMqttClient client, BufferedChannels channels, TimeSpan pingEvery, TimeProvider clock) : IDisposable
{
    // What came while this process did not get to run is still to be read.
    private static readonly TimeSpan SecondLook = TimeSpan.FromMilliseconds(250);

    private readonly SemaphoreSlim _asking = new(1);

    /// <summary>Nothing has come for so long, though something was asked.</summary>
    public bool IsSilentFor(TimeSpan time) => channels.Channel is not { } channel || channel.SilentFor >= time;

    /// <summary>Returns when the broker has read all that was sent before. One question at a time: whatever answer comes is to the last one.</summary>
    public async Task AnswerAsync(CancellationToken closing)
    {
        await _asking.WaitAsync(closing).ConfigureAwait(false);
        try
        {
            await client.PingAsync(closing).ConfigureAwait(false);
        }
        finally
        {
            _asking.Release();
        }
    }

    /// <summary>Asks for a sign of life whatever else is sent; throws <see cref="TimeoutException"/> when there is none.</summary>
    public async Task WatchAsync(CancellationToken closing)
    {
        while (true)
        {
            await Task.Delay(pingEvery, clock, closing).ConfigureAwait(false);
            var answer = AnswerAsync(closing);
            while (!await IsDoneAsync(answer, closing).ConfigureAwait(false))
            {
                await ThrowIfSilentAsync(closing).ConfigureAwait(false);
                // The client ends the connection by itself where it has sent nothing for a keep-alive and gets no answer to its own ping.
                _ = client.PingAsync(closing).ContinueWith(late => late.Exception, TaskScheduler.Default);
            }
        }
    }

    /// <inheritdoc />
    public void Dispose() => _asking.Dispose();

    private async Task<bool> IsDoneAsync(Task answer, CancellationToken closing)
    {
        try
        {
            await answer.WaitAsync(pingEvery, clock, closing).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private async Task ThrowIfSilentAsync(CancellationToken closing)
    {
        if (IsSilentFor(pingEvery))
        {
            await Task.Delay(SecondLook, clock, closing).ConfigureAwait(false);
            if (IsSilentFor(pingEvery))
            {
                throw new TimeoutException();
            }
        }
    }
}

using MQTTnet;

namespace MqttChat.Web.Mqtt;

/// <summary>
/// Sends one connection's acknowledgements no faster than the broker reads them: some, then a ping, and no more before its answer but one.
/// A Mosquitto that saves at each change reads some hundred a second; thousands on their way would be lost with the connection, and all they
/// acknowledge would come again.
/// </summary>
internal sealed class AcknowledgementFlow(BufferedChannels channels, BrokerPulse pulse)
{
    /// <summary>So many go out together; at most so many more are sent before the broker has read them.</summary>
    internal const int Together = 200;

    private Task _read = Task.CompletedTask;
    private int _unasked;

    /// <summary>Acknowledges in this order; <paramref name="closing"/> ends with the connection, <paramref name="cancellation"/> with the caller.</summary>
    public async Task SendAsync(
        IEnumerable<MqttApplicationMessageReceivedEventArgs> stored, TimeSpan within, TimeProvider clock, CancellationToken closing, CancellationToken cancellation)
    {
        foreach (var some in stored.Chunk(Together))
        {
            if (_unasked >= Together)
            {
                // Ends when the broker has read, or with the connection: the pulse sees to that.
                await _read.WaitAsync(cancellation).ConfigureAwait(false);
                _unasked = 0;
                _read = pulse.AnswerAsync(closing);
                _ = _read.ContinueWith(ended => ended.Exception, TaskScheduler.Default);
            }

            await SendTogetherAsync(some).WaitAsync(within, clock, cancellation).ConfigureAwait(false);
            _unasked += some.Length;
        }

        async Task SendTogetherAsync(MqttApplicationMessageReceivedEventArgs[] some)
        {
            var channel = channels.Channel!;
            channel.Hold();
            try
            {
                foreach (var received in some)
                {
                    await received.AcknowledgeAsync(closing).ConfigureAwait(false);
                }

                await channel.FlushAsync(closing).ConfigureAwait(false);
            }
            finally
            {
                channel.LetGo();
            }
        }
    }
}

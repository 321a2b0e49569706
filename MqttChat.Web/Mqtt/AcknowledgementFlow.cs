using MQTTnet;

namespace MqttChat.Web.Mqtt;

/// <summary>
/// Sends one connection's acknowledgements no faster than the broker reads them: some, then a ping, and no more before its answer but one.
/// A Mosquitto that saves at each change reads some hundred a second, with a long queue ten; thousands on their way would be lost with the connection, and all they
/// acknowledge would come again.
/// </summary>
internal sealed class AcknowledgementFlow(BufferedChannels channels, BrokerPulse pulse)
{
    /// <summary>So many go out together to begin with; at most as many more are sent before the broker has read them.</summary>
    internal const int First = 10;

    /// <summary>So many at most, to a broker that reads them at once.</summary>
    internal const int Most = 200;

    /// <summary>A broker that takes longer for an answer gets fewer at a time: while it reads it says nothing, and must not look silent.</summary>
    internal static readonly TimeSpan Slow = TimeSpan.FromSeconds(1);

    private const int Least = 5;
    private static readonly TimeSpan Quick = Slow / 4;

    private Task<TimeSpan?> _read = Task.FromResult<TimeSpan?>(null);
    private int _together = First;
    private int _unasked;

    /// <summary>Acknowledges in this order; <paramref name="closing"/> ends with the connection, <paramref name="cancellation"/> with the caller.</summary>
    public async Task SendAsync(
        IEnumerable<MqttApplicationMessageReceivedEventArgs> stored, TimeSpan within, TimeProvider clock, CancellationToken closing, CancellationToken cancellation)
    {
        var left = new Queue<MqttApplicationMessageReceivedEventArgs>(stored);
        while (left.Count > 0)
        {
            if (_unasked >= _together)
            {
                // Ends when the broker has read, or with the connection: the pulse sees to that.
                _together = Next(await _read.WaitAsync(cancellation).ConfigureAwait(false));
                _unasked = 0;
                _read = AskAsync(clock, closing);
                _ = _read.ContinueWith(ended => ended.Exception, TaskScheduler.Default);
            }

            var some = new MqttApplicationMessageReceivedEventArgs[Math.Min(left.Count, _together - _unasked)];
            for (var i = 0; i < some.Length; i++)
            {
                some[i] = left.Dequeue();
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

    private int Next(TimeSpan? took) => took > Slow ? Math.Max(Least, _together / 2) : took < Quick ? Math.Min(Most, _together * 2) : _together;

    private async Task<TimeSpan?> AskAsync(TimeProvider clock, CancellationToken closing)
    {
        var asked = clock.GetTimestamp();
        await pulse.AnswerAsync(closing).ConfigureAwait(false);
        return clock.GetElapsedTime(asked);
    }
}

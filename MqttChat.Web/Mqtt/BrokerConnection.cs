using MQTTnet;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace MqttChat.Web.Mqtt;

/// <summary>
/// One connection to the broker, from login to loss. Every connection has a client of its own: an acknowledgement that comes
/// late then fails, where on a reused client it would acknowledge another message of the next connection.
/// </summary>
internal sealed class BrokerConnection : IAsyncDisposable
{
    /// <summary>How long the broker may be silent when it owes an answer.</summary>
    public static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);

    // A broker that goes on sending and never answers is of no use.
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan ReasonFollowsWithin = TimeSpan.FromMilliseconds(500);

    private const int FiltersPerPacket = 200;

    private readonly IMqttClient _client;
    private readonly BrokerLogin _login;
    private readonly BrokerPulse _pulse;
    private readonly AcknowledgementFlow _acknowledgements;
    private readonly TimeProvider _clock;
    private readonly TaskCompletionSource<string> _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _closing = new();
    private Task _watching = Task.CompletedTask;

    public BrokerConnection(IMqttClient client, BufferedChannels channels, BrokerLogin login, TimeSpan keepAlive, TimeProvider clock)
    {
        _client = client;
        _login = login;
        _pulse = new(client, channels, keepAlive * 0.8, clock);
        _acknowledgements = new(channels, _pulse);
        _clock = clock;
        // Only notes the end: connecting again inside this handler wedges the client.
        client.DisconnectedAsync += ended =>
        {
            _lost.TrySetResult(BrokerReasons.Of(ended));
            return Task.CompletedTask;
        };
    }

    /// <summary>Completes with the reason when the connection is lost; never faults.</summary>
    public Task<string> Lost => _lost.Task;

    /// <summary>The broker kept the session: it delivers again what was not acknowledged.</summary>
    public bool SessionPresent { get; private set; }

    /// <summary>Logs in; throws <see cref="BrokerAwayException"/>.</summary>
    public async Task OpenAsync(MqttClientOptions options, CancellationToken cancellation)
    {
        var result = await LogInAsync(options, cancellation).ConfigureAwait(false);
        if (result.ResultCode != MqttClientConnectResultCode.Success)
        {
            throw new BrokerAwayException(BrokerReasons.Of(result.ResultCode));
        }

        SessionPresent = result.IsSessionPresent;
        _watching = WatchAsync();
    }

    /// <summary>Subscribes; returns the filters that the broker refused.</summary>
    public async Task<IReadOnlyList<string>> SubscribeAsync(
        IEnumerable<string> filters, int qos, bool noLocal, CancellationToken cancellation)
    {
        List<string> refused = [];
        foreach (var chunk in filters.Chunk(FiltersPerPacket))
        {
            var options = new MqttClientSubscribeOptions
            {
                TopicFilters = [.. chunk.Select(filter => new MqttTopicFilter
                {
                    Topic = filter, QualityOfServiceLevel = (MqttQualityOfServiceLevel)qos, NoLocal = noLocal,
                })],
            };
            var result = await AskAsync(token => _client.SubscribeAsync(options, token), cancellation).ConfigureAwait(false);
            refused.AddRange(result.Items.Where(item => (int)item.ResultCode >= 0x80).Select(item => item.TopicFilter.Topic));
        }

        return refused;
    }

    /// <summary>Ends subscriptions.</summary>
    public async Task UnsubscribeAsync(IEnumerable<string> filters, CancellationToken cancellation)
    {
        foreach (var chunk in filters.Chunk(FiltersPerPacket))
        {
            var options = new MqttClientUnsubscribeOptions { TopicFilters = [.. chunk] };
            await AskAsync(token => _client.UnsubscribeAsync(options, token), cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Publishes, never retained; at QoS 1 it returns when the broker has taken the message, or throws.</summary>
    public async Task PublishAsync(MqttApplicationMessage message, CancellationToken cancellation)
    {
        var result = await AskAsync(token => _client.PublishAsync(message, token), cancellation).ConfigureAwait(false);
        if (!result.IsSuccess)
        {
            throw new BrokerAwayException(BrokerReasons.Refused);
        }
    }

    /// <summary>
    /// Acknowledges in this order, no faster than the broker reads; throws <see cref="BrokerAwayException"/>, and it is not known then which
    /// of them the broker has taken.
    /// </summary>
    public async Task AcknowledgeAsync(IEnumerable<MqttApplicationMessageReceivedEventArgs> stored, CancellationToken cancellation)
    {
        try
        {
            await _acknowledgements.SendAsync(stored, AnswerTimeout, _clock, _closing.Token, cancellation).ConfigureAwait(false);
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            throw new BrokerAwayException(Lost.IsCompleted ? await Lost.ConfigureAwait(false) : BrokerReasons.Closed, error);
        }
    }

    /// <summary>
    /// Returns when the broker has read all that was sent before: it answers in order. A socket that is closed with something
    /// unread is reset, and takes acknowledgements under way with it.
    /// </summary>
    public Task SettleAsync(CancellationToken cancellation) => AskAsync(
        async token =>
        {
            await _pulse.AnswerAsync(token).ConfigureAwait(false);
            return true;
        },
        cancellation);

    /// <summary>Says goodbye if the connection still stands, keeping a durable session, and frees the client.</summary>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await _watching.ConfigureAwait(false);
        if (_client.IsConnected)
        {
            var goodbye = new MqttClientDisconnectOptions { SessionExpiryInterval = _login.SessionExpirySeconds };
            using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(2), _clock);
            await _client.DisconnectAsync(goodbye, timeout.Token).WaitAsync(AnswerTimeout, _clock, CancellationToken.None)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _lost.TrySetResult(BrokerReasons.Closed);
        _client.Dispose();
        _pulse.Dispose();
        _closing.Dispose();
    }

    private async Task<MqttClientConnectResult> LogInAsync(MqttClientOptions options, CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(AnswerTimeout, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        try
        {
            return await _client.ConnectAsync(options, either.Token).WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException unanswered) when (timeout.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new BrokerAwayException(BrokerReasons.Silent, unanswered);
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            throw new BrokerAwayException(BrokerReasons.Of(error), error);
        }
    }

    private async Task WatchAsync()
    {
        try
        {
            await _pulse.WatchAsync(_closing.Token).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            if (!_closing.IsCancellationRequested)
            {
                var silent = error is TimeoutException or OperationCanceledException or MQTTnet.Exceptions.MqttCommunicationTimedOutException;
                _lost.TrySetResult(silent ? BrokerReasons.Silent : BrokerReasons.Closed);
            }
        }
    }

    /// <summary>
    /// Asks, and waits for as long as the broker lives. The question itself is not taken back with the wait: an answer that nobody awaits
    /// any more would end the connection.
    /// </summary>
    private async Task<T> AskAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancellation)
    {
        var began = _clock.GetTimestamp();
        Task<T>? answer = null;
        try
        {
            answer = ask(_closing.Token);
            return await WhileItLivesAsync(answer, began, cancellation).ConfigureAwait(false);
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            throw new BrokerAwayException(await ReasonAsync(error).ConfigureAwait(false), error);
        }
        finally
        {
            if (answer is { IsCompleted: false })
            {
                _ = answer.ContinueWith(late => late.Exception, TaskScheduler.Default);
            }
        }
    }

    private async Task<string> ReasonAsync(Exception error)
    {
        if (error is not TimeoutException && !_client.IsConnected)
        {
            // The client tells whoever waits for an answer first, and then why the connection ended.
            await ((Task)Lost).WaitAsync(ReasonFollowsWithin, _clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return Lost.IsCompleted ? await Lost.ConfigureAwait(false) : BrokerReasons.Of(error);
    }

    private async Task<T> WhileItLivesAsync<T>(Task<T> answer, long began, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return await answer.WaitAsync(AnswerTimeout, _clock, cancellation).ConfigureAwait(false);
            }
            catch (TimeoutException) when (!answer.IsCompleted && !_pulse.IsSilentFor(AnswerTimeout) && _clock.GetElapsedTime(began) < LongestAnswer)
            {
                // It is busy with what was sent before.
            }
        }
    }
}

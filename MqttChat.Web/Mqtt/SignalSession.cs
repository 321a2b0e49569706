using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using MqttChat.Domain;
using MqttChat.Domain.Devices;
using MqttChat.Domain.Devices.Formats;
using MqttChat.Domain.Signals;
using MQTTnet;
using MQTTnet.Protocol;

namespace MqttChat.Web.Mqtt;

/// <summary>
/// This instance's own session: reload signals out and in, commands to plugs, and the broker's state for staff. Clean, with
/// a client id per instance.
/// </summary>
internal sealed class SignalSession : ISignalWire, IPlugCommands
{
    private static readonly TimeSpan CommandTimeout = TimeSpan.FromSeconds(3);

    // Whoever pressed was told after 5 s that there is no answer: a plug that comes back later must not do then what nobody waits for any
    // more. The broker keeps it no longer, whatever version of MQTT the plug speaks.
    private const uint CommandExpirySeconds = 10;

    private readonly BrokerConnector _connector;
    private readonly SignalHub _hub;
    private readonly BrokerStatus _status;
    private readonly ILogger<SignalSession> _logger;
    private readonly MqttQualityOfServiceLevel _qos;
    private readonly OwnTopics _topics;
    private readonly ReconnectLoop _loop;
    private readonly TimeProvider _clock;
    private readonly SignalQueue _out = new();
    private readonly BrokerLogin _login;
    private volatile BrokerConnection? _current;

    public SignalSession(
        BrokerConnector connector, SignalHub hub, BrokerStatus status, IOptions<MqttOptions> settings, TimeProvider clock,
        ILogger<SignalSession> logger)
    {
        (_connector, _hub, _status, _clock, _logger) = (connector, hub, status, clock, logger);
        _qos = (MqttQualityOfServiceLevel)settings.Value.SignalQos;
        _topics = new(settings.Value.TopicPrefix);
        _loop = new(clock, logger, "signal");
        _login = new($"{settings.Value.ClientId}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}");
        hub.ConnectWire(this);
    }

    /// <summary>Signals that did not go out because the same one waited already.</summary>
    public long Coalesced => _out.Coalesced;

    /// <summary>Keeps the session up until stopped.</summary>
    public Task RunAsync(CancellationToken stop) => _loop.RunAsync(ServeAsync, reason => _status.Set(false, reason, _connector.Address), stop);

    /// <inheritdoc/>
    public void Offer(ReloadSignal signal) => _out.Offer(signal);

    /// <inheritdoc/>
    public async Task SendAsync(PlugCommand command, CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(CommandTimeout, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        try
        {
            var connection = _current ?? throw new BrokerAwayException(_status.Current.Reason ?? BrokerReasons.Unreachable);
            await connection.PublishAsync(CommandOf(command), either.Token)
                .ConfigureAwait(false);
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            _logger.LogWarning("The broker did not take a command to {Topic}: {Reason}", command.Topic, error.Message);
            throw new RefusedException(RefusalKind.Unavailable, "broker.away");
        }
    }

    private async Task<bool> ServeAsync(CancellationToken stop)
    {
        await using var connection = await _connector.ConnectAsync(_login, OnMessage, stop).ConfigureAwait(false);
        // Own signals need not come back: this instance was told before the broker was.
        var refused = await connection.SubscribeAsync(_topics.SignalFilters, (int)_qos, noLocal: true, stop).ConfigureAwait(false);
        if (refused.Count > 0)
        {
            _logger.LogError("The broker refused the subscriptions {Filters}", refused);
            throw new BrokerAwayException(BrokerReasons.Refused);
        }

        _current = connection;
        _loop.Connected();
        // Whoever is told that the broker is back finds everything asked for again.
        _hub.ReceiveAll();
        _status.Set(true, null, _connector.Address);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var publishing = PublishAsync(connection, ended.Token);
        try
        {
            var first = await Task.WhenAny(connection.Lost, publishing).WaitAsync(stop).ConfigureAwait(false);
            if (first == publishing)
            {
                // It ends by its own reason only: a signal may be the first to find that nobody answers.
                await publishing.ConfigureAwait(false);
            }

            throw new BrokerAwayException(await connection.Lost.ConfigureAwait(false));
        }
        finally
        {
            _current = null;
            await ended.CancelAsync().ConfigureAwait(false);
            await publishing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Ends when the broker no longer takes signals; what was not published waits for the next connection.</summary>
    private async Task PublishAsync(BrokerConnection connection, CancellationToken cancellation)
    {
        while (true)
        {
            var signals = await _out.TakeAsync(cancellation).ConfigureAwait(false);
            for (var i = 0; i < signals.Count; i++)
            {
                try
                {
                    await connection.PublishAsync(Message(_topics.Of(signals[i]), [], _qos), cancellation).ConfigureAwait(false);
                }
                catch (BrokerAwayException away) when (away.Reason == BrokerReasons.Refused)
                {
                    _logger.LogWarning("The broker refused the signal {Topic}: its access rules keep instances apart", signals[i].Topic);
                }
                catch
                {
                    foreach (var unsent in signals.Skip(i))
                    {
                        _out.Offer(unsent);
                    }

                    throw;
                }
            }
        }
    }

    private void OnMessage(MqttApplicationMessageReceivedEventArgs received)
    {
        // A retained signal is nobody's news: a stranger left it there.
        if (!received.ApplicationMessage.Retain)
        {
            _hub.Receive(_topics.SignalOf(received.ApplicationMessage.Topic));
        }
    }

    private static MqttApplicationMessage CommandOf(PlugCommand command)
    {
        var message = Message(command.Topic, command.Payload, MqttQualityOfServiceLevel.AtLeastOnce);
        message.MessageExpiryInterval = CommandExpirySeconds;
        return message;
    }

    private static MqttApplicationMessage Message(string topic, byte[] payload, MqttQualityOfServiceLevel qos) =>
        new() { Topic = topic, PayloadSegment = payload, QualityOfServiceLevel = qos, Retain = false };
}

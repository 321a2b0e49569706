using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using MqttChat.Domain.Devices;
using MqttChat.Domain.Devices.Formats;
using MQTTnet;

namespace MqttChat.Web.Mqtt;

/// <summary>Takes in what was heard over the wide filters.</summary>
internal delegate Task HearWork(IReadOnlyList<HeardRaw> messages, CancellationToken cancellation);

/// <summary>
/// Listens over wide filters for plugs that nobody has adopted: clean, QoS 0, with a bounded ring in memory. What it misses
/// does no harm, for a plug speaks again.
/// </summary>
internal sealed class DiscoverySession
{
    private const int RingMessages = 20_000;
    private const long RingBytes = 32 * 1024 * 1024;
    private const int BatchMessages = 500;
    private static readonly TimeSpan BatchInterval = TimeSpan.FromMilliseconds(250);

    private readonly BrokerConnector _connector;
    private readonly HearWork _hear;
    private readonly TimeProvider _clock;
    private readonly ILogger<DiscoverySession> _logger;
    private readonly OwnTopics _topics;
    private readonly ReconnectLoop _loop;
    private readonly BrokerLogin _login;
    private readonly string[] _filters;
    private readonly HeardRing _ring = new(RingMessages, RingBytes);
    private readonly Bell _bell = new();
    private readonly Dictionary<string, long> _lastLogged = [];

    public DiscoverySession(
        BrokerConnector connector, HearWork hear, IOptions<MqttOptions> settings, TimeProvider clock, ILogger<DiscoverySession> logger)
    {
        (_connector, _hear, _clock, _logger) = (connector, hear, clock, logger);
        _topics = new(settings.Value.TopicPrefix);
        _loop = new(clock, logger, "discovery");
        _filters = [.. settings.Value.DiscoveryFilters.Where(filter => filter.Length > 0).Distinct(StringComparer.Ordinal)];
        _login = new($"{settings.Value.ClientId}-discovery-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}")
        {
            // Larger ones are no plug's report; the broker keeps them to itself.
            MaximumPacketBytes = PlugFormat.MaxPayloadBytes + 4096,
        };
    }

    /// <summary>Messages that were dropped before anybody looked at them.</summary>
    public long Dropped => _ring.Dropped;

    /// <summary>Listens until stopped; returns at once when there is nothing to listen to.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        if (_filters.Length == 0)
        {
            return;
        }

        var handing = HandOverAsync(stop);
        await _loop.RunAsync(ServeAsync, _ => { }, stop).ConfigureAwait(false);
        await handing.ConfigureAwait(false);
    }

    private async Task<bool> ServeAsync(CancellationToken stop)
    {
        await using var connection = await _connector.ConnectAsync(_login, OnMessage, stop).ConfigureAwait(false);
        var refused = await connection.SubscribeAsync(_filters, qos: 0, noLocal: true, stop).ConfigureAwait(false);
        if (refused.Count > 0)
        {
            _logger.LogWarning("The broker refused the discovery filters {Filters}", refused);
        }

        _loop.Connected();
        throw new BrokerAwayException(await connection.Lost.WaitAsync(stop).ConfigureAwait(false));
    }

    private void OnMessage(MqttApplicationMessageReceivedEventArgs received)
    {
        var message = received.ApplicationMessage;
        if (_topics.IsOwn(message.Topic) || message.Payload.Length > PlugFormat.MaxPayloadBytes)
        {
            return;
        }

        var payload = Payloads.Bounded(message.Payload, PlugFormat.MaxPayloadBytes);
        if (_ring.Add(new(message.Topic, payload, message.Retain, _clock.GetUtcNow())) >= BatchMessages)
        {
            _bell.Ring();
        }
    }

    private async Task HandOverAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await _bell.WaitAsync(BatchInterval, _clock, stop).ConfigureAwait(false);
                while (_ring.Take(BatchMessages) is { Count: > 0 } batch)
                {
                    await _hear(batch, stop).ConfigureAwait(false);
                }
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                LogSometimes(error);
            }
        }
    }

    /// <summary>At most once a second for each cause: with the database away every batch fails.</summary>
    private void LogSometimes(Exception error)
    {
        var now = _clock.GetTimestamp();
        var cause = error.GetType().Name;
        if (!_lastLogged.TryGetValue(cause, out var last) || _clock.GetElapsedTime(last, now) >= TimeSpan.FromSeconds(1))
        {
            _lastLogged[cause] = now;
            _logger.LogError(error, "What was heard could not be taken in");
        }
    }
}

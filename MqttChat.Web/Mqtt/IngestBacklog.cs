using System.Security.Cryptography;
using MQTTnet;
using MQTTnet.Protocol;

namespace MqttChat.Web.Mqtt;

/// <summary>
/// Knows when what the broker had queued while nobody held the session has been delivered: the session publishes a marker to
/// itself after connecting, and all that arrives before it is backlog. Where access rules swallow the marker, a pause ends it.
/// </summary>
internal sealed class IngestBacklog(IngestPumpContext context, TimeProvider clock)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    // The payload stays empty; the number tells this connection's marker from one that an earlier one left in the queue.
    private readonly byte[] _number = RandomNumberGenerator.GetBytes(8);
    private long _touchedAt = clock.GetTimestamp();
    private bool _markerSeen;

    /// <summary>What is taken now is backlog. Without a kept session there is none, but an earlier one may wait for its end.</summary>
    public bool IsRunning => !_markerSeen && context.Connection.SessionPresent && !HasEnded;

    /// <summary>It has been taken whole, and nobody has ended it yet.</summary>
    public bool IsDrained => !HasEnded && (_markerSeen || !context.Connection.SessionPresent || IsQuiet);

    private bool HasEnded { get; set; }

    private bool IsQuiet => context.Queue.Count == 0 && clock.GetElapsedTime(Math.Max(_touchedAt, context.Queue.LastAddedAt)) >= Pause;

    /// <summary>The message that <see cref="EndsAt"/> waits for.</summary>
    public MqttApplicationMessage Marker() => new()
    {
        Topic = context.MarkerTopic, CorrelationData = _number, QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
    };

    public bool IsMarker(Delivery delivery) => delivery.Received.ApplicationMessage.Topic == context.MarkerTopic;

    /// <summary>Whether this marker is ours; from it on messages are live.</summary>
    public bool EndsAt(Delivery marker) =>
        _markerSeen |= marker.Received.ApplicationMessage.CorrelationData.AsSpan().SequenceEqual(_number);

    /// <summary>Something was stored or acknowledged: the broker, which waits for that, gets its time again.</summary>
    public void Touch() => _touchedAt = clock.GetTimestamp();

    public void Ended() => HasEnded = true;
}

using System.Threading.Channels;
using MqttChat.Domain.Devices.Formats;
using MqttChat.Domain.Telemetry;
using MQTTnet;
using MQTTnet.Protocol;

namespace MqttChat.Web.Mqtt;

/// <summary>One message as delivered. It can only be acknowledged on the connection that delivered it: that one's client made it.</summary>
internal sealed record Delivery(MqttApplicationMessageReceivedEventArgs Received, DateTimeOffset At)
{
    /// <summary>Left from a connection that is gone, with a broker that has forgotten it.</summary>
    public bool IsCarried { get; init; }

    /// <summary>The broker waits for an acknowledgement.</summary>
    public bool IsAwaited => !IsCarried && Received.PacketIdentifier != 0;

    /// <summary>What it keeps in memory.</summary>
    public long Bytes => Received.ApplicationMessage.Payload.Length + (2L * Received.ApplicationMessage.Topic.Length) + 200;

    public IncomingReport AsReport(bool isBacklog)
    {
        var message = Received.ApplicationMessage;
        // One byte more than is read, so that the decoder still sees that it is too large.
        var payload = Payloads.Bounded(message.Payload, PlugFormat.MaxPayloadBytes + 1);
        return new(message.Topic, payload, message.Retain, IsAwaited ? Received.PacketIdentifier : (ushort)0, At, isBacklog);
    }
}

/// <summary>
/// QoS 0 reports that wait. They outlive a connection, for nobody delivers them again; beyond the bounds, in number and in
/// bytes, the oldest are dropped and counted.
/// </summary>
internal sealed class UnacknowledgedQueue(int bound, IngestCounters counters, long boundBytes = UnacknowledgedQueue.DefaultBytes)
{
    // A packet stays in memory whole: number alone would bound nothing where a plug sends a megabyte at a time.
    private const long DefaultBytes = 64 * 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly Queue<Delivery> _waiting = new();
    private long _bytes;

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count;
            }
        }
    }

    public void Add(Delivery delivery)
    {
        lock (_gate)
        {
            _waiting.Enqueue(delivery);
            _bytes += delivery.Bytes;
            while (_waiting.Count > bound || (_bytes > boundBytes && _waiting.Count > 1))
            {
                _bytes -= _waiting.Dequeue().Bytes;
                counters.CountDropped();
            }
        }
    }

    public bool TryTake(out Delivery? delivery)
    {
        lock (_gate)
        {
            var taken = _waiting.TryDequeue(out delivery);
            _bytes -= delivery?.Bytes ?? 0;
            return taken;
        }
    }

    /// <summary>Without the lease they cannot be stored any more.</summary>
    public void DropAll()
    {
        lock (_gate)
        {
            counters.CountDropped(_waiting.Count);
            _waiting.Clear();
            _bytes = 0;
        }
    }
}

/// <summary>
/// What one connection delivered and nobody has stored. The handler only adds; it neither waits nor throws, for a handler
/// that does stops ingest for ever.
/// </summary>
internal sealed class IngestQueue(
    UnacknowledgedQueue unacknowledged, Bell bell, IngestCounters counters, TimeProvider clock, string markerTopic)
{
    /// <summary>
    /// All packet ids there are. ReceiveMaximum is not enough: after a reconnect Mosquitto 2.0.11 delivers again what is not
    /// acknowledged and a whole ReceiveMaximum on top.
    /// </summary>
    private const int Bound = ushort.MaxValue;

    private readonly Channel<Delivery> _waiting = Channel.CreateBounded<Delivery>(
        new BoundedChannelOptions(Bound) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });

    private volatile bool _closed;

    /// <summary>The broker broke the protocol: what did not fit must come again on a new connection.</summary>
    public bool Overflown { get; private set; }

    public int Count => _waiting.Reader.Count;

    /// <summary>When the last message came.</summary>
    public long LastAddedAt { get; private set; } = clock.GetTimestamp();

    /// <summary>Takes in no more: what comes now is delivered again later.</summary>
    public void Close() => _closed = true;

    public void Add(MqttApplicationMessageReceivedEventArgs received)
    {
        received.AutoAcknowledge = false;
        if (_closed)
        {
            return;
        }

        if (received.ApplicationMessage.Topic != markerTopic)
        {
            counters.CountReceived();
        }

        var delivery = new Delivery(received, clock.GetUtcNow());
        LastAddedAt = clock.GetTimestamp();
        if (received.ApplicationMessage.QualityOfServiceLevel == MqttQualityOfServiceLevel.AtMostOnce)
        {
            unacknowledged.Add(delivery);
        }
        else if (!_waiting.Writer.TryWrite(delivery))
        {
            Overflown = true;
        }

        bell.Ring();
    }

    public bool TryTake(out Delivery? delivery) => _waiting.Reader.TryRead(out delivery);
}

using System.Text.Json;

namespace MqttChat.Domain.Devices.Formats;

/// <summary>Tasmota (tasmota/docs: MQTT.md, Commands.md, devices/Sonoff-Pow.md).</summary>
public sealed class TasmotaFormat : PlugFormat
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = MaxDepth };
    private static readonly byte[] On = "ON"u8.ToArray();
    private static readonly byte[] Off = "OFF"u8.ToArray();

    /// <inheritdoc />
    public override string Family => "tasmota";

    /// <inheritdoc />
    public override HeardMessage? Hear(string topic, ReadOnlySpan<byte> payload)
    {
        if (topic.StartsWith(TasmotaDiscovery.TopicPrefix, StringComparison.Ordinal))
        {
            return TasmotaDiscovery.Hear(topic, payload);
        }

        var subject = TasmotaTopics.SubjectOf(TasmotaTopics.LastSegment(topic));
        if (subject == TasmotaSubject.Other || TasmotaTopics.Guess(topic, subject) is not { } plug)
        {
            return null;
        }

        var reading = Decode(topic, subject, payload, TasmotaDialect.Default, out var isOtherSensor, out var isForeign);
        return isForeign ? null
            : reading.Kind != ReadingKind.Nothing ? new(plug, reading, MakesKnown: reading.Kind == ReadingKind.Report)
            // Says that what is known by its availability alone measures something else.
            : isOtherSensor ? new(plug, reading, MakesKnown: false)
            : null;
    }

    /// <inheritdoc />
    public override PlugReading Read(Plug plug, string topic, ReadOnlySpan<byte> payload)
    {
        var dialect = TasmotaDialect.Of(plug);
        var subject = TasmotaTopics.SubjectOf(TasmotaTopics.LastSegment(topic));
        if (subject == TasmotaSubject.Other)
        {
            return ReadRenamedResult(plug, topic, payload, dialect);
        }

        // Where commands and answers share a topic, the bare word may be our own command.
        if (subject == TasmotaSubject.Power && dialect.Command == dialect.Status && payload is not [(byte)'{', ..])
        {
            return PlugReading.Nothing;
        }

        return Decode(topic, subject, payload, dialect, out _, out _);
    }

    /// <inheritdoc />
    public override IReadOnlyList<string> TopicFilters(Plug plug)
    {
        var dialect = TasmotaDialect.Of(plug);
        var telemetry = TasmotaTopics.Expand(plug.TopicTemplate, dialect.Telemetry, isCommand: false) + "/+";
        var status = TasmotaTopics.Expand(plug.TopicTemplate, dialect.Status, isCommand: false) + "/+";
        return telemetry == status ? [telemetry] : [telemetry, status];
    }

    /// <inheritdoc />
    public override PlugCommand Switch(Plug plug, string channel, bool on)
    {
        if (!CanSwitch(plug, channel))
        {
            throw new ArgumentException("Not a relay's number.", nameof(channel));
        }

        var hasSeveral = TasmotaDialect.Of(plug).Relays > 1 || plug.Channels.Count(known => known.HasRelay == true) > 1;
        return Command(plug, channel == "1" && !hasSeveral ? "POWER" : $"POWER{channel}", on ? On : Off);
    }

    /// <inheritdoc />
    public override bool CanSwitch(Plug plug, string channel) => TasmotaTopics.NumberOf(channel) is not null;

    /// <inheritdoc />
    public override string FirstChannel => "1";

    /// <inheritdoc />
    public override bool? HasRelay(Plug plug) => plug.Dialect is null ? null : TasmotaDialect.Of(plug).Relays > 0;

    /// <inheritdoc />
    public override IReadOnlyList<PlugCommand> Ask(Plug plug) =>
        [Command(plug, "STATUS", "10"u8.ToArray()), Command(plug, "STATUS", "11"u8.ToArray())];

    /// <summary>Reads a Tasmota object; <see cref="PlugReading.Nothing"/> for an empty payload, which takes a retained message back.</summary>
    private static PlugReading ReadObject(
        ReadOnlySpan<byte> payload, TasmotaDialect dialect, TasmotaSubject subject, out bool isOtherSensor, out bool isForeign)
    {
        isOtherSensor = isForeign = false;
        try
        {
            var json = new Utf8JsonReader(payload, Options);
            json.Read();
            if (json.TokenType != JsonTokenType.StartObject)
            {
                json.Skip();
                json.Read();
                return PlugReading.Unreadable(LenientJson.NotAnObject);
            }

            var body = new TasmotaBody(dialect, isFlatEnergy: subject == TasmotaSubject.Energy);
            body.Read(ref json);
            json.Read();
            var reading = body.ToReading();
            isForeign = body.IsForeign;
            isOtherSensor = subject == TasmotaSubject.Sensor && reading.Kind == ReadingKind.Nothing && !body.SawEnergy;
            return reading;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // The reader throws the latter for half a surrogate pair ("\ud800").
            return LenientJson.WithoutNonFinite(payload) is { } mended
                ? ReadObject(mended, dialect, subject, out isOtherSensor, out isForeign)
                : PlugReading.Unreadable(LenientJson.WhyNot(payload));
        }
    }

    private static PlugReading Decode(
        string topic, TasmotaSubject subject, ReadOnlySpan<byte> payload, TasmotaDialect dialect, out bool isOtherSensor, out bool isForeign)
    {
        isOtherSensor = isForeign = false;
        if (LenientJson.Refuse(payload) is { } refusal)
        {
            return PlugReading.Unreadable(refusal);
        }

        payload = payload.Trim(" \t\r\n\0"u8);
        if (payload.StartsWith("\uFEFF"u8))
        {
            payload = payload[3..];
        }

        if (payload.IsEmpty)
        {
            return PlugReading.Nothing;
        }

        if (subject == TasmotaSubject.Availability)
        {
            return TasmotaWords.Present(payload, dialect) is { } availability
                ? new(ReadingKind.Report, [], availability) : PlugReading.Nothing;
        }

        if (subject == TasmotaSubject.Power && payload[0] != '{')
        {
            return TasmotaWords.Switched(payload, dialect) is { } isOn && TasmotaTopics.RelayOf(TasmotaTopics.LastSegment(topic)) is { } relay
                ? new(ReadingKind.Report, [new(TasmotaChannels.NameOf(relay), isOn)]) : PlugReading.Nothing;
        }

        return ReadObject(payload, dialect, subject, out isOtherSensor, out isForeign);
    }

    // With option 4 the answer to a command comes under the command's own name: stat/T/DIMMER {"POWER":"ON","Dimmer":50}.
    private static PlugReading ReadRenamedResult(Plug plug, string topic, ReadOnlySpan<byte> payload, TasmotaDialect dialect)
    {
        if (payload is not [(byte)'{', ..]
            || !topic.StartsWith(TasmotaTopics.Expand(plug.TopicTemplate, dialect.Status, isCommand: false), StringComparison.Ordinal))
        {
            return PlugReading.Nothing;
        }

        var reading = Decode(topic, TasmotaSubject.Result, payload, dialect, out _, out _);
        return reading.Kind == ReadingKind.Unreadable ? PlugReading.Nothing : reading;
    }

    private static PlugCommand Command(Plug plug, string command, byte[] payload) => new(
        $"{TasmotaTopics.Expand(plug.TopicTemplate, TasmotaDialect.Of(plug).Command, isCommand: true)}/{command}", payload);
}

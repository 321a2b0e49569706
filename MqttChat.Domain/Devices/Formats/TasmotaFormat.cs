namespace MqttChat.Domain.Devices.Formats;

/// <summary>Tasmota.</summary>
public sealed class TasmotaFormat : PlugFormat
{
    /// <inheritdoc />
    public override string Family => "tasmota";

    /// <inheritdoc />
    public override HeardMessage? Hear(string topic, ReadOnlySpan<byte> payload) => throw new NotImplementedException();

    /// <inheritdoc />
    public override PlugReading Read(Plug plug, string topic, ReadOnlySpan<byte> payload) => throw new NotImplementedException();

    /// <inheritdoc />
    public override IReadOnlyList<string> TopicFilters(Plug plug) => throw new NotImplementedException();

    /// <inheritdoc />
    public override PlugCommand Switch(Plug plug, string channel, bool on) => throw new NotImplementedException();
}

namespace MqttChat.Domain.Devices.Formats;

/// <summary>Every plug family that is understood.</summary>
public static class PlugFormats
{
    /// <summary>All families, in the order in which they are asked.</summary>
    public static IReadOnlyList<PlugFormat> All { get; } = [new TasmotaFormat()];

    /// <summary>The format of a family in the API's spelling; null for one that is not understood.</summary>
    public static PlugFormat? For(string family)
    {
        foreach (var format in All)
        {
            if (format.Family == family)
            {
                return format;
            }
        }

        return null;
    }

    /// <summary>Reads a message of a plug that is known; a family that is not understood says nothing. Never throws.</summary>
    public static PlugReading Read(Plug plug, string topic, ReadOnlySpan<byte> payload) =>
        For(plug.Family)?.Read(plug, topic, payload) ?? PlugReading.Nothing;

    /// <summary>Asks every family in turn what a message of an unknown sender says; null when none knows it. Never throws.</summary>
    public static HeardMessage? Hear(string topic, ReadOnlySpan<byte> payload)
    {
        foreach (var format in All)
        {
            if (format.Hear(topic, payload) is { } heard)
            {
                return heard;
            }
        }

        return null;
    }
}

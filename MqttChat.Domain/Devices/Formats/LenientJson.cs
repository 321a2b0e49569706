using System.Text.Unicode;

namespace MqttChat.Domain.Devices.Formats;

/// <summary>What plugs' JSON needs beyond the standard: reasons for what cannot be read, and bare <c>nan</c> and <c>inf</c>.</summary>
internal static class LenientJson
{
    /// <summary>The payload is not JSON.</summary>
    public const string NotJson = "payload.notJson";

    /// <summary>The payload is JSON, but no object.</summary>
    public const string NotAnObject = "payload.notAnObject";

    /// <summary>The payload is nested deeper than <see cref="PlugFormat.MaxDepth"/>.</summary>
    public const string TooDeep = "payload.tooDeep";

    /// <summary>The payload is larger than <see cref="PlugFormat.MaxPayloadBytes"/>.</summary>
    public const string TooLarge = "payload.tooLarge";

    /// <summary>The payload is not UTF-8.</summary>
    public const string NotUtf8 = "payload.notUtf8";

    private static ReadOnlySpan<byte> Null => "null"u8;

    /// <summary>Why the payload cannot be read as text at all; null when it can.</summary>
    public static string? Refuse(ReadOnlySpan<byte> payload) =>
        payload.Length > PlugFormat.MaxPayloadBytes ? TooLarge
        : !Utf8.IsValid(payload) ? NotUtf8
        : null;

    /// <summary>Why a payload that the reader refused was refused.</summary>
    public static string WhyNot(ReadOnlySpan<byte> payload)
    {
        var depth = 0;
        var deepest = 0;
        var isText = false;
        for (var index = 0; index < payload.Length; index++)
        {
            switch (payload[index])
            {
                case (byte)'\\' when isText:
                    index++;
                    break;
                case (byte)'"':
                    isText = !isText;
                    break;
                case (byte)'{' or (byte)'[' when !isText:
                    deepest = Math.Max(deepest, ++depth);
                    break;
                case (byte)'}' or (byte)']' when !isText:
                    depth--;
                    break;
            }
        }

        return deepest > PlugFormat.MaxDepth ? TooDeep : NotJson;
    }

    /// <summary>
    /// The payload with <c>null</c> in place of what C's printf and Python write for numbers that are none (nan, -inf, Infinity);
    /// null when there is none of these.
    /// </summary>
    public static byte[]? WithoutNonFinite(ReadOnlySpan<byte> payload)
    {
        var written = new List<byte>(payload.Length + 16);
        var isText = false;
        var changed = false;
        for (var index = 0; index < payload.Length; index++)
        {
            var current = payload[index];
            if (!isText && LengthOfNonFinite(payload[index..]) is var length and > 0)
            {
                written.AddRange(Null);
                index += length - 1;
                changed = true;
                continue;
            }

            written.Add(current);
            if (current == '"')
            {
                isText = !isText;
            }
            else if (current == '\\' && isText && index + 1 < payload.Length)
            {
                written.Add(payload[++index]);
            }
        }

        return changed ? [.. written] : null;
    }

    private static int LengthOfNonFinite(ReadOnlySpan<byte> rest)
    {
        var sign = rest is [(byte)'-' or (byte)'+', ..] ? 1 : 0;
        var word = rest[sign..];
        var end = 0;
        while (end < word.Length && char.IsAsciiLetter((char)word[end]))
        {
            end++;
        }

        return System.Text.Ascii.EqualsIgnoreCase(word[..end], "nan"u8) || System.Text.Ascii.EqualsIgnoreCase(word[..end], "inf"u8)
            || System.Text.Ascii.EqualsIgnoreCase(word[..end], "infinity"u8) ? sign + end : 0;
    }
}

using System.Text;
using System.Text.Json;

namespace MqttChat.Domain.Devices.Formats;

/// <summary>
/// The words for on, off, online and offline. The plug's own words count first, then the factory's: a plug speaks those
/// until its discovery message is known.
/// </summary>
internal static class TasmotaWords
{
    private const int Longest = 64;

    /// <summary>The state that a plain text tells; null for an unknown word (TOGGLE, HOLD, a blink).</summary>
    public static bool? Switched(ReadOnlySpan<byte> text, TasmotaDialect dialect) =>
        Either(text, dialect.On, dialect.Off) ?? Either(text, "ON", "OFF");

    /// <summary>The state that a JSON value tells; reads past it.</summary>
    public static bool? Switched(ref Utf8JsonReader json, TasmotaDialect dialect)
    {
        if (json.TokenType != JsonTokenType.String)
        {
            json.Skip();
            return null;
        }

        if (json.ValueSpan.Length > Longest)
        {
            return null;
        }

        if (!json.ValueIsEscaped)
        {
            return Switched(json.ValueSpan, dialect);
        }

        Span<byte> unescaped = stackalloc byte[Longest];
        return Switched(unescaped[..json.CopyString(unescaped)], dialect);
    }

    /// <summary>Whether the plug is there, as its last will tells; null for an unknown word.</summary>
    public static Availability? Present(ReadOnlySpan<byte> text, TasmotaDialect dialect) =>
        (Either(text, dialect.Online, dialect.Offline) ?? Either(text, "Online", "Offline")) switch
        {
            true => Availability.Online,
            false => Availability.Offline,
            null => null,
        };

    private static bool? Either(ReadOnlySpan<byte> text, string yes, string no)
    {
        if (text.Length > Longest)
        {
            return null;
        }

        Span<char> characters = stackalloc char[Longest];
        ReadOnlySpan<char> word = characters[..Encoding.UTF8.GetChars(text, characters)];
        word = word.Trim();
        return word.Equals(yes, StringComparison.OrdinalIgnoreCase) ? true
            : word.Equals(no, StringComparison.OrdinalIgnoreCase) ? false
            : null;
    }
}

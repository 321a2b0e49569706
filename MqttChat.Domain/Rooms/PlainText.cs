using System.Globalization;
using System.Text;

namespace MqttChat.Domain.Rooms;

/// <summary>What can be stored and shown as text.</summary>
internal static class PlainText
{
    /// <summary>Something can be seen of it: not only white space, control and invisible format characters.</summary>
    public static bool HasSubstance(string text) => text.Any(unit =>
        !char.IsWhiteSpace(unit) && char.GetUnicodeCategory(unit) is not (UnicodeCategory.Control or UnicodeCategory.Format));

    /// <summary>
    /// No NUL, which databases and HTML cut or replace, and no half surrogate pair, which no encoding can carry.
    /// </summary>
    public static bool IsWellFormed(string text)
    {
        if (text.Contains('\0'))
        {
            return false;
        }

        for (var rest = text.AsSpan(); rest.Length > 0;)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out var used) != System.Buffers.OperationStatus.Done)
            {
                return false;
            }

            rest = rest[used..];
        }

        return true;
    }
}

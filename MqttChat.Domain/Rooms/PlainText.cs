using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace MqttChat.Domain.Rooms;

/// <summary>What can be stored and shown as text.</summary>
internal static class PlainText
{
    // Letters and signs by their category, blank by their shape: the fillers of Hangul, the blanks of Braille and hieroglyphs, a note without a head.
    private static readonly FrozenSet<int> Blank = FrozenSet.ToFrozenSet([0x115F, 0x1160, 0x2800, 0x3164, 0xFFA0, 0x13441, 0x13442, 0x1D159]);

    /// <summary>Something can be seen of it: not only blanks, control and format characters, and marks that have nothing to stand on.</summary>
    public static bool HasSubstance(string text) => text.EnumerateRunes().Any(rune => !Blank.Contains(rune.Value)
        && !Rune.IsWhiteSpace(rune) && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate));

    /// <summary>
    /// Fit to stand beside other text: it can be seen, holds no control characters, and does not turn the direction of what follows it
    /// (Unicode's embeddings, overrides and isolates).
    /// </summary>
    public static bool IsName(string text) => HasSubstance(text) && IsWellFormed(text) && !text.Any(IsNoPartOfAName);

    /// <summary>A name without blanks around it and in one spelling (NFC): what looks alike is alike.</summary>
    public static string Tidy(string? name)
    {
        var text = name?.Trim() ?? "";
        return IsWellFormed(text) ? text.Normalize(NormalizationForm.FormC) : text;
    }

    /// <summary>The text without the widths of Japanese keyboards, to be compared or read as a number; null where it is not well-formed.</summary>
    public static string? Folded(string? text) => !IsWellFormed(text ?? "") ? null : (text ?? "").Normalize(NormalizationForm.FormKC).Trim();

    /// <summary>The text without what a name may not hold.</summary>
    public static string WithoutControls(string text) => string.Concat(text.Where(unit => !IsNoPartOfAName(unit)));

    private static bool IsNoPartOfAName(char unit) =>
        char.IsControl(unit) || unit is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069') or '\u2028' or '\u2029' or NoCharacter;

    // A byte order mark read the wrong way round: nothing that holds it can be normalized.
    private const char NoCharacter = '\uFFFE';

    /// <summary>
    /// No NUL, which databases and HTML cut or replace, no half surrogate pair, which no encoding can carry, and no U+FFFE.
    /// </summary>
    public static bool IsWellFormed(string text)
    {
        if (text.AsSpan().ContainsAny('\0', NoCharacter))
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

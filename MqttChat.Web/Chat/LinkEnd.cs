using System.Globalization;
using System.Text;

namespace MqttChat.Web.Chat;

/// <summary>
/// Where a link that people wrote ends. Addresses hold letters of any script (a page of the Japanese Wikipedia, a host's own name),
/// and Japanese follows an address without a space, so the end is a matter of reading: punctuation of the sentence is not part of the
/// link, a bracket belongs to it when it was opened in it, and a word that goes on in kana or Hangul after Latin letters is the sentence.
/// </summary>
internal static class LinkEnd
{
    private const string AlwaysOutside = "\"<>\\^`";
    private const string EndsSentence = ".,;:!?";

    // Marks that people put around a link to stress or quote it: outside only where one stands before it, too.
    private const string Around = "'*_~|";

    // Punctuation that stands inside names, between two letters.
    private const string Joins = "・＝゠·’‐‑–\u200C\u200D";

    private const string InHosts = ".-_:@%+~[]";

    /// <summary>The place after the link's last character; null where nothing follows the scheme.</summary>
    public static int? Of(string text, int start, int colon)
    {
        var isWeb = text[colon..].StartsWith("://", StringComparison.Ordinal);
        var from = colon + (isWeb ? 3 : 1);
        var (end, isOver) = Host(text, from, isWeb);
        if (end is null)
        {
            return null;
        }

        end = isOver ? end : Rest(text, from, end.Value);
        end = Trim(text, start, from, end.Value);
        return end > from ? end : null;
    }

    // The host with its port and whoever signs in there; at a mail's address, all of that. A top-level name is of one script: "jp"
    // ends before kana.
    private static (int? End, bool IsOver) Host(string text, int from, bool isWeb)
    {
        var (at, label, hasDot, isForeign) = (from, from, false, false);
        while (at < text.Length && Rune.TryGetRuneAt(text, at, out var rune))
        {
            if (rune.IsAscii ? !IsInHost((char)rune.Value, isWeb) : !IsWord(rune))
            {
                break;
            }

            if (!rune.IsAscii && IsWrittenOn(rune) && EndsHost(text.AsSpan(label, at - label), hasDot))
            {
                return (at, true);
            }

            isForeign |= !rune.IsAscii;
            (label, hasDot) = rune.Value is '.' ? (at + 1, true) : (label, hasDot);
            at += rune.Utf16SequenceLength;
        }

        // A word of another script without a dot is nobody's host.
        return at == from || (isForeign && !hasDot) ? (null, true) : (at, at < text.Length && text[at] is not ('/' or '?' or '#'));
    }

    private static bool IsInHost(char unit, bool isWeb) =>
        char.IsAsciiLetterOrDigit(unit) || InHosts.Contains(unit, StringComparison.Ordinal) || (!isWeb && unit is '\'');

    private static bool EndsHost(ReadOnlySpan<char> label, bool hasDot)
    {
        foreach (var unit in label)
        {
            if (!char.IsAsciiLetterOrDigit(unit) && unit != ':')
            {
                return false;
            }
        }

        return label.Contains(':') || (hasDot && label.Length > 0 && (label.Length > 1 || char.IsAsciiDigit(label[0])));
    }

    // Scripts that people write without spaces, behind an address too.
    private static bool IsWrittenOn(Rune rune) =>
        rune.Value is (>= 0x3005 and <= 0x30FF) or (>= 0x3400 and <= 0x9FFF) or (>= 0xAC00 and <= 0xD7A3) or (>= 0x20000 and <= 0x3FFFF);

    private static int Rest(string text, int from, int at)
    {
        var open = new Stack<char>();
        while (at < text.Length && Rune.TryGetRuneAt(text, at, out var rune))
        {
            if (rune.IsAscii ? !IsAsciiPart((char)rune.Value) || !Balances((char)rune.Value, open) : !Belongs(text, from, at, rune))
            {
                break;
            }

            at += rune.Utf16SequenceLength;
        }

        return at;
    }

    private static bool Balances(char unit, Stack<char> open)
    {
        switch (unit)
        {
            case '(' or '[' or '{':
                open.Push(unit);
                return true;
            case ')' or ']' or '}':
                return open.TryPop(out var opened) && opened == Opening(unit);
            default:
                return true;
        }
    }

    private static char Opening(char closing) => closing switch { ')' => '(', ']' => '[', _ => '{' };

    private static bool IsAsciiPart(char unit) => unit is > ' ' and < '\u007F' && !AlwaysOutside.Contains(unit, StringComparison.Ordinal);

    private static bool IsWord(Rune rune) => Rune.IsLetterOrDigit(rune)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.OtherNumber;

    private static bool Belongs(string text, int from, int at, Rune rune)
    {
        var before = text[at - 1];
        if (IsWord(rune))
        {
            return !char.IsAsciiLetterOrDigit(before) ? !IsAtRoot(text, from, at) || !IsSentence(rune) : !IsSentence(rune);
        }

        if (Joins.Contains(rune.ToString(), StringComparison.Ordinal))
        {
            return at + 1 < text.Length && Rune.TryGetRuneAt(text, at + 1, out var next) && IsWord(next) && IsLetterBefore(text, at);
        }

        // A picture is part of an address that begins with it, not an ornament behind one.
        return Rune.GetUnicodeCategory(rune) is UnicodeCategory.OtherSymbol && (before is '/' or '=' or '-' or '_' || char.IsSurrogate(before));
    }

    // What people write on with directly behind a Latin word: a particle or a verb's ending, in kana or Hangul.
    private static bool IsSentence(Rune rune) => rune.Value is (>= 0x3041 and <= 0x309F) || "을를은는이가에로의와과도".Contains(rune.ToString(), StringComparison.Ordinal);

    // "https://example.com/" and then kana: no page's name.
    private static bool IsAtRoot(string text, int from, int at) =>
        text[at - 1] == '/' && text.IndexOf('/', from) == at - 1;

    private static bool IsLetterBefore(string text, int at) =>
        Rune.DecodeLastFromUtf16(text.AsSpan(0, at), out var rune, out _) == System.Buffers.OperationStatus.Done && IsWord(rune);

    private static int Trim(string text, int start, int from, int end)
    {
        var before = start > 0 ? text[start - 1] : '\0';
        while (end > from)
        {
            var last = text[end - 1];
            var isOutside = EndsSentence.Contains(last, StringComparison.Ordinal) || last is '(' or '[' or '{'
                || (last == before && Around.Contains(last, StringComparison.Ordinal));
            if (!isOutside)
            {
                break;
            }

            end--;
        }

        return end;
    }
}

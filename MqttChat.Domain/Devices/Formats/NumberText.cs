using System.Globalization;

namespace MqttChat.Domain.Devices.Formats;

/// <summary>
/// Reads a number that a plug wrote as text, in the ways of several countries ("12,3", "1.234,5", "1 234.5"), where it can only mean one
/// thing: "1,234" is 1.234 to one reader and 1234 to another, and is no number here.
/// </summary>
internal static class NumberText
{
    private const int Longest = 40;
    private const int GroupDigits = 3;

    /// <summary>The number; null when the text is none, or may mean two.</summary>
    public static double? Read(ReadOnlySpan<char> text)
    {
        text = text.Trim();
        if (text.Length is 0 or > Longest)
        {
            return null;
        }

        var isNegative = text[0] is '-' or '\u2212';
        text = isNegative || text[0] == '+' ? text[1..] : text;
        return Plain(text) is { } plain
            && double.TryParse(plain, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var value)
            ? (isNegative ? -value : value) : null;
    }

    /// <summary>The digits with a decimal point and nothing else; null when it is not certain which separator that is.</summary>
    private static string? Plain(ReadOnlySpan<char> text)
    {
        var exponent = text.IndexOfAny('e', 'E');
        var number = exponent < 0 ? text : text[..exponent];
        var tail = exponent < 0 ? "" : text[exponent..].ToString();
        var point = PointOf(number);
        if (point is not { } at)
        {
            return null;
        }

        var whole = number[..at];
        var fraction = at < number.Length ? number[(at + 1)..] : "";
        return (whole.IsEmpty && fraction.IsEmpty) || (at < number.Length && fraction.IsEmpty) || fraction.ContainsAnyExceptInRange('0', '9')
            || Grouped(whole, at < number.Length ? number[at] : '\0') is not { } digits
            ? null : $"{digits}.{(fraction.IsEmpty ? "0" : fraction)}{tail}";
    }

    /// <summary>Where the fraction begins; the length for a whole number, null when that is not certain.</summary>
    private static int? PointOf(ReadOnlySpan<char> number)
    {
        var last = number.LastIndexOfAny('.', ',');
        if (last < 0)
        {
            return number.Length;
        }

        var separator = number[last];
        var before = number[..last];
        if (before.Contains(separator))
        {
            // Several of one kind separate thousands.
            return number.Length;
        }

        var isOnly = before.IndexOfAnyExceptInRange('0', '9') < 0;
        var mayGroup = separator == ',' && isOnly && number.Length - last - 1 == GroupDigits && before.Length is >= 1 and <= GroupDigits && before[0] != '0';
        return mayGroup ? null : last;
    }

    /// <summary>A whole number without what separates its thousands; null when they are not thousands.</summary>
    private static string? Grouped(ReadOnlySpan<char> whole, char point)
    {
        var first = whole.IndexOfAnyExceptInRange('0', '9');
        if (first < 0)
        {
            return whole.IsEmpty ? "0" : whole.ToString();
        }

        var separator = whole[first];
        if (separator == point || first is 0 or > GroupDigits || separator is not ('.' or ',' or ' ' or '\'' or '\u2019' or '\u00A0' or '\u202F'))
        {
            return null;
        }

        var digits = whole[..first].ToString();
        foreach (var range in whole[(first + 1)..].Split(separator))
        {
            var group = whole[(first + 1)..][range];
            if (group.Length != GroupDigits || group.ContainsAnyExceptInRange('0', '9'))
            {
                return null;
            }

            digits += group.ToString();
        }

        return digits;
    }
}

using System.Globalization;
using System.Text;

namespace MqttChat.Web.Devices;

/// <summary>A power as people write it in a field: 3680, 3,680, 3.680, 3 680, 3.68 kW, full-width digits.</summary>
internal static class WattsText
{
    private const int WattsInKilowatt = 1000;
    private const int GroupLength = 3;

    public static string Format(double watts, CultureInfo culture) => watts.ToString("0.###", culture);

    /// <summary>The power in watts, null for an empty field; false for what is no power.</summary>
    public static bool TryRead(string? text, CultureInfo culture, out double? watts)
    {
        watts = null;
        // Neither can be normalized, and neither is part of a number.
        if (text?.Any(one => char.IsSurrogate(one) || one == '\uFFFE') == true)
        {
            return false;
        }

        var written = string.Concat((text ?? "").Normalize(NormalizationForm.FormKC).Where(one => !char.IsWhiteSpace(one)));
        if (written.Length == 0)
        {
            return true;
        }

        var factor = 1;
        if (written.EndsWith('w') || written.EndsWith('W'))
        {
            written = written[..^1];
            if (written.EndsWith('k') || written.EndsWith('K'))
            {
                (written, factor) = (written[..^1], WattsInKilowatt);
            }
        }

        var mark = Mark(written, culture, factor);
        var plain = string.Concat(written.Where(one => one is not ('.' or ',' or '\'' or '\u2019') || one == mark)).Replace(',', '.');
        if (!IsGrouped(written, mark)
            || !double.TryParse(plain, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        watts = number * factor;
        return true;
    }

    // Which of both is the decimal mark: the last one where there are two; a single one before three digits groups thousands of watts.
    private static char? Mark(string written, CultureInfo culture, int factor)
    {
        var (point, comma) = (written.LastIndexOf('.'), written.LastIndexOf(','));
        if (point >= 0 && comma >= 0)
        {
            return point > comma ? '.' : ',';
        }

        var at = Math.Max(point, comma);
        if (at < 0 || written.IndexOf(written[at], StringComparison.Ordinal) != at)
        {
            return null;
        }

        var isThousands = written.Length - at - 1 == GroupLength && at is > 0 and <= GroupLength && written[0] != '0';
        var isDecimal = culture.NumberFormat.NumberDecimalSeparator == written[at..(at + 1)];
        return isThousands && (factor == 1 || !isDecimal) ? null : written[at];
    }

    // "1,2,3" is no number.
    private static bool IsGrouped(string written, char? mark)
    {
        var whole = mark is { } one ? written[..written.LastIndexOf(one)] : written;
        var groups = whole.Split('.', ',', '\'', '\u2019');
        return groups[0].Length > 0 && groups[1..].All(group => group.Length == GroupLength && group.All(char.IsAsciiDigit))
            && (groups.Length == 1 || groups[0].Length <= GroupLength);
    }
}

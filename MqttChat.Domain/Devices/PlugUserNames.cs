using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MqttChat.Domain.Devices;

/// <summary>
/// Makes a user name and topic from a name in any script: what is left of it in plain letters and digits, else a short id. Plugs and
/// brokers take nothing else without trouble.
/// </summary>
internal static class PlugUserNames
{
    private const string Start = "plug";
    private const int MaxStem = 24;

    // Less says nothing: "5" of "5号室" is no name.
    private const int MinStem = 2;

    /// <summary>Names to try in turn, the nicest first; they do not end in a name that is taken.</summary>
    public static IEnumerable<string> Of(string label)
    {
        var stem = Stem(label);
        if (stem.Length >= MinStem)
        {
            var plain = PlugCredentialRules.IsShared(stem) ? $"{Start}-{stem}" : stem;
            yield return plain;
            for (var number = 2; number <= 5; number++)
            {
                yield return $"{plain}-{number.ToString(CultureInfo.InvariantCulture)}";
            }
        }

        while (true)
        {
            yield return $"{(stem.Length >= MinStem ? stem : Start)}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(3))}";
        }
    }

    // "Küche (Süd)" is "kuche-sud": accents go, everything else that is no letter or digit of ASCII is a hyphen.
    private static string Stem(string label)
    {
        var stem = new StringBuilder();
        foreach (var letter in label.Normalize(NormalizationForm.FormKD).ToLowerInvariant())
        {
            if (char.IsAsciiLetterOrDigit(letter))
            {
                stem.Append(letter);
            }
            else if (CharUnicodeInfo.GetUnicodeCategory(letter) != UnicodeCategory.NonSpacingMark && stem.Length > 0 && stem[^1] != '-')
            {
                stem.Append('-');
            }
        }

        return stem.ToString()[..Math.Min(stem.Length, MaxStem)].Trim('-');
    }
}

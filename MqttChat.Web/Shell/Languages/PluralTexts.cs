using System.Globalization;
using Microsoft.Extensions.Localization;

namespace MqttChat.Web.Shell.Languages;

/// <summary>
/// Texts that count: "1 member", "12 members". A text that changes with its number has a second one beside it whose key ends in
/// ".one"; languages that make no difference write the same twice.
/// </summary>
internal static class PluralTexts
{
    private const string One = ".one";

    /// <summary>The text for so many; the number itself is {0}, written as the viewer does, and <paramref name="more"/> follow from {1}.</summary>
    public static string Many(this IStringLocalizer texts, string key, long count, params object[] more)
    {
        object[] values = [count.ToString("N0", CultureInfo.CurrentCulture), .. more];
        return count == 1 && texts[key + One, values] is { ResourceNotFound: false } one ? one : texts[key, values];
    }
}

using System.Globalization;
using MqttChat.Domain.Rooms;

namespace MqttChat.Domain.Accounts;

/// <summary>Finds people by a part of their name, in capitals or not.</summary>
internal static class NameSearch
{
    /// <summary>Those whose name contains it, or whose address the normalized <paramref name="address"/>; all for an empty one.</summary>
    public static IQueryable<AppUser> Called(this IQueryable<AppUser> people, string? search, string? address = null)
    {
        var part = PlainText.Tidy(search);
        if (part.Length == 0)
        {
            return people;
        }

        if (!PlainText.IsWellFormed(part))
        {
            // No name holds it, and some engines refuse to compare it.
            return people.Where(_ => false);
        }

        // SQLite knows the capitals of ASCII alone, the other engines those of every script.
        var (capitals, asciiCapitals) = (part.ToUpper(CultureInfo.InvariantCulture), Ascii(part));
#pragma warning disable CA1304, CA1311, CA1862, MA0011 // Translated to the engine's own upper().
        return people.Where(user => user.DisplayName.Contains(part)
            || user.DisplayName.ToUpper().Contains(capitals) || user.DisplayName.ToUpper().Contains(asciiCapitals)
            || (address != null && user.NormalizedEmail!.Contains(address)));
#pragma warning restore CA1304, CA1311, CA1862, MA0011
    }

    private static string Ascii(string text) =>
        string.Create(text.Length, text, (letters, from) =>
        {
            for (var i = 0; i < letters.Length; i++)
            {
                letters[i] = char.IsAsciiLetterLower(from[i]) ? (char)(from[i] - 32) : from[i];
            }
        });
}

using System.Text.RegularExpressions;

namespace MqttChat.Web.Chat;

/// <summary>A stretch of a message: plain text, or a link when <paramref name="Address"/> is not null.</summary>
internal readonly record struct TextPart(string Text, string? Address);

/// <summary>
/// Finds links in a message. Only http, https and mailto, so that no text of a neighbour can run a script; everything is rendered
/// as text nodes.
/// </summary>
internal static partial class TextParts
{
    /// <summary>The parts, in order; together exactly the text.</summary>
    public static IReadOnlyList<TextPart> Of(string text)
    {
        var parts = new List<TextPart>();
        var from = 0;
        foreach (var match in Link().EnumerateMatches(text))
        {
            var link = Trim(text.Substring(match.Index, match.Length));
            if (!Uri.TryCreate(link, UriKind.Absolute, out var address)
                || (address.Scheme is "http" or "https" && address.Host.Length == 0)
                || address.Scheme is not ("http" or "https" or "mailto"))
            {
                continue;
            }

            if (match.Index > from)
            {
                parts.Add(new TextPart(text[from..match.Index], null));
            }

            parts.Add(new TextPart(link, address.AbsoluteUri));
            from = match.Index + link.Length;
        }

        if (from < text.Length)
        {
            parts.Add(new TextPart(text[from..], null));
        }

        return parts;
    }

    // What ends a sentence ends the link; a closing bracket belongs to it when it was opened in it.
    private static string Trim(string link)
    {
        while (link.Length > 0)
        {
            var last = link[^1];
            var closesOutside = last is ')' or ']'
                && link.Count(unit => unit == last) > link.Count(unit => unit == (last == ')' ? '(' : '['));
            if (!closesOutside && !".,;:!?'*_~".Contains(last, StringComparison.Ordinal))
            {
                break;
            }

            link = link[..^1];
        }

        return link;
    }

    // ASCII only: Japanese follows an address without a space.
    [GeneratedRegex("""(https?://|mailto:)[!#-;=?-_a-z~]+""", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Link();
}

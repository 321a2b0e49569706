namespace MqttChat.Web.Chat;

/// <summary>A stretch of a message: plain text, or a link when <paramref name="Address"/> is not null.</summary>
internal readonly record struct TextPart(string Text, string? Address);

/// <summary>
/// Finds links in a message. Only http, https and mailto, so that no text of a neighbour can run a script; everything is rendered
/// as text nodes.
/// </summary>
internal static class TextParts
{
    private static readonly string[] Schemes = ["https://", "http://", "mailto:"];

    /// <summary>The parts, in order; together exactly the text.</summary>
    public static IReadOnlyList<TextPart> Of(string text)
    {
        var parts = new List<TextPart>();
        var from = 0;
        for (var at = text.IndexOf(':', StringComparison.Ordinal); at >= 0; at = text.IndexOf(':', Math.Max(at + 1, from)))
        {
            if (Start(text, at, from) is not { } start || LinkEnd.Of(text, start, at) is not { } end
                || AddressOf(text[start..end]) is not { } address)
            {
                continue;
            }

            if (start > from)
            {
                parts.Add(new TextPart(text[from..start], null));
            }

            parts.Add(new TextPart(text[start..end], address));
            from = end;
            if (from >= text.Length)
            {
                break;
            }
        }

        if (from < text.Length)
        {
            parts.Add(new TextPart(text[from..], null));
        }

        return parts;
    }

    // Where the scheme begins whose colon stands at this place, not before what is taken already.
    private static int? Start(string text, int colon, int from)
    {
        foreach (var scheme in Schemes)
        {
            var start = colon - scheme.IndexOf(':', StringComparison.Ordinal);
            if (start >= from && string.Compare(text, start, scheme, 0, scheme.Length, StringComparison.OrdinalIgnoreCase) == 0)
            {
                return start;
            }
        }

        return null;
    }

    private static string? AddressOf(string link) =>
        Uri.TryCreate(link, UriKind.Absolute, out var address)
        && (address.Scheme is "mailto" || (address.Scheme is "http" or "https" && address.Host.Length > 0))
            ? address.AbsoluteUri
            : null;
}

namespace MqttChat.Web.Shell;

/// <summary>
/// Keeps a name from turning the words around it where no element can (titles, labels, mails): between Unicode's marks for "of its own
/// direction" (FSI, PDI). Elements have <c>bdi</c>. What a name of earlier days turns and does not turn back is closed inside.
/// </summary>
internal static class Isolated
{
    private const char Start = '\u2068';
    private const char End = '\u2069';

    /// <summary>The name between the marks; as it is where nothing in it is written from the right or turns text.</summary>
    public static string Of(string? name) => name is null ? "" : name.Any(Turns) ? $"{Start}{Closed(name)}{End}" : name;

    // Hebrew, Arabic and their neighbours, their forms for print, those outside the first plane by the first half of their pair, and Unicode's own marks.
    private static bool Turns(char letter) =>
        letter is (>= '\u0590' and <= '\u08FF') or (>= '\uFB1D' and <= '\uFDFF') or (>= '\uFE70' and <= '\uFEFE')
            or '\uD802' or '\uD803' or '\uD83A' or '\uD83B' or '\u200E' or '\u200F'
            or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');

    // An isolate that is begun inside must end inside, and none may end that did not begin there. Embeddings end with the isolate around them.
    private static string Closed(string name)
    {
        var open = 0;
        var kept = new System.Text.StringBuilder(name.Length);
        foreach (var letter in name)
        {
            if (letter == End && open == 0)
            {
                continue;
            }

            open += letter is >= '\u2066' and <= Start ? 1 : letter == End ? -1 : 0;
            kept.Append(letter);
        }

        return kept.Append(End, open).ToString();
    }
}

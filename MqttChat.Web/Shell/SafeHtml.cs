using System.Buffers;
using System.Text;

namespace MqttChat.Web.Shell;

/// <summary>For rows that pages write as one piece of markup: whatever people wrote goes through here, names included.</summary>
internal static class SafeHtml
{
    // A bare carriage return would be read as a line feed. Everything else stands as it is: written as numbers, U+0080 to U+009F
    // would be read as characters of Windows-1252.
    private static readonly SearchValues<char> Special = SearchValues.Create("&<>\"'`\r");

    /// <summary>The text as it may stand between tags and in quoted attributes; a reader of the page gets exactly this text back.</summary>
    public static string Of(string text)
    {
        var at = text.AsSpan().IndexOfAny(Special);
        if (at < 0)
        {
            return text;
        }

        var html = new StringBuilder(text.Length + 32);
        var rest = text.AsSpan();
        for (; at >= 0; at = rest.IndexOfAny(Special))
        {
            html.Append(rest[..at]).Append(Written(rest[at]));
            rest = rest[(at + 1)..];
        }

        return html.Append(rest).ToString();
    }

    private static string Written(char special) => special switch
    {
        '&' => "&amp;",
        '<' => "&lt;",
        '>' => "&gt;",
        '"' => "&quot;",
        '\'' => "&#39;",
        '`' => "&#96;",
        _ => "&#13;",
    };
}

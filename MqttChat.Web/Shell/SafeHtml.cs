using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace MqttChat.Web.Shell;

/// <summary>For rows that pages write as one piece of markup: whatever people wrote goes through here, names included.</summary>
internal static class SafeHtml
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    /// <summary>The text as it may stand between tags and in quoted attributes.</summary>
    public static string Of(string text) => Encoder.Encode(text);
}

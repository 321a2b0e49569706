using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Extensions.Localization;
using MqttChat.Domain.Chat;
using MqttChat.Web.Rooms;
using MqttChat.Web.Shell;

namespace MqttChat.Web.Chat;

/// <summary>
/// A message's row as HTML, made once for all pages on which it looks the same. A row of elements and attributes costs a page
/// some thirty frames of memory and of every message's bytes; as one piece of markup it costs one. Whatever people wrote goes
/// through <see cref="SafeHtml"/>, names included.
/// </summary>
internal static class MessageHtml
{
    private const int LongText = 1500;
    private const int LongLines = 20;

    // Falls away with the message; history that only one page holds is held nowhere else.
    private static readonly ConditionalWeakTable<MessageView, Looks> Made = [];

    /// <summary>The row as this viewer sees it, in the language of the thread.</summary>
    public static string Of(ChatRow row, IStringLocalizer texts, IStringLocalizer roomWords, ILogger log)
    {
        var look = new Look(
            row.IsOwn, row.MayDelete, row.StartsGroup, row.StartsNew, row.Day, row.DaysAgo, row.SentAt.Offset,
            CultureInfo.CurrentCulture.Name, CultureInfo.CurrentUICulture.Name);
        var looks = Made.GetOrCreateValue(row.Message);
        if (looks.Find(look) is { } made)
        {
            return made;
        }

        var html = Write(row, texts, roomWords, log);
        looks.Add(look, html);
        return html;
    }

    /// <summary>A moment as the page's script reads it, in whole milliseconds.</summary>
    public static string Moment(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    private static string Write(ChatRow row, IStringLocalizer texts, IStringLocalizer roomWords, ILogger log)
    {
        var html = new StringBuilder(600);
        if (row.Day is { } day)
        {
            html.Append(CultureInfo.InvariantCulture, $"<div class=\"day\"><time datetime=\"{day:yyyy-MM-dd}\" title=\"{SafeHtml.Of(day.ToString("D", CultureInfo.CurrentCulture))}\">");
            html.Append(SafeHtml.Of(DayWords.Of(day, row.DaysAgo, "D", roomWords))).Append("</time></div>");
        }

        if (row.StartsNew)
        {
            html.Append(CultureInfo.InvariantCulture, $"<div class=\"new\" data-new-line><span>{SafeHtml.Of(texts["NewMessages"])}</span></div>");
        }

        var message = row.Message;
        var author = message.AuthorName is { Length: > 0 } name ? name : texts["Gone"];
        html.Append(CultureInfo.InvariantCulture, $"<article id=\"m{message.Sequence}\" class=\"row{(row.IsOwn ? " own" : "")}{(row.StartsGroup ? " first" : "")}\"");
        html.Append(CultureInfo.InvariantCulture, $" aria-label=\"{SafeHtml.Of($"{Isolated.Of(author)}, {row.SentAt.ToString("g", CultureInfo.CurrentCulture)}")}\" data-id=\"{message.Id}\" data-seq=\"{message.Sequence}\"");
        if (row.IsOwn)
        {
            html.Append(CultureInfo.InvariantCulture, $" data-cid=\"{SafeHtml.Of(message.ClientMessageId)}\"{(message.Text is not null ? " data-edit" : "")}");
            if (message.EditedAt is { } edited)
            {
                html.Append(CultureInfo.InvariantCulture, $" data-text-at=\"{Moment(edited)}\"");
            }
        }

        html.Append('>');
        WriteAuthor(html, row, author);
        var isLong = IsLong(message.Text);
        html.Append(isLong ? "<div class=\"bubble long\">" : "<div class=\"bubble\">");
        WriteText(html, message, texts, log);
        if (isLong)
        {
            html.Append("<button type=\"button\" class=\"more\" data-act=\"more\" tabindex=\"-1\" aria-expanded=\"false\">").Append(SafeHtml.Of(texts["ShowAll"])).Append("</button>");
        }

        WriteTime(html, row, texts);
        html.Append("</div>");
        WriteActs(html, row, texts);
        return html.Append("</div></article>").ToString();
    }

    // One message must not push all others off the page: it opens at a touch.
    private static bool IsLong(string? text) => text is not null && (text.Length > LongText || text.AsSpan().Count('\n') >= LongLines);

    private static void WriteAuthor(StringBuilder html, ChatRow row, string author)
    {
        if (!row.IsOwn)
        {
            html.Append("<span class=\"side\">").Append(row.StartsGroup ? Avatar.Html(author) : "").Append("</span>");
        }

        html.Append("<div class=\"body\">");
        if (row.StartsGroup && !row.IsOwn)
        {
            html.Append("<div class=\"author\"><bdi>").Append(SafeHtml.Of(author)).Append("</bdi></div>");
        }
    }

    private static void WriteText(StringBuilder html, MessageView message, IStringLocalizer texts, ILogger log)
    {
        if (message.DeletedAt is not null)
        {
            html.Append("<span class=\"text deleted\">").Append(SafeHtml.Of(texts["Deleted"])).Append("</span>");
            return;
        }

        var before = html.Length;
        try
        {
            // A link reads from the left whatever stands before it: a control that turns text around shows no other address.
            html.Append("<span class=\"text\" dir=\"auto\">");
            foreach (var part in TextParts.Of(message.Text ?? ""))
            {
                html.Append(part.Address is null
                    ? SafeHtml.Of(part.Text)
                    : $"<a href=\"{SafeHtml.Of(part.Address)}\" dir=\"ltr\" target=\"_blank\" rel=\"noopener noreferrer nofollow\">{SafeHtml.Of(part.Text)}</a>");
            }

            html.Append("</span>");
        }
        catch (Exception error)
        {
            // One message that cannot be shown must not take the page down.
            log.LogError(error, "Message {MessageId} cannot be shown", message.Id);
            html.Length = before;
            html.Append("<span class=\"text deleted\">").Append(SafeHtml.Of(texts["Unshowable"])).Append("</span>");
        }
    }

    private static void WriteTime(StringBuilder html, ChatRow row, IStringLocalizer texts)
    {
        html.Append("<span class=\"meta\">");
        if (row.Message is { EditedAt: not null, DeletedAt: null })
        {
            html.Append("<span>").Append(SafeHtml.Of(texts["Edited"])).Append("</span>");
        }

        html.Append(CultureInfo.InvariantCulture, $"<time datetime=\"{Moment(row.Message.SentAt)}\"");
        html.Append(CultureInfo.InvariantCulture, $" title=\"{SafeHtml.Of(row.SentAt.ToString("F", CultureInfo.CurrentCulture))}\">{SafeHtml.Of(row.SentAt.ToString("t", CultureInfo.CurrentCulture))}</time></span>");
    }

    private static void WriteActs(StringBuilder html, ChatRow row, IStringLocalizer texts)
    {
        if (row.Message.DeletedAt is not null || !(row.IsOwn || row.MayDelete))
        {
            return;
        }

        html.Append("<div class=\"acts\">");
        if (row.IsOwn)
        {
            html.Append(Button("edit", texts["Edit"], "edit"));
        }

        html.Append(Button("delete", texts["Delete"], "trash")).Append("</div>");
    }

    private static string Button(string act, string label, string icon) =>
        $"<button type=\"button\" tabindex=\"-1\" data-act=\"{act}\" aria-label=\"{SafeHtml.Of(label)}\" title=\"{SafeHtml.Of(label)}\">{Icon.Html(icon)}</button>";

    /// <summary>All that the same message may look different by.</summary>
    private sealed record Look(
        bool IsOwn, bool MayDelete, bool StartsGroup, bool StartsNew, DateOnly? Day, int? DaysAgo, TimeSpan Offset, string Culture, string Language);

    /// <summary>The few looks of one message that are kept; replaced as a whole, so that reading needs no lock.</summary>
    private sealed class Looks
    {
        private const int Most = 16;
        private (Look Look, string Html)[] _made = [];

        public string? Find(Look look)
        {
            foreach (var (known, html) in _made)
            {
                if (known == look)
                {
                    return html;
                }
            }

            return null;
        }

        public void Add(Look look, string html)
        {
            if (_made is { Length: < Most } before)
            {
                _made = [.. before, (look, html)];
            }
        }
    }
}

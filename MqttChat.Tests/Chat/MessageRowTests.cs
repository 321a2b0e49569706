using System.Globalization;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Logging.Abstractions;
using MqttChat.Domain.Chat;
using MqttChat.Web.Chat;
using MqttChat.Web.Rooms;
using MqttChat.Web.Shell;

namespace MqttChat.Tests.Chat;

public sealed class MessageRowTests : BunitContext
{
    private static readonly DateOnly Today = new(2026, 3, 3);
    private readonly IStringLocalizer<ChatTexts> _texts;
    private readonly IStringLocalizer<RoomTexts> _roomWords;

    public MessageRowTests()
    {
        Services.AddLocalization();
        _texts = Services.GetRequiredService<IStringLocalizer<ChatTexts>>();
        _roomWords = Services.GetRequiredService<IStringLocalizer<RoomTexts>>();
    }

    [Theory]
    [InlineData("<script>alert(1)</script> & \"q\"")]
    [InlineData("  two\n\nlines\t停電 ")]
    [InlineData("see https://example.com/a_(b)?c=d&e=f#g. Or mailto:x@example.org!")]
    [InlineData("&lt;b&gt; &quot; &#x22; '\"><img src=x onerror=alert(1)>")]
    [InlineData("https://example.com/?a=&quot;onclick=alert(1)'x https://example.com/\"onmouseover=\"alert(1) https://example.com/<b>")]
    public void Row_AnyText_IsShownExactlyAndEncoded(string text)
    {
        var row = Render(Row(Message(1, "a", text)));

        Assert.Equal(text, row.Find(".text").TextContent);
        Assert.Empty(row.FindAll("script, img, b"));
        AssertNoHandlers(row);
    }

    [Fact]
    public void SafeHtml_EveryCodePoint_StandsAsItIs_OrAsANameForIt()
    {
        // Written as numbers, U+0080 to U+009F would be read as other characters.
        for (var value = 1; value <= 0x1FFFF; value++)
        {
            if (value is >= 0xD800 and <= 0xDFFF)
            {
                continue;
            }

            var text = char.ConvertFromUtf32(value);
            var html = SafeHtml.Of(text);
            Assert.True(html == text || "&<>\"'`\r".Contains(text, StringComparison.Ordinal), $"U+{value:X4}: {html}");
            Assert.Equal(text, System.Net.WebUtility.HtmlDecode(html));
        }
    }

    [Theory]
    [InlineData("https://example.com/?q='x'&quot;y&lt;z")]
    [InlineData("mailto:o'hara@example.com?subject=a&quot;b&amp;c")]
    public void Row_LinkWithQuotesAndEntities_HasExactlyThatAddress(string link)
    {
        var row = Render(Row(Message(1, "a", link)));

        var shown = row.Find("a");
        Assert.Equal((link, link), (shown.GetAttribute("href"), shown.TextContent));
        AssertNoHandlers(row);
    }

    [Fact]
    public void Row_TextThatTurnsRound_DoesNotTurnALinksAddress()
    {
        var row = Render(Row(Message(1, "a", "\u202Ehttps://example.com/moc\u202C")));

        Assert.Equal("ltr", row.Find("a").GetAttribute("dir"));
    }

    [Fact]
    public void Row_Links_AreSafeAndOnlyOfKnownSchemes()
    {
        var row = Render(Row(Message(1, "a", "javascript:alert(1) https://example.com/a. data:text/html,x (http://b.example/)を見て")));

        var links = row.FindAll("a");
        Assert.Equal(["https://example.com/a", "http://b.example/"], links.Select(link => link.GetAttribute("href")));
        Assert.All(links, link => Assert.Equal(("_blank", "noopener noreferrer nofollow"), (link.GetAttribute("target"), link.GetAttribute("rel"))));
    }

    [Theory]
    [InlineData("<img src=x onerror=alert(1)>")]
    [InlineData("\" onmouseover=\"alert(1)")]
    [InlineData("'><script>alert(1)</script>")]
    [InlineData("&quot; &lt;b&gt; \u202Ethgir")]
    public void Row_AuthorsNameAndSendersId_AreEncodedWhereverTheyStand(string name)
    {
        var message = Message(1, "a", "hello") with { AuthorName = name, ClientMessageId = name };
        var row = Render(Row(message));
        var own = Render(Row(message, isOwn: true));

        Assert.Equal(name, row.Find(".author").TextContent);
        Assert.Equal(name[..1], row.Find(".avatar").TextContent);
        Assert.StartsWith(Isolated.Of(name) + ", ", row.Find("article").GetAttribute("aria-label"), StringComparison.Ordinal);
        Assert.Equal(name, own.Find("article").GetAttribute("data-cid"));
        foreach (var shown in (IRenderedComponent<MessageList>[])[row, own])
        {
            Assert.Empty(shown.FindAll("img, script, b"));
            AssertNoHandlers(shown);
        }
    }

    [Fact]
    public void Row_OwnAndDeletable_HasItsButtonsAndItsSendersId()
    {
        var row = Render(Row(Message(1, "me", "hello"), isOwn: true));

        Assert.Equal(["edit", "delete"], row.FindAll("[data-act]").Select(button => button.GetAttribute("data-act")));
        Assert.Equal("c1", row.Find("article[data-edit]").GetAttribute("data-cid"));
        Assert.Empty(row.FindAll(".author"));
    }

    [Fact]
    public void Rows_SameMessageOnTwoPages_IsWrittenOnce()
    {
        var message = Message(1, "a", "hello");
        var first = MessageHtml.Of(Row(message), _texts, _roomWords, NullLogger.Instance);

        Assert.Same(first, MessageHtml.Of(Row(message), _texts, _roomWords, NullLogger.Instance));
        Assert.NotSame(first, MessageHtml.Of(Row(message, isOwn: true), _texts, _roomWords, NullLogger.Instance));
        Assert.NotEqual(first, MessageHtml.Of(Row(message) with { SentAt = message.SentAt.ToOffset(TimeSpan.FromHours(9)) }, _texts, _roomWords, NullLogger.Instance));
    }

    [Fact]
    public void Rows_EditedDroppedAndNew_EachTakesItsPlace()
    {
        var list = Render<MessageList>(parameters => parameters.Add(part => part.Rows, Of(Message(1, "a", "one"), Message(2, "a", "two"), Message(3, "a", "three"))));
        var third = list.Find("#m3");

        list.Render(parameters => parameters.Add(part => part.Rows, Of(Message(2, "a", "zwei"), Message(3, "a", "three"), Message(4, "a", "four"))));

        Assert.Equal(["zwei", "three", "four"], list.FindAll(".text").Select(text => text.TextContent));
        Assert.Equal(third.OuterHtml, list.Find("#m3").OuterHtml);
        Assert.Equal(2, list.Instance.Renders);

        List<ChatRow> Of(params MessageView[] messages) => [.. messages.Select(message => Row(message))];
    }

    [Fact]
    public void Rows_LaidOutAgain_UnchangedOnesStayTheSame()
    {
        MessageView[] messages = [Message(1, "a", "one"), Message(2, "a", "two"), Message(3, "b", "three")];
        var before = ChatRows.Of(messages, false, "me", false, TimeZoneInfo.Utc, Today, null);
        messages[1] = messages[1] with { Text = "zwei" };

        var after = ChatRows.Of([.. messages, Message(4, "b", "four")], false, "me", false, TimeZoneInfo.Utc, Today, null, before);

        Assert.Equal([true, false, true], before.Zip(after, ReferenceEquals));
        Assert.Equal("zwei", after[1].Message.Text);
        Assert.Equal(4, after.Count);
    }

    [Fact]
    public void Row_Deleted_ShowsNoTextAndNoActions()
    {
        var row = Render(Row(Message(1, "a", null) with { DeletedAt = DateTimeOffset.UnixEpoch }, isOwn: true));

        Assert.Equal("Message deleted", row.Find(".deleted").TextContent);
        Assert.Empty(row.FindAll("[data-act]"));
    }

    [Fact]
    public void Rows_AuthorsTimesAndDays_GroupInTheViewersZone()
    {
        var tokyo = ZoneCookie.Zone("Asia/Tokyo", TimeZoneInfo.Utc);
        var start = new DateTimeOffset(2026, 3, 2, 14, 50, 0, TimeSpan.Zero);
        MessageView[] messages =
        [
            Message(1, "a", "x") with { SentAt = start },
            Message(2, "a", "x") with { SentAt = start.AddMinutes(4) },
            Message(3, "a", "x") with { SentAt = start.AddMinutes(11) },
            Message(4, "b", "x") with { SentAt = start.AddMinutes(12) },
            Message(5, "me", "x") with { SentAt = start.AddMinutes(20) },
            Message(6, "me", "x") with { SentAt = start.AddMinutes(26) },
        ];

        var rows = ChatRows.Of(messages, false, "me", false, tokyo, Today, newAfter: 3);

        Assert.Equal([true, false, true, true, true, true], rows.Select(row => row.StartsGroup));
        Assert.Equal(
            ["2026-03-02", null, "2026-03-03", null, null, null],
            rows.Select(row => row.Day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)));
        Assert.Equal(4, Assert.Single(rows, row => row.StartsNew).Message.Sequence);
        Assert.Equal([false, false, false, false, true, true], rows.Select(row => row.MayDelete));
    }

    [Theory]
    [InlineData("en-GB", "2026-03-03", "Today")]
    [InlineData("en-GB", "2026-03-02", "Yesterday")]
    [InlineData("en-GB", "2026-03-01", "Sunday")]
    [InlineData("en-GB", "2026-02-25", "Wednesday")]
    [InlineData("en-GB", "2026-02-24", "24 February 2026")]
    [InlineData("en-GB", "2026-03-04", "4 March 2026")]
    [InlineData("ja", "2026-03-03", "今日")]
    [InlineData("ja", "2026-03-02", "昨日")]
    [InlineData("ja", "2026-03-01", "日曜日")]
    [InlineData("ja", "2026-02-24", "2026年2月24日")]
    public void Rows_DayThatBegins_HasTheNameThatPeopleGiveIt(string language, string day, string name)
    {
        var before = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);
        (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (new(language), new(language));
        try
        {
            var message = Message(1, "a", "x") with { SentAt = DateTimeOffset.Parse($"{day}T00:00Z", CultureInfo.InvariantCulture) };

            var line = Render(Assert.Single(ChatRows.Of([message], false, "me", false, TimeZoneInfo.Utc, Today, null))).Find(".day time");

            Assert.Contains(name, line.TextContent, StringComparison.Ordinal);
            Assert.Equal(day, line.GetAttribute("datetime"));
        }
        finally
        {
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = before;
        }
    }

    [Fact]
    public void Rows_AfterMidnight_OnlyTheDaysLinesAreOthers()
    {
        MessageView[] messages = [Message(1, "a", "x") with { SentAt = new(2026, 3, 3, 23, 0, 0, TimeSpan.Zero) }, Message(2, "a", "x") with { SentAt = new(2026, 3, 3, 23, 1, 0, TimeSpan.Zero) }];
        var before = ChatRows.Of(messages, false, "me", false, TimeZoneInfo.Utc, Today, null);

        var after = ChatRows.Of(messages, false, "me", false, TimeZoneInfo.Utc, Today.AddDays(1), null, before);

        Assert.Equal([0, null], before.Select(row => row.DaysAgo));
        Assert.Equal([1, null], after.Select(row => row.DaysAgo));
        Assert.Same(before[1], after[1]);
    }

    private static void AssertNoHandlers(IRenderedComponent<MessageList> row) => Assert.All(
        row.FindAll("*"), element => Assert.DoesNotContain(element.Attributes, attribute => attribute.Name.StartsWith("on", StringComparison.Ordinal)));

    private static MessageView Message(long sequence, string author, string? text) => new(
        sequence, 1, sequence, sequence, author, "Ann", text, $"c{sequence}", DateTimeOffset.UnixEpoch, null, null);

    private static ChatRow Row(MessageView message, bool isOwn = false) =>
        new(message, isOwn, isOwn, true, message.SentAt, null, false);

    private IRenderedComponent<MessageList> Render(ChatRow row) =>
        Render<MessageList>(parameters => parameters.Add(part => part.Rows, new List<ChatRow> { row }));
}

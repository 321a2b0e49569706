using System.Globalization;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MqttChat.Domain.Chat;
using MqttChat.Web.Chat;

namespace MqttChat.Tests.Chat;

public sealed class MessageRowTests : BunitContext
{
    public MessageRowTests() => Services.AddLocalization();

    [Theory]
    [InlineData("<script>alert(1)</script> & \"q\"")]
    [InlineData("  two\n\nlines\t停電 ")]
    [InlineData("see https://example.com/a_(b)?c=d&e=f#g. Or mailto:x@example.org!")]
    public void Row_AnyText_IsShownExactlyAndEncoded(string text)
    {
        var row = Render(Row(Message(1, "a", text)));

        Assert.Equal(text, row.Find(".text").TextContent);
        Assert.Empty(row.FindAll("script"));
    }

    [Fact]
    public void Row_Links_AreSafeAndOnlyOfKnownSchemes()
    {
        var row = Render(Row(Message(1, "a", "javascript:alert(1) https://example.com/a. data:text/html,x (http://b.example/)を見て")));

        var links = row.FindAll("a");
        Assert.Equal(["https://example.com/a", "http://b.example/"], links.Select(link => link.GetAttribute("href")));
        Assert.All(links, link => Assert.Equal(("_blank", "noopener noreferrer nofollow"), (link.GetAttribute("target"), link.GetAttribute("rel"))));
    }

    [Fact]
    public void Row_EqualRecord_IsNotRenderedAgain()
    {
        var row = Render(Row(Message(1, "a", "hello")));
        row.Render(parameters => parameters.Add(part => part.Item, Row(Message(1, "a", "hello"))));
        Assert.Equal(1, row.Instance.Renders);

        row.Render(parameters => parameters.Add(part => part.Item, Row(Message(1, "a", "changed"))));
        Assert.Equal(2, row.Instance.Renders);
        Assert.Equal("changed", row.Find(".text").TextContent);
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
        var tokyo = ChatRows.Zone("Asia/Tokyo");
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

        var rows = ChatRows.Of(messages, false, "me", false, tokyo, newAfter: 3);

        Assert.Equal([true, false, true, true, true, true], rows.Select(row => row.StartsGroup));
        Assert.Equal(
            ["2026-03-02", null, "2026-03-03", null, null, null],
            rows.Select(row => row.Day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)));
        Assert.Equal(4, Assert.Single(rows, row => row.StartsNew).Message.Sequence);
        Assert.Equal([false, false, false, false, true, true], rows.Select(row => row.MayDelete));
    }

    private static MessageView Message(long sequence, string author, string? text) => new(
        sequence, 1, sequence, sequence, author, "Ann", text, $"c{sequence}", DateTimeOffset.UnixEpoch, null, null);

    private static ChatRow Row(MessageView message, bool isOwn = false) =>
        new(message, isOwn, isOwn, true, message.SentAt, null, false);

    private IRenderedComponent<MessageRow> Render(ChatRow row) =>
        Render<MessageRow>(parameters => parameters.Add(part => part.Item, row));
}

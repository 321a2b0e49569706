using MqttChat.Web.Chat;

namespace MqttChat.Tests.Chat;

public sealed class LinkTests
{
    [Theory]
    [InlineData("https://ja.wikipedia.org/wiki/停電")]
    [InlineData("https://ja.wikipedia.org/wiki/停電_(曖昧さ回避)")]
    [InlineData("https://ja.wikipedia.org/wiki/スター・ウォーズ")]
    [InlineData("https://ja.wikipedia.org/wiki/C言語#歴史")]
    [InlineData("https://ja.wikipedia.org/wiki/さくら")]
    [InlineData("https://ja.wikipedia.org/wiki/𠮷野家")]
    [InlineData("https://ru.wikipedia.org/wiki/Электричество")]
    [InlineData("https://de.wikipedia.org/wiki/Straße")]
    [InlineData("https://fr.wikipedia.org/wiki/L’Équipe")]
    [InlineData("https://ar.wikipedia.org/wiki/كهرباء")]
    [InlineData("https://fa.wikipedia.org/wiki/می\u200Cخواهم")]
    [InlineData("https://hi.wikipedia.org/wiki/बिजली")]
    [InlineData("https://ko.wikipedia.org/wiki/정전")]
    [InlineData("https://日本語.jp/")]
    [InlineData("https://日本語.jp")]
    [InlineData("https://例え.テスト/パス?キー=値")]
    [InlineData("https://www.straße.de/münchen")]
    [InlineData("https://xn--wgv71a119e.jp/")]
    [InlineData("https://emojipedia.org/😀")]
    [InlineData("https://example.com/a_")]
    [InlineData("https://example.com/a__")]
    [InlineData("https://example.com/~ann/")]
    [InlineData("https://example.com/a*")]
    [InlineData("https://example.com/a?b=1&c=[d]&e={f}")]
    [InlineData("https://example.com/a_(b)_(c)")]
    [InlineData("https://example.com/?q=a|b")]
    [InlineData("http://[::1]:8080/a")]
    [InlineData("http://localhost:5080/rooms")]
    [InlineData("HTTPS://EXAMPLE.COM/A")]
    [InlineData("mailto:o'hara@example.com?subject=a&body=b")]
    public void Link_Whole_IsOneLink(string link)
    {
        foreach (var (before, after) in ((string, string)[])[("", ""), ("see ", " and go on"), ("詳しくは", "。"), ("（", "）"), ("「", "」を見て"), ("\"", "\""), ("<", ">"), ("", "、次"), ("(", ")"), ("", "."), ("", ", then"), ("", "\nnext")])
        {
            var parts = TextParts.Of(before + link + after);

            var found = Assert.Single(parts, part => part.Address is not null);
            Assert.Equal(link, found.Text);
            Assert.Equal(new Uri(link).AbsoluteUri, found.Address);
            Assert.Equal(before + link + after, string.Concat(parts.Select(part => part.Text)));
        }
    }

    [Theory]
    [InlineData("https://example.com/aを見て", "https://example.com/a")]
    [InlineData("https://example.com/を見て", "https://example.com/")]
    [InlineData("https://example.comを見て", "https://example.com")]
    [InlineData("https://日本語.jpを見て", "https://日本語.jp")]
    [InlineData("http://192.168.1.5:5080を開く", "http://192.168.1.5:5080")]
    [InlineData("http://localhost:5080を開く", "http://localhost:5080")]
    [InlineData("https://example.com/news를 보세요", "https://example.com/news")]
    [InlineData("mailto:ann@example.com宛に", "mailto:ann@example.com")]
    [InlineData("https://example.com/a！すごい", "https://example.com/a")]
    [InlineData("https://example.com/a？", "https://example.com/a")]
    [InlineData("https://example.com/a　次", "https://example.com/a")]
    [InlineData("https://example.com/a…", "https://example.com/a")]
    [InlineData("https://example.com/a（英語）", "https://example.com/a")]
    [InlineData("https://example.com/a【重要】", "https://example.com/a")]
    [InlineData("https://example.com/page🎉", "https://example.com/page")]
    [InlineData("(https://example.com/a)を見て", "https://example.com/a")]
    [InlineData("[https://example.com/a](here)", "https://example.com/a")]
    [InlineData("(https://example.com/a_(b)), and", "https://example.com/a_(b)")]
    [InlineData("*https://example.com/a*", "https://example.com/a")]
    [InlineData("_https://example.com/a_.", "https://example.com/a")]
    [InlineData("'https://example.com/a', he said", "https://example.com/a")]
    [InlineData("https://example.com/a?!...", "https://example.com/a")]
    [InlineData("https://example.com, and", "https://example.com")]
    [InlineData("https://example.com/a\u202Egnp", "https://example.com/a")]
    public void Link_InASentence_EndsWhereTheSentenceGoesOn(string text, string link)
    {
        var parts = TextParts.Of(text);

        Assert.Equal(link, Assert.Single(parts, part => part.Address is not null).Text);
        Assert.Equal(text, string.Concat(parts.Select(part => part.Text)));
    }

    [Theory]
    [InlineData("javascript:alert(1)")]
    [InlineData("data:text/html,x")]
    [InlineData("http://")]
    [InlineData("http://停電")]
    [InlineData("https:///path")]
    [InlineData("12:30, a: b, ::: mailto:")]
    public void NoLink_IsPlainText(string text) => Assert.All(TextParts.Of(text), part => Assert.Null(part.Address));

    [Fact]
    public void Links_BesideEachOther_AreEachTheirOwn()
    {
        var parts = TextParts.Of("https://example.com,https://example.org/b\nhttps://ja.wikipedia.org/wiki/停電");

        Assert.Equal(
            ["https://example.com", "https://example.org/b", "https://ja.wikipedia.org/wiki/停電"],
            parts.Where(part => part.Address is not null).Select(part => part.Text));
    }
}

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using MqttChat.Web.Shell.Logs;

namespace MqttChat.Tests.Shell;

/// <summary>One entry is one line at the left edge, whatever people or plugs have sent.</summary>
public sealed class LineFormatterTests
{
    [Theory]
    [InlineData("a\nfail: Forged[0] entry", "a\\nfail: Forged[0] entry")]
    [InlineData("a\r\nb", "a\\r\\nb")]
    [InlineData("a\u2028b\u2029c\u0085d", "a\\u2028b\\u2029c\\u0085d")]
    [InlineData("\u001b[31mred\u0007", "\\u001B[31mred\\u0007")]
    [InlineData("tab\tand nul\0", "tab\\tand nul\\u0000")]
    [InlineData("turned \u202Etxt", "turned \\u202Etxt")]
    [InlineData("電力 and é stay", "電力 and é stay")]
    public void Message_WithSteeringCharacters_IsOneLine(string text, string shown)
    {
        var written = Write(text, null);

        Assert.Equal($"warn: MqttChat.Test[7] {shown}{Environment.NewLine}", written);
    }

    [Fact]
    public void Exception_WhoseMessageLooksLikeAnEntry_IsIndented()
    {
        var written = Write("It failed", new InvalidOperationException("first\nfail: Forged[0] entry\r\ncrit: another\u2028one", new FormatException("inner\ninfo: Forged[1]")));

        var lines = written.TrimEnd().Split(Environment.NewLine);
        Assert.Equal("warn: MqttChat.Test[7] It failed", lines[0]);
        Assert.All(lines.Skip(1), line => Assert.StartsWith("      ", line, StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("System.FormatException", StringComparison.Ordinal));
        Assert.DoesNotContain('\u2028', written);
    }

    private static string Write(string text, Exception? error)
    {
        using var writer = new StringWriter();
        new LineFormatter().Write(
            new LogEntry<string>(LogLevel.Warning, "MqttChat.Test", new EventId(7), text, error, (state, _) => state), null, writer);
        return writer.ToString();
    }
}

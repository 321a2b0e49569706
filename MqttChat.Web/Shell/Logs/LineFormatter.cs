using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace MqttChat.Web.Shell.Logs;

/// <summary>
/// Writes the plain console log: an entry begins at the left edge and is one line; only a stack trace follows, indented. What people or
/// plugs sent (a line end, an escape sequence of terminals, a sign that turns text) is shown by its number, so that nothing sent can look like
/// an entry.
/// </summary>
internal sealed class LineFormatter() : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "lines";

    private const string Indent = "      ";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        textWriter.WriteLine($"{NameOf(logEntry.LogLevel)}: {OneLine(logEntry.Category)}[{logEntry.EventId.Id.ToString(CultureInfo.InvariantCulture)}] {OneLine(message)}");
        foreach (var line in logEntry.Exception?.ToString().Split('\n') ?? [])
        {
            textWriter.WriteLine(Indent + OneLine(line.TrimEnd('\r')));
        }
    }

    /// <summary>The text without anything that ends a line or steers what shows it.</summary>
    internal static string OneLine(string text)
    {
        if (!text.Any(IsSteering))
        {
            return text;
        }

        var safe = new StringBuilder(text.Length + 16);
        foreach (var one in text)
        {
            _ = one switch
            {
                '\n' => safe.Append("\\n"),
                '\r' => safe.Append("\\r"),
                '\t' => safe.Append("\\t"),
                _ when IsSteering(one) => safe.Append(CultureInfo.InvariantCulture, $"\\u{(int)one:X4}"),
                _ => safe.Append(one),
            };
        }

        return safe.ToString();
    }

    // Format signs turn the direction of text or hide; the others end a line in some viewers.
    private static bool IsSteering(char one) => char.GetUnicodeCategory(one)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    private static string NameOf(LogLevel level) => level switch
    {
        LogLevel.Trace => "trce",
        LogLevel.Debug => "dbug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "fail",
        _ => "crit",
    };
}

internal static class LogSetup
{
    /// <summary>Lines on the console, unless <c>Logging:Console:FormatterName</c> asks for another form (<c>json</c>).</summary>
    public static WebApplicationBuilder AddLines(this WebApplicationBuilder builder)
    {
        builder.Logging.AddConsoleFormatter<LineFormatter, ConsoleFormatterOptions>();
        builder.Services.PostConfigure<ConsoleLoggerOptions>(options => options.FormatterName ??= LineFormatter.FormatterName);
        return builder;
    }
}

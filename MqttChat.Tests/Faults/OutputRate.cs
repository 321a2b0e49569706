using System.Text.RegularExpressions;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Faults;

/// <summary>How often the program says the same thing.</summary>
internal static partial class OutputRate
{
    /// <summary>
    /// The cause that was told most often since a time, and how many entries it had more than one a second; an entry is its
    /// level, category and words, whatever numbers stand in them.
    /// </summary>
    public static (string Cause, int Entries, int TooMany) Worst(AppProcess app, DateTimeOffset since)
    {
        var seconds = (int)Math.Ceiling((DateTimeOffset.UtcNow - since).TotalSeconds) + 1;
        var lines = app.TimedOutput.Where(printed => printed.At >= since).Select(printed => printed.Line).ToList();
        var worst = lines.Select((line, index) => (line, next: index + 1 < lines.Count ? lines[index + 1] : ""))
            .Where(entry => Head().IsMatch(entry.line))
            .GroupBy(entry => Numbers().Replace($"{entry.line} {entry.next.Trim()}", "#"))
            .Select(cause => (cause.Key, Count: cause.Count())).OrderByDescending(cause => cause.Count).FirstOrDefault();
        return (worst.Key ?? "nothing", worst.Count, Math.Max(0, worst.Count - seconds));
    }

    [GeneratedRegex("^(trce|dbug|info|warn|fail|crit): ")]
    private static partial Regex Head();

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Numbers();
}

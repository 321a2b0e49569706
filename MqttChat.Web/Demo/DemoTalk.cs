using System.Globalization;
using MqttChat.Web.Demo.Loads;

namespace MqttChat.Web.Demo;

/// <summary>A line of a conversation: who says it (0 is staff), and after how long a pause.</summary>
internal sealed record TalkLine(int Person, string Text, TimeSpan Pause);

/// <summary>A conversation: where, when it began (those of the past), and its lines.</summary>
internal sealed record Conversation(DemoRoom Room, DateTimeOffset? At, IReadOnlyList<TalkLine> Lines);

/// <summary>
/// Reads conversations from the resources. A conversation begins with <c># Room 6 18:20</c> (six days before the house was opened),
/// <c># Room 45</c> (minutes before) or <c># Room</c> (told while it runs); its lines are <c>2: text</c>.
/// </summary>
internal static class DemoTalk
{
    public static IReadOnlyList<Conversation> Read(IReadOnlyList<string> lines, DateTimeOffset madeAt, TimeZoneInfo zone)
    {
        var found = new List<Conversation>();
        var said = new List<TalkLine>();
        foreach (var line in lines.Where(line => line.Length > 0))
        {
            if (line[0] == '#')
            {
                said = [];
                var head = line[1..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
                found.Add(new(Enum.Parse<DemoRoom>(head[0]), When(head[1..], madeAt, zone), said));
            }
            else
            {
                var colon = line.IndexOf(':', StringComparison.Ordinal);
                var text = line[(colon + 1)..].Trim();
                said.Add(new(int.Parse(line.AsSpan(0, colon), CultureInfo.InvariantCulture), text, PauseBefore(text, said.Count + (100 * found.Count))));
            }
        }

        return found;
    }

    // Who writes more takes longer, and nobody answers at once.
    private static TimeSpan PauseBefore(string text, int number) =>
        TimeSpan.FromSeconds(Math.Min(20, 4 + (text.Length / 9.0) + (6 * Chance.Of(200, number))));

    private static DateTimeOffset? When(string[] when, DateTimeOffset madeAt, TimeZoneInfo zone)
    {
        switch (when)
        {
            case [var minutes]:
                return madeAt.AddMinutes(-int.Parse(minutes, CultureInfo.InvariantCulture));
            case [var days, var time]:
                var day = TimeZoneInfo.ConvertTime(madeAt, zone).Date.AddDays(-int.Parse(days, CultureInfo.InvariantCulture));
                var local = day + TimeOnly.Parse(time, CultureInfo.InvariantCulture).ToTimeSpan();
                return new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
            default:
                return null;
        }
    }
}

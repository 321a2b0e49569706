using System.Globalization;

namespace MqttChat.Domain.Telemetry.Counting;

/// <summary>
/// How far apart readings usually are: the gap in which half of the time lies, of the newest gaps. So a burst of reports at a
/// change of power, or each report sent twice, does not make the regular ones look late; and one outage does not pass for the rule.
/// </summary>
/// <remarks>Kept as text, so that an account stays comparable by value: milliseconds, the oldest first.</remarks>
internal static class UsualGaps
{
    private const int Kept = 9;
    private const int FirstGaps = 4;
    private const long LongestMilliseconds = 3_600_000;
    private const long FirstLongestMilliseconds = 300_000;

    public static int Count(string? gaps) => Parse(gaps).Count;

    public static TimeSpan? Usual(string? gaps)
    {
        var sorted = Parse(gaps);
        sorted.Sort();
        var half = sorted.Sum() / 2d;
        var sum = 0L;
        foreach (var gap in sorted)
        {
            sum += gap;
            if (sum >= half)
            {
                return TimeSpan.FromMilliseconds(gap);
            }
        }

        return null;
    }

    public static string With(string? gaps, TimeSpan gap)
    {
        var kept = Parse(gaps);
        var longest = LongestMilliseconds;
        if (kept.Count >= 2)
        {
            var usual = (long)Usual(gaps)!.Value.TotalMilliseconds;
            longest = kept.Count < FirstGaps ? Math.Max(2 * usual, FirstLongestMilliseconds) : 3 * usual;
        }

        kept.Add(Math.Clamp((long)Math.Min(gap.TotalMilliseconds, LongestMilliseconds), 1, Math.Min(longest, LongestMilliseconds)));
        return string.Join(',', kept.Skip(Math.Max(0, kept.Count - Kept)).Select(each => each.ToString(CultureInfo.InvariantCulture)));
    }

    private static List<long> Parse(string? gaps) =>
        string.IsNullOrEmpty(gaps) ? [] : [.. gaps.Split(',').Select(gap => long.Parse(gap, CultureInfo.InvariantCulture))];
}

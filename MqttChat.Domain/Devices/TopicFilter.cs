namespace MqttChat.Domain.Devices;

/// <summary>Topic filters as the standard reads them (MQTT 5, 4.7).</summary>
internal static class TopicFilter
{
    /// <summary>Whether a topic falls under a filter.</summary>
    public static bool Matches(ReadOnlySpan<char> filter, ReadOnlySpan<char> topic)
    {
        while (true)
        {
            if (filter is "#")
            {
                return true;
            }

            var filterEnd = filter.IndexOf('/');
            var topicEnd = topic.IndexOf('/');
            var filterSegment = filterEnd < 0 ? filter : filter[..filterEnd];
            var topicSegment = topicEnd < 0 ? topic : topic[..topicEnd];
            if (filterSegment is not "+" && !filterSegment.SequenceEqual(topicSegment))
            {
                return false;
            }

            if (filterEnd < 0 || topicEnd < 0)
            {
                // "a/#" matches "a" as well (MQTT 5, 4.7.1.2).
                return filterEnd < 0 == topicEnd < 0 || (topicEnd < 0 && filter[(filterEnd + 1)..] is "#");
            }

            filter = filter[(filterEnd + 1)..];
            topic = topic[(topicEnd + 1)..];
        }
    }

    /// <summary>
    /// Whether all that <paramref name="asked"/> could bring falls under <paramref name="given"/>, which has a wildcard only as a last
    /// <c>#</c>.
    /// </summary>
    public static bool Covers(string given, string asked) =>
        given == asked || (given.EndsWith("/#", StringComparison.Ordinal)
            && (asked.StartsWith(given[..^1], StringComparison.Ordinal) || asked == given[..^2]));
}

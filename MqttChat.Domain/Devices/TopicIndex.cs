using MqttChat.Domain.Devices.Formats;

namespace MqttChat.Domain.Devices;

/// <summary>
/// The way from a topic to what was registered under the filters that match it. Filters without wildcards and with one <c>+</c> at the
/// end are a dictionary look-up; any other filter is compared segment by segment. Not safe for concurrent writing.
/// </summary>
internal sealed class TopicIndex<T>
    where T : class
{
    private readonly Dictionary<string, T> _exact = new(StringComparer.Ordinal);
    private readonly Dictionary<string, T> _children = new(StringComparer.Ordinal);
    private readonly List<(string Filter, T Value)> _others = [];
    private readonly Dictionary<string, T>.AlternateLookup<ReadOnlySpan<char>> _childrenBySpan;

    public TopicIndex() => _childrenBySpan = _children.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Registers under a filter; the first to register a filter keeps it.</summary>
    public void Add(string filter, T value)
    {
        if (!HasWildcard(filter))
        {
            _exact.TryAdd(filter, value);
        }
        else if (IsChildren(filter))
        {
            _children.TryAdd(filter[..^2], value);
        }
        else if (FindFilter(filter) is null)
        {
            _others.Add((filter, value));
        }
    }

    /// <summary>Removes what <paramref name="value"/> registered under a filter.</summary>
    public void Remove(string filter, T value)
    {
        if (FindFilter(filter) != value)
        {
            return;
        }

        if (!HasWildcard(filter))
        {
            _exact.Remove(filter);
        }
        else if (IsChildren(filter))
        {
            _children.Remove(filter[..^2]);
        }
        else
        {
            _others.RemoveAll(other => other.Filter == filter);
        }
    }

    /// <summary>What was registered under exactly this filter.</summary>
    public T? FindFilter(string filter) =>
        !HasWildcard(filter) ? _exact.GetValueOrDefault(filter)
        : IsChildren(filter) ? _children.GetValueOrDefault(filter[..^2])
        : _others.Find(other => other.Filter == filter).Value;

    /// <summary>What was registered under a filter that matches the topic.</summary>
    public T? Find(string topic)
    {
        if (_exact.TryGetValue(topic, out var found))
        {
            return found;
        }

        var slash = topic.LastIndexOf('/');
        if (slash >= 0 && _childrenBySpan.TryGetValue(topic.AsSpan(0, slash), out found))
        {
            return found;
        }

        foreach (var (filter, value) in _others)
        {
            if (TopicFilter.Matches(filter, topic))
            {
                return value;
            }
        }

        return null;
    }

    private static bool HasWildcard(string filter) => filter.AsSpan().IndexOfAny('+', '#') >= 0;

    private static bool IsChildren(string filter) =>
        filter.Length > 2 && filter.EndsWith("/+", StringComparison.Ordinal) && !HasWildcard(filter[..^1]);
}

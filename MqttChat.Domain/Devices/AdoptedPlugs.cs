using MqttChat.Domain.Devices.Formats;

namespace MqttChat.Domain.Devices;

/// <summary>The adopted plugs at one moment, with the way from a topic to its plug. Immutable.</summary>
public sealed class AdoptedPlugs
{
    private readonly TopicIndex<Plug> _byTopic = new();
    private readonly Dictionary<(string Family, string Template, string Address), Plug> _byKey = [];
    private readonly Dictionary<string, Plug> _byMac = new(StringComparer.Ordinal);

    /// <summary>Indexes the plugs; they must not be changed afterwards.</summary>
    public AdoptedPlugs(IReadOnlyList<Plug> plugs)
    {
        Plugs = plugs;
        foreach (var plug in plugs)
        {
            _byKey.TryAdd((plug.Family, plug.TopicTemplate, plug.Address), plug);
            foreach (var filter in FiltersOf(plug))
            {
                _byTopic.Add(filter, plug);
            }

            if (plug.Mac is { } mac)
            {
                _byMac.TryAdd(mac, plug);
            }
        }
    }

    /// <summary>None.</summary>
    public static AdoptedPlugs Empty { get; } = new([]);

    /// <summary>Every adopted plug.</summary>
    public IReadOnlyList<Plug> Plugs { get; }

    /// <summary>The plug that speaks on this topic; null when none of ours does. Commands to a plug are not its speech.</summary>
    public Plug? Find(string topic) => _byTopic.Find(topic);

    /// <summary>The topic filters of one ingest partition, without doubles.</summary>
    public IReadOnlyList<string> TopicFilters(int partition, int partitions) =>
        [.. Plugs.Where(plug => PlugPartition.Of(plug.Id, partitions) == partition).SelectMany(FiltersOf).Distinct(StringComparer.Ordinal)];

    /// <summary>The adopted plug that a heard one is: the same key, or, for one that announces itself, the same topics.</summary>
    internal Plug? FindSame(Plug heard) =>
        _byKey.TryGetValue((heard.Family, heard.TopicTemplate, heard.Address), out var same) ? same
        : heard.Dialect is not null && FiltersOf(heard) is [var first, ..] ? _byTopic.FindFilter(first)
        : null;

    /// <summary>The adopted plug of that hardware address.</summary>
    internal Plug? FindMac(string mac) => _byMac.GetValueOrDefault(mac);

    private static IReadOnlyList<string> FiltersOf(Plug plug) => PlugFormats.For(plug.Family)?.TopicFilters(plug) ?? [];
}

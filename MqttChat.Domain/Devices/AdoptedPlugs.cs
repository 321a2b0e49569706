using MqttChat.Domain.Devices.Formats;

namespace MqttChat.Domain.Devices;

/// <summary>The adopted plugs at one moment, with the way from a topic to its plug. Immutable.</summary>
public sealed class AdoptedPlugs
{
    private readonly TopicIndex<Plug> _byTopic = new();

    /// <summary>Indexes the plugs; they must not be changed afterwards.</summary>
    public AdoptedPlugs(IReadOnlyList<Plug> plugs)
    {
        Plugs = plugs;
        foreach (var plug in plugs)
        {
            foreach (var filter in FiltersOf(plug))
            {
                _byTopic.Add(filter, plug);
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

    /// <summary>The plug that listens on exactly this filter.</summary>
    internal Plug? FindFilter(string filter) => _byTopic.FindFilter(filter);

    private static IReadOnlyList<string> FiltersOf(Plug plug) => PlugFormats.For(plug.Family)?.TopicFilters(plug) ?? [];
}

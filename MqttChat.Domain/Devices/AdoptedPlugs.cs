namespace MqttChat.Domain.Devices;

/// <summary>The adopted plugs at one moment, with the way from a topic to its plug. Immutable.</summary>
public sealed class AdoptedPlugs
{
    /// <summary>Every adopted plug.</summary>
    public IReadOnlyList<Plug> Plugs => throw new NotImplementedException();

    /// <summary>The plug that speaks on this topic; null when none of ours does. Commands to a plug are not its speech.</summary>
    public Plug? Find(string topic) => throw new NotImplementedException();

    /// <summary>The topic filters of one ingest partition, without doubles.</summary>
    public IReadOnlyList<string> TopicFilters(int partition, int partitions) => throw new NotImplementedException();
}

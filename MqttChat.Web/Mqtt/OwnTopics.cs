using MqttChat.Domain.Signals;

namespace MqttChat.Web.Mqtt;

/// <summary>The topics that the app itself uses, under the optional prefix. They carry ids and nothing else.</summary>
internal sealed class OwnTopics(string prefix)
{
    private readonly string _start = prefix.Length == 0 ? "" : prefix + "/";

    /// <summary>What other instances' signals arrive on.</summary>
    public IReadOnlyList<string> SignalFilters =>
        [_start + "room/+", .. new[] { ReloadSignal.Rooms, ReloadSignal.Power, ReloadSignal.Plugs, ReloadSignal.People, ReloadSignal.House }.Select(Of)];

    /// <summary>The topic of a signal.</summary>
    public string Of(ReloadSignal signal) => _start + signal.Topic;

    /// <summary>The topic by which an ingest session hears that its backlog has ended.</summary>
    public string Marker(int partition) => $"{_start}ingest/{partition}/marker";

    /// <summary>The signal of a topic that arrived on <see cref="SignalFilters"/>.</summary>
    public ReloadSignal SignalOf(string topic) => new(topic[_start.Length..]);

    /// <summary>Whether the app is the only one who may speak on this topic.</summary>
    public bool IsOwn(string topic)
    {
        if (!topic.StartsWith(_start, StringComparison.Ordinal))
        {
            return false;
        }

        var rest = topic[_start.Length..];
        return _start.Length > 0 || rest is "rooms" or "power" or "plugs" or "people" or "house"
            || rest.StartsWith("room/", StringComparison.Ordinal)
            || (rest.StartsWith("ingest/", StringComparison.Ordinal) && rest.EndsWith("/marker", StringComparison.Ordinal));
    }
}

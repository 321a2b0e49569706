namespace MqttChat.Domain.Devices;

/// <summary>
/// What a plug with an account of its own may write and read: its reports and its commands, nobody else's. Filters have a wildcard
/// only as a last <c>#</c>, so that every broker reads them alike. Topics by family: <c>Formats/</c> and the makers' documents.
/// </summary>
/// <param name="Writes">Filters of what it may publish.</param>
/// <param name="Reads">Filters of what it may subscribe to and is delivered.</param>
public sealed record PlugTopics(IReadOnlyList<string> Writes, IReadOnlyList<string> Reads)
{
    /// <summary>Tasmota with its usual full topic, <c>%prefix%/%topic%/</c>.</summary>
    public const string Tasmota = "tasmota";

    /// <summary>Shelly of the first generation.</summary>
    public const string Shelly1 = "shelly1";

    /// <summary>Shelly Plus, Pro and later: generations 2 to 4.</summary>
    public const string Shelly2 = "shelly2";

    /// <summary>A Zigbee2MQTT bridge: one account for all its plugs.</summary>
    public const string Zigbee2Mqtt = "zigbee2mqtt";

    /// <summary>The families that an account can be made for, in the order in which they are offered.</summary>
    public static IReadOnlyList<string> Families { get; } = [Tasmota, Shelly2, Shelly1, Zigbee2Mqtt];

    /// <summary>Those whose plugs can be adopted afterwards: the others are not offered before their reports are understood.</summary>
    public static IReadOnlyList<string> Offered { get; } = [.. Families.Where(family => Formats.PlugFormats.For(family) is not null)];

    /// <summary>
    /// The topics of a plug. <paramref name="mac"/> lets a Tasmota announce itself, which it does under its hardware address; without
    /// it, it may not, for else it could announce every other plug as well.
    /// </summary>
    public static PlugTopics Of(string family, string name, string? mac) => family switch
    {
        Tasmota => new(
            [$"tele/{name}/#", $"stat/{name}/#", .. mac is null ? (string[])[] : [$"tasmota/discovery/{mac}/config", $"tasmota/discovery/{mac}/sensors"]],
            [$"cmnd/{name}/#"]),
        Shelly1 => new([$"shellies/{name}/#"], [$"shellies/{name}/#"]),
        Shelly2 => new([$"{name}/#"], [$"{name}/rpc", $"{name}/command/#"]),
        Zigbee2Mqtt => new([$"{name}/#"], [$"{name}/#"]),
        _ => throw RefusedException.Invalid("connect.familyUnknown", "family"),
    };

    /// <summary>Whether it may publish on a topic.</summary>
    public bool MayWrite(string topic) => Matches(Writes, topic);

    /// <summary>Whether it may subscribe to a filter: to its own commands, not to a wider filter that would bring them too.</summary>
    public bool MaySubscribe(string filter) => Reads.Any(given => TopicFilter.Covers(given, filter));

    /// <summary>Whether all that a filter could bring is its own speech.</summary>
    internal bool Speaks(string filter) => Writes.Any(given => TopicFilter.Covers(given, filter));

    private static bool Matches(IReadOnlyList<string> filters, string topic)
    {
        // Every message of every plug passes here: no enumerator.
        for (var i = 0; i < filters.Count; i++)
        {
            if (TopicFilter.Matches(filters[i], topic))
            {
                return true;
            }
        }

        return false;
    }
}

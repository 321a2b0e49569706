using MqttChat.Domain.Devices.Formats;

namespace MqttChat.Domain.Devices;

/// <summary>Writes what a plug tells of itself onto its row.</summary>
internal static class HeardPlugFacts
{
    public static Plug ToPlug(this HeardPlug heard, DateTimeOffset now)
    {
        var plug = new Plug { Family = heard.Family, TopicTemplate = heard.TopicTemplate, Address = heard.Address, FirstHeardAt = now };
        plug.Take(heard);
        return plug;
    }

    /// <summary>Takes over what is new; true when anything was. Topics and name that staff gave stay.</summary>
    public static bool Take(this Plug plug, HeardPlug heard)
    {
        var before = (plug.TopicTemplate, plug.Address, plug.Dialect, plug.ReportedName, plug.Model, plug.Mac, Relays(plug));
        plug.TopicTemplate = heard.TopicTemplate;
        plug.Address = heard.Address;
        plug.Dialect = heard.Dialect ?? plug.Dialect;
        plug.ReportedName = heard.ReportedName ?? plug.ReportedName;
        plug.Model = heard.Model ?? plug.Model;
        plug.Mac = heard.Mac ?? plug.Mac;
        foreach (var channel in heard.RelayChannels)
        {
            plug.MarkRelay(channel);
        }

        return before != (plug.TopicTemplate, plug.Address, plug.Dialect, plug.ReportedName, plug.Model, plug.Mac, Relays(plug));
    }

    /// <summary>The channel has a relay.</summary>
    public static void MarkRelay(this Plug plug, string channel)
    {
        var known = plug.Channels.Find(other => other.Channel == channel);
        if (known is null)
        {
            plug.Channels.Add(known = new PlugChannel { Channel = channel });
        }

        known.HasRelay = true;
    }

    /// <summary>The same facts, so that another copy of the row can take them.</summary>
    public static HeardPlug ToHeard(this Plug plug) => new(plug.Family, plug.TopicTemplate, plug.Address)
    {
        Dialect = plug.Dialect,
        ReportedName = plug.ReportedName,
        Model = plug.Model,
        Mac = plug.Mac,
        RelayChannels = [.. plug.Channels.Where(channel => channel.HasRelay == true).Select(channel => channel.Channel)],
    };

    /// <summary>Whether the row's columns hold it, and it fits into a topic.</summary>
    public static bool IsFit(this HeardPlug heard) =>
        heard.Address.Length is > 0 and <= 256 && heard.TopicTemplate.Length is > 0 and <= 384 && heard.Dialect is not { Length: > 4000 };

    private static int Relays(Plug plug) => plug.Channels.Count(channel => channel.HasRelay == true);
}

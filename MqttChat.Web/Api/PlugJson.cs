using System.Text.Json.Serialization;
using MqttChat.Domain.Devices;
using MqttChat.Domain.Devices.Formats;
using MqttChat.Domain.Telemetry;
using MqttChat.Domain.Telemetry.Freshness;

namespace MqttChat.Web.Api;

/// <summary>One channel in the API's shape.</summary>
internal sealed record PlugChannelJson(
    string Channel, bool? IsOn, double? ActivePowerWatts, double? EnergyKilowattHours, double? EnergyCountedKilowattHours,
    DateTimeOffset? ReportedAt, string? Name, double LimitWatts);

/// <summary>A plug in the API's shape (<c>API.md</c>, "plug").</summary>
internal sealed record PlugJson(
    int Id, string Family, string Address, string? Name, string? ReportedName, string? Model, string? Mac, int? RoomId, bool Adopted,
    string Availability, double? ActivePowerWatts, double? EnergyKilowattHours, DateTimeOffset? LastReportAt,
    IReadOnlyList<PlugChannelJson> Channels)
{
    /// <summary>The adopted plug that a heard one seems to be under a new topic (<c>POST plugs/{id}/follow</c>).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? SameAs { get; init; }

    /// <summary>A plug of the house as the pages show it at this moment: watts that no longer hold, and "online" of a silent plug, are unknown.</summary>
    public static PlugJson Of(PlugPower plug, DateTimeOffset now) => new(
        plug.Id, plug.Family, plug.Address, plug.Name, plug.ReportedName, plug.Model, plug.Mac, plug.RoomId, true,
        Word(plug, now), plug.Watts(now), plug.EnergyKilowattHours, plug.LastReportAt,
        [.. plug.Channels.Where(channel => channel.Channel.Length > 0).Select(channel => new PlugChannelJson(
            channel.Channel, channel.IsOn, plug.Watts(channel, now), channel.EnergyKilowattHours, channel.EnergyCountedKilowattHours,
            channel.ReportedAt, channel.Name, channel.LimitWatts))]);

    /// <summary>A plug that nobody adopted: nothing of it is counted, so what it consumed is unknown.</summary>
    public static PlugJson Of(DiscoveredPlug heard)
    {
        var own = heard.Channels.FirstOrDefault(channel => channel.Channel.Length == 0);
        ChannelReading[] channels = [.. heard.Channels.Where(channel => channel.Channel.Length > 0)];
        return new(
            heard.Plug.Id, heard.Plug.Family, heard.Plug.Address, heard.Plug.Name, heard.Plug.ReportedName, heard.Plug.Model,
            heard.Plug.Mac, heard.Plug.RoomId, false, Word(heard.Availability),
            Sum(channels, channel => channel.ActivePowerWatts) ?? own?.ActivePowerWatts,
            own?.EnergyKilowattHours ?? Sum(channels, channel => channel.EnergyKilowattHours),
            heard.LastReportAt,
            [.. channels.Select(channel => new PlugChannelJson(
                channel.Channel, channel.IsOn, channel.ActivePowerWatts, channel.EnergyKilowattHours, null, heard.LastReportAt,
                heard.Plug.Channels.Find(known => known.Channel == channel.Channel)?.Name, KnownLimits.Of(heard.Plug, channel.Channel)))])
        {
            SameAs = heard.SameAs?.PlugId,
        };
    }

    private static string Word(PlugPower plug, DateTimeOffset now) =>
        Word(PlugPresence.Of(plug, now).Kind == PresenceKind.Silent ? Domain.Devices.Availability.Unknown : plug.Availability);

    private static string Word(Availability availability) => availability switch
    {
        Domain.Devices.Availability.Online => "online",
        Domain.Devices.Availability.Offline => "offline",
        _ => "unknown",
    };

    private static double? Sum(IEnumerable<ChannelReading> channels, Func<ChannelReading, double?> value) =>
        channels.Select(value).Aggregate((double?)null, (sum, one) => one is null ? sum : (sum ?? 0) + one);
}

/// <summary>A list in the API's shape.</summary>
internal sealed record PlugList(IReadOnlyList<PlugJson> Items, bool More);

/// <summary>The body of an adoption.</summary>
internal sealed record AdoptBody(string? Name, int? RoomId);

/// <summary>The body of a change to a channel; what is absent stays.</summary>
internal sealed record ChannelBody(string? Name, double? LimitWatts);

/// <summary>The body of a switching.</summary>
internal sealed record SwitchBody(bool? On);

/// <summary>One point of <c>GET plugs/{id}/power</c>.</summary>
internal sealed record PowerPointJson(string Channel, DateTimeOffset At, double? Watts, double? MinWatts, double? MaxWatts);

/// <summary>The answer of <c>GET plugs/{id}/power</c>.</summary>
internal sealed record PowerJson(string Resolution, IReadOnlyList<PowerPointJson> Items);

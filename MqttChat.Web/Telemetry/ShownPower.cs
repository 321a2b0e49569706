using MqttChat.Domain.Telemetry;
using MqttChat.Domain.Telemetry.Freshness;

namespace MqttChat.Web.Telemetry;

/// <summary>What the clock alone changes in what is shown of a plug.</summary>
internal readonly record struct ShownPower(PlugPresence Presence, int Holding)
{
    public static ShownPower Of(PlugPower plug, DateTimeOffset now) =>
        new(PlugPresence.Of(plug, now), plug.Channels.Append(plug.Whole).Count(channel => channel?.Watts(now) is not null));
}

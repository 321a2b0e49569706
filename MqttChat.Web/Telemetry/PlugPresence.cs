using MqttChat.Domain.Devices;
using MqttChat.Domain.Telemetry;

namespace MqttChat.Web.Telemetry;

/// <summary>Whether a plug is there, as shown.</summary>
public enum PresenceKind
{
    /// <summary>It is there.</summary>
    Online,
    /// <summary>It said goodbye, or the broker lost it.</summary>
    Offline,
    /// <summary>Nobody said that it is gone, but it has not reported for long.</summary>
    Silent,
    /// <summary>Not heard since it was adopted.</summary>
    NeverHeard,
}

/// <summary>Whether a plug is there, and since when it is not.</summary>
public readonly record struct PlugPresence(PresenceKind Kind, DateTimeOffset? Since)
{
    /// <summary>Three missed reports of a plug that keeps to the usual five minutes.</summary>
    public static readonly TimeSpan SilentAfter = TimeSpan.FromMinutes(15);

    public bool IsThere => Kind == PresenceKind.Online;

    public static PlugPresence Of(PlugPower plug, DateTimeOffset now) => plug switch
    {
        { Availability: Availability.Offline } => new(PresenceKind.Offline, plug.LastReportAt),
        { LastReportAt: null, Availability: Availability.Online } => new(PresenceKind.Online, null),
        { LastReportAt: null } => new(PresenceKind.NeverHeard, null),
        { LastReportAt: { } last } when now - last > SilentAfter => new(PresenceKind.Silent, last),
        _ => new(PresenceKind.Online, null),
    };
}

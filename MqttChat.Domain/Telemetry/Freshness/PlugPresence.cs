using MqttChat.Domain.Devices;

namespace MqttChat.Domain.Telemetry.Freshness;

/// <summary>Whether a plug is there, as shown.</summary>
public enum PresenceKind
{
    /// <summary>It is there.</summary>
    Online,
    /// <summary>It said goodbye, or the broker lost it.</summary>
    Offline,
    /// <summary>Nobody said that it is gone, but it has not reported for three of its usual intervals (<see cref="SilenceRule"/>).</summary>
    Silent,
    /// <summary>Not heard since it was adopted.</summary>
    NeverHeard,
}

/// <summary>
/// Whether a plug is there, and since when it is not. Tiles, sums, charts and the API all ask here and at
/// <see cref="PowerNow"/>, so that they agree.
/// </summary>
public readonly record struct PlugPresence(PresenceKind Kind, DateTimeOffset? Since)
{
    /// <summary>Its values hold.</summary>
    public bool IsThere => Kind == PresenceKind.Online;

    /// <summary>The presence of a plug at a moment.</summary>
    public static PlugPresence Of(PlugPower plug, DateTimeOffset now) => plug switch
    {
        { Availability: Availability.Offline } => new(PresenceKind.Offline, plug.LastReportAt),
        { LastReportAt: null, Availability: Availability.Online } => new(PresenceKind.Online, null),
        { LastReportAt: null } => new(PresenceKind.NeverHeard, null),
        { LastReportAt: { } last } when now - last > plug.SilentAfter => new(PresenceKind.Silent, last),
        _ => new(PresenceKind.Online, null),
    };
}

using MqttChat.Domain.Devices;

namespace MqttChat.Domain.Telemetry.Freshness;

/// <summary>What still holds of a plug that is heard and not adopted: the same rule as for those of the house.</summary>
public static class HeardNow
{
    /// <summary>
    /// The plug at a moment: nobody is online by a report that is older than three of its intervals, and watts of a plug that is not there
    /// are unknown.
    /// </summary>
    public static DiscoveredPlug AsOf(this DiscoveredPlug heard, SilenceRule silence, DateTimeOffset now)
    {
        var isSilent = heard.LastReportAt is { } last && now - last > silence.After(heard.Interval);
        if (!isSilent && heard.Availability != Availability.Offline)
        {
            return heard;
        }

        return heard with
        {
            Availability = heard.Availability == Availability.Online ? Availability.Unknown : heard.Availability,
            Channels = [.. heard.Channels.Select(channel => channel with { ActivePowerWatts = null })],
        };
    }
}

using MqttChat.Domain.Devices.Formats;

namespace MqttChat.Domain.Devices;

/// <summary>What a plug's reports teach about its wall clock.</summary>
public static class PlugClock
{
    /// <summary>A clock further off a full quarter of an hour than this is wrong, not in another zone.</summary>
    public static readonly TimeSpan LargestDeviation = TimeSpan.FromSeconds(90);

    private const int QuarterMinutes = 15;
    private const int WesternmostMinutes = -12 * 60;
    private const int EasternmostMinutes = 14 * 60;

    /// <summary>
    /// The offset of the plug's wall clock from UTC in minutes, a multiple of 15, learnt from a report that is neither
    /// retained nor of a backlog. Null when the time has a zone or cannot be a clock of this world's zones.
    /// </summary>
    public static int? LearnOffset(ReportTime time, DateTimeOffset receivedAt)
    {
        if (time.HasZone)
        {
            return null;
        }

        var difference = time.Clock - receivedAt;
        var minutes = Math.Round(difference.TotalMinutes / QuarterMinutes) * QuarterMinutes;
        if (minutes is < WesternmostMinutes or > EasternmostMinutes
            || (difference - TimeSpan.FromMinutes(minutes)).Duration() >= LargestDeviation)
        {
            return null;
        }

        return (int)minutes;
    }
}

namespace MqttChat.Domain.Telemetry.Freshness;

/// <summary>What of the last power still holds.</summary>
public static class PowerNow
{
    /// <summary>
    /// The watts of a channel of a plug that is there: 0 behind a relay that was switched off after they were measured, null when they are
    /// older than the channel's silence.
    /// </summary>
    public static double? Watts(this ChannelPower channel, DateTimeOffset now)
    {
        if (channel.ActivePowerWatts is null)
        {
            return null;
        }

        var measuredAt = channel.MeasuredAt ?? channel.ReportedAt;
        if (channel.IsOn == false && channel.ReportedAt > measuredAt)
        {
            return 0;
        }

        return measuredAt is { } at && now - at > channel.SilentAfter ? null : channel.ActivePowerWatts;
    }

    /// <summary>The watts of a plug: the sum of the channels whose watts hold; null when it is not there or none of them holds.</summary>
    public static double? Watts(this PlugPower plug, DateTimeOffset now)
    {
        if (!PlugPresence.Of(plug, now).IsThere)
        {
            return null;
        }

        double? sum = null;
        var hasChannels = false;
        foreach (var channel in plug.Channels)
        {
            hasChannels |= channel.ActivePowerWatts is not null;
            sum = channel.Watts(now) is { } watts ? (sum ?? 0) + watts : sum;
        }

        return hasChannels ? sum : plug.Whole?.Watts(now) ?? (plug.Whole is null ? plug.ActivePowerWatts : null);
    }

    /// <summary>The watts of one channel of a plug; null also when the plug is not there.</summary>
    public static double? Watts(this PlugPower plug, ChannelPower channel, DateTimeOffset now) =>
        PlugPresence.Of(plug, now).IsThere ? channel.Watts(now) : null;
}

using MqttChat.Domain.Devices;
using MqttChat.Domain.Telemetry.Counting;

namespace MqttChat.Domain.Telemetry.Ingest;

/// <summary>Counts one reading: the same for ingest and for counting again.</summary>
internal static class ChannelFold
{
    /// <summary>Moves the channel's account on, and stages what the reading adds; readings come in order of time.</summary>
    /// <returns>The power that is believed; null without one.</returns>
    public static double? Add(TelemetryWrite write, ChannelHead channel, in MeterReading reading, double limitWatts)
    {
        var hour = RollupTable.HourOf(reading.At);
        if (!(channel.LastSampleAt >= hour))
        {
            write.Checkpoints.Add(new StagedCheckpoint(channel, hour, channel.Account));
        }

        var result = channel.Account.Add(reading, limitWatts);
        if (result.Earlier is { } earlier)
        {
            write.Rollups.AddEnergy(channel, earlier);
        }

        if (result.Step is { } step)
        {
            write.Rollups.AddEnergy(channel, step);
        }

        if (result.Watts is { } watts)
        {
            write.Rollups.AddWatts(channel, reading.At, watts);
        }

        if (result.Break is { } found)
        {
            write.Resets.Add(new StagedReset(channel, found.At, found.Kind, found.FromKilowattHours, found.ToKilowattHours));
        }

        channel.Account = result.Account;
        channel.LastSampleAt = reading.At;
        channel.EnergyKilowattHours = reading.EnergyKilowattHours ?? channel.EnergyKilowattHours;
        return result.Watts;
    }
}

/// <summary>What a channel may be and draw.</summary>
internal static class ChannelLimit
{
    /// <summary>No plug has more; a sender that makes up channel names must not fill the store.</summary>
    public const int MaxChannels = 64;

    public const int MaxNameLength = 64;

    /// <summary>The most the channel draws, in watts; the counter of the whole plug may draw what all its channels may.</summary>
    public static double Of(Plug plug, string channel)
    {
        var sum = 0.0;
        foreach (var known in plug.Channels)
        {
            if (known.Channel == channel)
            {
                return known.LimitWatts;
            }

            sum += known.LimitWatts;
        }

        return channel.Length == 0 ? Math.Max(sum, PlugChannel.DefaultLimitWatts) : PlugChannel.DefaultLimitWatts;
    }
}

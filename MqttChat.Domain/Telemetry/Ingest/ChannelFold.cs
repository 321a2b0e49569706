using MqttChat.Domain.Devices;
using MqttChat.Domain.Telemetry.Counting;

namespace MqttChat.Domain.Telemetry.Ingest;

/// <summary>Counts one reading: the same for ingest and for counting again.</summary>
internal static class ChannelFold
{
    /// <summary>Moves the channel's account on, and stages what the reading adds; readings come in order of time.</summary>
    /// <returns>The power that is believed; null without one.</returns>
    public static double? Add(TelemetryWrite write, ChannelHead channel, in MeterReading reading, FoldTerms terms)
    {
        var hour = RollupTable.HourOf(reading.At);
        if (!(channel.LastSampleAt >= hour))
        {
            write.Checkpoints.Add(new StagedCheckpoint(channel, hour, channel.Account));
        }

        var before = Begin(write, channel, reading, terms);
        var result = before.Add(reading, terms.LimitWatts);
        if (!terms.IsCovered)
        {
            AddEnergy(write, channel, result);
        }

        if (result.Watts is { } watts)
        {
            write.Rollups.AddWatts(channel, reading.At, watts);
        }

        if (result.Break is { } found)
        {
            write.Resets.Add(new StagedReset(channel, found.At, found.Kind, found.FromKilowattHours, found.ToKilowattHours));
        }

        var covered = terms.IsCovered ? result.Account.CountedKilowattHours - before.CountedKilowattHours : 0;
        channel.Account = result.Account with { CoveredKilowattHours = before.CoveredKilowattHours + covered };
        channel.LastSampleAt = reading.At;
        channel.EnergyKilowattHours = reading.EnergyKilowattHours ?? channel.EnergyKilowattHours;
        return result.Watts;
    }

    private static EnergyAccount Begin(TelemetryWrite write, ChannelHead channel, in MeterReading reading, FoldTerms terms)
    {
        var account = channel.Account;
        account = account with
        {
            CoveredKilowattHours = account.CoveredKilowattHours ?? (terms.WasCovered ? account.CountedKilowattHours : 0),
        };
        if (terms.Begins is not { } begins)
        {
            return account;
        }

        var to = reading.EnergyKilowattHours ?? account.CounterKilowattHours ?? 0;
        if (begins.Kind != MeterResetKind.Continued)
        {
            write.Resets.Add(new StagedReset(channel, reading.At, begins.Kind, account.CounterKilowattHours ?? 0, to));
            return account.Anew();
        }

        // The break keeps what is added: counting again adds the same.
        write.Resets.Add(new StagedReset(channel, reading.At, begins.Kind, to - begins.KilowattHours, to));
        var (continued, added) = account.Continued(begins.KilowattHours, reading.At);
        write.Rollups.AddEnergy(channel, new EnergyStep(begins.From ?? reading.At, reading.At, added));
        return continued;
    }

    private static void AddEnergy(TelemetryWrite write, ChannelHead channel, in EnergyResult result)
    {
        if (result.Earlier is { } earlier)
        {
            write.Rollups.AddEnergy(channel, earlier);
        }

        if (result.Step is { } step)
        {
            write.Rollups.AddEnergy(channel, step);
        }
    }
}

/// <summary>How a reading stands to the rest of its plug.</summary>
/// <param name="LimitWatts">The most the channel can draw.</param>
/// <param name="IsCovered">The plug's own counter counts what this channel uses: the buckets hold it once.</param>
/// <param name="Begins">Why the counter is a new zero point; null where the counting goes on.</param>
/// <param name="WasCovered">What was counted before it was kept apart is covered as well.</param>
internal readonly record struct FoldTerms(double LimitWatts, bool IsCovered = false, Beginning? Begins = null, bool WasCovered = false);

/// <summary>A new zero point of a channel's counter.</summary>
/// <param name="Kind">Why.</param>
/// <param name="KilowattHours">What other counters show that it used up to there: only for <see cref="MeterResetKind.Continued"/>.</param>
/// <param name="From">Since when.</param>
internal readonly record struct Beginning(MeterResetKind Kind, double KilowattHours = 0, DateTimeOffset? From = null);

/// <summary>What a channel may be and draw.</summary>
internal static class ChannelLimit
{
    /// <summary>No plug has more; a sender that makes up channel names must not fill the store.</summary>
    public const int MaxChannels = 64;

    public const int MaxNameLength = 64;

    /// <summary>The most the channel draws, in watts; the counter of the whole plug may draw what all its channels may.</summary>
    public static double Of(Plug plug, PlugHead head, string channel) => channel.Length > 0 ? KnownLimits.Of(plug, channel) : OfAll(plug, head, []);

    /// <summary>The most that the channels which are known, and these, draw together, in watts.</summary>
    public static double OfAll(Plug plug, PlugHead head, IEnumerable<string> others) => Math.Max(
        head.Channels.Keys.Concat(plug.Channels.Select(known => known.Channel)).Concat(others).Where(name => name.Length > 0)
            .Distinct(StringComparer.Ordinal).Sum(name => KnownLimits.Of(plug, name)),
        KnownLimits.Of(plug.Model));

    /// <summary>
    /// Whether a channel was counted by another limit until now: staff changed it, or its kind became known. The counter of the whole plug
    /// has what its channels have, and more of them turn up one by one: that alone changes nothing.
    /// </summary>
    public static bool IsChanged(ChannelHead channel, double limitWatts) =>
        channel.Account.LimitWatts is > 0 and var before && before != limitWatts && channel.Channel.Length > 0;
}

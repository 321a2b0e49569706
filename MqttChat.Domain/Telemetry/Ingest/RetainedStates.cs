using MqttChat.Domain.Devices.Formats;

namespace MqttChat.Domain.Telemetry.Ingest;

/// <summary>
/// What the broker keeps for whoever comes. It comes again at every connection, mostly with what was said long ago; but after a loss it may tell
/// what was said meanwhile, and to nobody. It is state and never a sample.
/// </summary>
internal sealed class RetainedStates
{
    // Beyond this nothing more is remembered: a plug has a handful of topics.
    private const int MostTopics = 20_000;

    private readonly Dictionary<string, ulong> _seen = new(StringComparer.Ordinal);

    /// <summary>The same was kept on the topic at an earlier connection, so that it may be older than what was said since.</summary>
    public bool IsKnown(in IncomingReport message) => _seen.TryGetValue(message.Topic, out var before) && before == Delivery.Of(message).Hash;

    /// <summary>Notes what is kept on a topic; only once it is stored, for what failed is taken in again.</summary>
    public void Note(in IncomingReport message)
    {
        if (_seen.Count < MostTopics || _seen.ContainsKey(message.Topic))
        {
            _seen[message.Topic] = Delivery.Of(message).Hash;
        }
    }

    /// <summary>
    /// Takes over what is newer than the channel's last word: by its own time, else when nothing was said on this connection and it was not
    /// kept there before. What the channel never said is filled in anyway. False when nothing changed.
    /// </summary>
    /// <param name="channel">Whose state it is.</param>
    /// <param name="reading">What is kept.</param>
    /// <param name="at">Its own time, if that can be believed.</param>
    /// <param name="receivedAt">The receipt.</param>
    /// <param name="isKnown">The same was kept at an earlier connection.</param>
    public static bool Take(ChannelHead channel, ChannelReading reading, DateTimeOffset? at, DateTimeOffset receivedAt, bool isKnown)
    {
        var (said, measured) = (channel.ReportedAt, channel.LastSampleAt);
        var before = (channel.IsOn, channel.ActivePowerWatts, channel.EnergyKilowattHours);
        if (said is not null && (at is { } own ? own > said && !(own <= measured) : !channel.IsHeard && !isKnown))
        {
            channel.IsOn = reading.IsOn ?? channel.IsOn;
            channel.ActivePowerWatts = reading.ActivePowerWatts ?? channel.ActivePowerWatts;
            channel.EnergyKilowattHours = reading.EnergyKilowattHours ?? channel.EnergyKilowattHours;
            if (before == (channel.IsOn, channel.ActivePowerWatts, channel.EnergyKilowattHours))
            {
                return false;
            }

            channel.ReportedAt = at ?? receivedAt;
            return true;
        }

        channel.IsOn ??= reading.IsOn;
        channel.ActivePowerWatts ??= reading.ActivePowerWatts;
        return before != (channel.IsOn, channel.ActivePowerWatts, channel.EnergyKilowattHours);
    }
}

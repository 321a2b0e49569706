using MqttChat.Domain.Devices.Formats;

namespace MqttChat.Domain.Devices;

/// <summary>One plug that is heard and not adopted, with what it said last. Guarded by its keeper's lock.</summary>
internal sealed class DiscoveredEntry(Plug plug)
{
    // A plug invents no more channels than this.
    private const int MostChannels = 64;
    private const int MostTopics = 64;
    private static readonly TimeSpan LeastInterval = TimeSpan.FromSeconds(2);
    private readonly SortedDictionary<string, ChannelReading> _channels = new(StringComparer.Ordinal);

    // Which topic said what, so that it can be taken back.
    private readonly Dictionary<string, (bool Values, bool Availability)> _said = new(StringComparer.Ordinal);

    private TimeSpan? _interval;

    /// <summary>The row, or what will be one; its id is 0 until stored.</summary>
    public Plug Plug { get; set; } = plug;

    /// <summary>The filters it is indexed under.</summary>
    public IReadOnlyList<string> Filters { get; set; } = [];

    /// <summary>There is reason enough to list it. Until then only its availability and announcement are held.</summary>
    public bool IsKnown { get; set; }

    /// <summary>It is known by its availability alone, and may yet turn out to be no plug.</summary>
    public bool IsAvailabilityOnly { get; set; }

    /// <summary>It has news that the row has not.</summary>
    public bool IsDirty { get; set; }

    /// <summary>When its row was last written, in its keeper's own count: rows read before that are no news.</summary>
    public long StoredMoment { get; set; }

    public Availability Availability { get; private set; }

    public DateTimeOffset? LastReportAt { get; private set; }

    public DateTimeOffset LastHeardAt { get; set; }

    public int? ClockOffsetMinutes { get; private set; }

    public IReadOnlyList<ChannelReading> Channels => [.. _channels.Values];

    /// <summary>Takes over what one message said; false when nothing that shows changed.</summary>
    public bool Apply(PlugReading reading, string topic, bool retained, DateTimeOffset receivedAt)
    {
        LastHeardAt = receivedAt;
        if (reading.Kind != ReadingKind.Report)
        {
            return false;
        }

        if (_said.Count < MostTopics || _said.ContainsKey(topic))
        {
            var said = _said.GetValueOrDefault(topic);
            _said[topic] = (said.Values || reading.Channels.Count > 0, said.Availability || reading.Availability is not null);
        }

        if (reading.Channels.Count > 0 && (!retained || LastReportAt is null))
        {
            foreach (var channel in reading.Channels)
            {
                Merge(channel);
            }
        }

        if (reading.Channels.Count > 0 && !retained)
        {
            // Several topics tell of one moment.
            _interval = receivedAt - LastReportAt is { } gap && gap >= LeastInterval ? gap : _interval;
            LastReportAt = receivedAt;
            Availability = Availability.Online;
            ClockOffsetMinutes = (reading.Time is { } time ? PlugClock.LearnOffset(time, receivedAt) : null) ?? ClockOffsetMinutes;
        }

        Availability = reading.Availability ?? Availability;
        return true;
    }

    /// <summary>
    /// The topic's retained message was cleared (an empty payload): what only it said is unknown again. False when nothing else speaks for
    /// the plug.
    /// </summary>
    public bool TakeBack(string topic)
    {
        if (!_said.Remove(topic))
        {
            // After a start nothing is known of who said what: a topic that was never heard takes nothing back.
            return true;
        }

        if (!_said.Values.Any(said => said.Values))
        {
            _channels.Clear();
            (LastReportAt, IsAvailabilityOnly) = (null, Plug.Dialect is null);
        }

        if (!_said.Values.Any(said => said.Availability) && LastReportAt is null)
        {
            Availability = Availability.Unknown;
        }

        return _said.Count > 0 || Plug.Dialect is not null;
    }

    /// <summary>It is no longer announced: whether anything live speaks for it still.</summary>
    public bool HasSpoken => LastReportAt is not null;

    public DiscoveredPlug ToDiscovered(Plug row) => new(row, Availability, LastReportAt, Channels) { Interval = _interval };

    private void Merge(ChannelReading channel)
    {
        if (!_channels.TryGetValue(channel.Channel, out var known))
        {
            if (_channels.Count < MostChannels)
            {
                _channels[channel.Channel] = channel;
            }

            return;
        }

        _channels[channel.Channel] = new(
            channel.Channel, channel.IsOn ?? known.IsOn, channel.ActivePowerWatts ?? known.ActivePowerWatts,
            channel.EnergyKilowattHours ?? known.EnergyKilowattHours);
    }
}

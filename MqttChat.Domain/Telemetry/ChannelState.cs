using MqttChat.Domain.Devices;

namespace MqttChat.Domain.Telemetry;

/// <summary>The latest that is known of an adopted plug as a whole.</summary>
public sealed class PlugState
{
    /// <summary>Which plug.</summary>
    public int PlugId { get; set; }

    /// <summary>Which ingest partition wrote it last.</summary>
    public int Partition { get; set; }

    /// <summary>Whether it answers.</summary>
    public Availability Availability { get; set; }

    /// <summary>The receipt of its last report that was not retained.</summary>
    public DateTimeOffset? LastReportAt { get; set; }

    /// <summary>Minutes to add to UTC to get the plug's own clock, learnt from live reports; null when not known.</summary>
    public int? ClockOffsetMinutes { get; set; }

    /// <summary>The partition's change number of the last change to this row; <see cref="PowerFeed"/>'s cursor.</summary>
    public long Change { get; set; }
}

/// <summary>
/// The latest that is known of one channel, and the running state of its energy account. The channel with the empty name
/// is the plug's own counter where it has only one for all channels.
/// </summary>
public sealed class ChannelState
{
    /// <summary>Primary key; short, because every sample carries it.</summary>
    public int Id { get; set; }

    /// <summary>Which plug.</summary>
    public int PlugId { get; set; }

    /// <summary>The plug's own channel name; empty for the plug as a whole.</summary>
    public required string Channel { get; set; }

    /// <summary>Which ingest partition wrote it last.</summary>
    public int Partition { get; set; }

    /// <summary>On or off; null when the channel never said.</summary>
    public bool? IsOn { get; set; }

    /// <summary>The last active power in watts; negative is export.</summary>
    public double? ActivePowerWatts { get; set; }

    /// <summary>The last counter value in kWh, as the plug says it.</summary>
    public double? EnergyKilowattHours { get; set; }

    /// <summary>When the plug last told power, energy or on/off of this channel.</summary>
    public DateTimeOffset? ReportedAt { get; set; }

    /// <summary>The time of the newest stored sample; readings that are older by a second or more came late.</summary>
    public DateTimeOffset? LastSampleAt { get; set; }

    /// <summary>What was consumed since adoption, in kWh.</summary>
    public double EnergyCountedKilowattHours { get; set; }

    /// <summary>The running state of the energy account after the newest reading, as JSON; null before the first.</summary>
    public string? Account { get; set; }

    /// <summary>Buckets from here on must be recomputed, because a reading came late; null when all are right.</summary>
    public DateTimeOffset? DirtyFrom { get; set; }

    /// <summary>The partition's change number of the last change to this row; <see cref="PowerFeed"/>'s cursor.</summary>
    public long Change { get; set; }
}

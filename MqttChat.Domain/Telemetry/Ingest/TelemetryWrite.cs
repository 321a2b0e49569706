using MqttChat.Domain.Telemetry.Counting;
namespace MqttChat.Domain.Telemetry.Ingest;

/// <summary>Stores what ingest worked out, one transaction a call. One implementation an engine.</summary>
internal interface ITelemetryWriter
{
    /// <summary>
    /// Writes all of it or nothing, and gives new channels their ids. Returns the partition's new change number. Throws
    /// <see cref="LeaseLostException"/> when the fencing number is old, and the engine's exception when it cannot write.
    /// </summary>
    Task<long> WriteAsync(TelemetryWrite write, CancellationToken cancellation);
}

internal readonly record struct StagedSample(
    ChannelHead Channel, DateTimeOffset At, double? ActivePowerWatts, double? EnergyKilowattHours, double? HeldPowerWatts = null);

internal readonly record struct StagedCheckpoint(ChannelHead Channel, DateTimeOffset At, EnergyAccount Account);

internal readonly record struct StagedReset(
    ChannelHead Channel, DateTimeOffset At, MeterResetKind Kind, double FromKilowattHours, double ToKilowattHours);

/// <summary>A channel's past is counted again: buckets, breaks and checkpoints from a full hour on go, the staged ones take their place.</summary>
internal sealed record CountedAgain(ChannelHead Channel, DateTimeOffset From);

/// <summary>Readings of a channel between two times (both inclusive) go; with other times they are among the staged samples.</summary>
internal sealed record Retimed(ChannelHead Channel, DateTimeOffset First, DateTimeOffset Last);

/// <summary>Everything of one transaction.</summary>
internal sealed class TelemetryWrite(HeldLease lease)
{
    /// <summary>More dead letters than this are never kept.</summary>
    public const int MaxDeadLetters = 10_000;

    public HeldLease Lease { get; } = lease;

    public List<ChannelHead> Channels { get; } = [];

    public List<PlugHead> Plugs { get; } = [];

    public List<StagedSample> Samples { get; } = [];

    /// <summary>Sums that are added to the stored buckets.</summary>
    public RollupTable Rollups { get; init; } = new();

    public List<StagedReset> Resets { get; } = [];

    public List<StagedCheckpoint> Checkpoints { get; } = [];

    public List<UntimedReport> Untimed { get; } = [];

    /// <summary>Ids of reports of the backlog that are stored with their times now.</summary>
    public List<long> UntimedDone { get; } = [];

    public List<DeadLetter> DeadLetters { get; } = [];

    /// <summary>The batch's deliveries that may come again.</summary>
    public List<Delivery> Deliveries { get; } = [];

    /// <summary>Pending acknowledgements up to this batch are no longer needed.</summary>
    public long PendingDoneThrough { get; set; }

    public CountedAgain? CountedAgain { get; init; }

    public Retimed? Retimed { get; init; }

    public bool ChangesReadings => Channels.Count > 0 || Plugs.Count > 0;

    public bool IsEmpty => !ChangesReadings && Untimed.Count == 0 && UntimedDone.Count == 0 && DeadLetters.Count == 0
        && Deliveries.Count == 0 && PendingDoneThrough == 0 && CountedAgain is null && Retimed is null;

    public void Touch(ChannelHead channel)
    {
        if (!channel.IsTouched)
        {
            channel.IsTouched = true;
            Channels.Add(channel);
        }
    }

    public void Touch(PlugHead plug)
    {
        if (!plug.IsTouched)
        {
            plug.IsTouched = true;
            Plugs.Add(plug);
        }
    }

    /// <summary>After the commit: what is in memory is what is stored.</summary>
    public void Committed()
    {
        Channels.ForEach(channel => channel.IsTouched = false);
        Plugs.ForEach(plug => plug.IsTouched = false);
    }
}

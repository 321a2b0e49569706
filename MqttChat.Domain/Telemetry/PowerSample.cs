namespace MqttChat.Domain.Telemetry;

/// <summary>One reading as the plug reported it. Two readings of a channel never share a time: later ones move on by a tick.</summary>
public sealed class PowerSample
{
    /// <summary>The <see cref="ChannelState.Id"/>.</summary>
    public int ChannelId { get; set; }

    /// <summary>When it was measured, as well as can be told.</summary>
    public DateTimeOffset At { get; set; }

    /// <summary>Active power in watts; null when the report carried none.</summary>
    public double? ActivePowerWatts { get; set; }

    /// <summary>
    /// Watts that were told but not believed when they came; shown nowhere. Counting again judges them once more, as the next reading may
    /// have confirmed them.
    /// </summary>
    public double? HeldPowerWatts { get; set; }

    /// <summary>The counter's value in kWh; null when the report carried none.</summary>
    public double? EnergyKilowattHours { get; set; }
}

/// <summary>How wide a bucket is, in minutes.</summary>
public enum RollupResolution
{
    /// <summary>Five minutes.</summary>
    FiveMinutes = 5,
    /// <summary>One hour.</summary>
    Hour = 60,
}

/// <summary>What one channel did within one bucket of time.</summary>
public sealed class EnergyRollup
{
    /// <summary>The <see cref="ChannelState.Id"/>.</summary>
    public int ChannelId { get; set; }

    /// <summary>The bucket's width.</summary>
    public RollupResolution Resolution { get; set; }

    /// <summary>Where the bucket starts (UTC, a multiple of its width).</summary>
    public DateTimeOffset BucketStart { get; set; }

    /// <summary>What was consumed within it, in kWh.</summary>
    public double EnergyCountedKilowattHours { get; set; }

    /// <summary>How many power readings fell into it.</summary>
    public int SampleCount { get; set; }

    /// <summary>The sum of those readings in watts; divided by the count it is the mean.</summary>
    public double SumWatts { get; set; }

    /// <summary>The smallest of them; null without readings.</summary>
    public double? MinWatts { get; set; }

    /// <summary>The largest of them; null without readings.</summary>
    public double? MaxWatts { get; set; }
}

/// <summary>What kind of break a counter had.</summary>
public enum MeterResetKind
{
    /// <summary>The counter fell and started again.</summary>
    Reset,
    /// <summary>The counter stands where it cannot have come to: another meter, a new zero point.</summary>
    Replaced,
    /// <summary>False values, then the counter went on as before: nothing was counted of them.</summary>
    Glitch,
    /// <summary>The plug lost its newest values (it saves its counter seldom) and counted on from the older one.</summary>
    Rollback,
    /// <summary>Two counters speak by turns on the same topic; only the first one is counted.</summary>
    TwoCounters,
    /// <summary>The plug was outside the house and was taken in again: what it used meanwhile is not counted.</summary>
    Readopted,
    /// <summary>The plug tells its energy in another shape (one counter for all channels, or one for each): a new zero point.</summary>
    Reshaped,
    /// <summary>The same, where the sum of the new counters goes on from the sum of the old ones: what was used between is counted.</summary>
    Continued,
}

/// <summary>A break in a channel's counter, shown with its energy.</summary>
public sealed class MeterReset
{
    /// <summary>Primary key.</summary>
    public long Id { get; set; }

    /// <summary>The <see cref="ChannelState.Id"/>.</summary>
    public int ChannelId { get; set; }

    /// <summary>When the first reading after the break was measured.</summary>
    public DateTimeOffset At { get; set; }

    /// <summary>What happened.</summary>
    public MeterResetKind Kind { get; set; }

    /// <summary>The counter before, in kWh.</summary>
    public double FromKilowattHours { get; set; }

    /// <summary>The counter after, in kWh.</summary>
    public double ToKilowattHours { get; set; }
}

/// <summary>
/// The state of a channel's energy account as it stood before its first reading at or after <see cref="At"/> (a full hour):
/// where a recomputation may start.
/// </summary>
public sealed class EnergyCheckpoint
{
    /// <summary>The <see cref="ChannelState.Id"/>.</summary>
    public int ChannelId { get; set; }

    /// <summary>The full hour.</summary>
    public DateTimeOffset At { get; set; }

    /// <summary>The account's state, as JSON.</summary>
    public required string Account { get; set; }
}

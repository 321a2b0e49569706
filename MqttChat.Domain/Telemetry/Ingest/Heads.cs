using MqttChat.Domain.Devices;
using MqttChat.Domain.Telemetry.Counting;
using MqttChat.Domain.Telemetry.Freshness;

namespace MqttChat.Domain.Telemetry.Ingest;

/// <summary>One channel as ingest keeps it in memory: the row of <see cref="ChannelState"/> with its account ready to count on.</summary>
internal sealed class ChannelHead
{
    /// <summary>0 until the channel's first commit.</summary>
    public int Id { get; set; }

    public required int PlugId { get; init; }

    public required string Channel { get; init; }

    public bool? IsOn { get; set; }

    public double? ActivePowerWatts { get; set; }

    public double? EnergyKilowattHours { get; set; }

    public DateTimeOffset? ReportedAt { get; set; }

    public DateTimeOffset? LastSampleAt { get; set; }

    public DateTimeOffset? DirtyFrom { get; set; }

    public EnergyAccount Account { get; set; } = EnergyAccount.Empty;

    /// <summary>Changed since the last commit.</summary>
    public bool IsTouched { get; set; }

    /// <summary>Something that was not retained was said of it on the connection that stands now.</summary>
    public bool IsHeard { get; set; }

    public static ChannelHead From(ChannelState row) => new()
    {
        Id = row.Id,
        PlugId = row.PlugId,
        Channel = row.Channel,
        IsOn = row.IsOn,
        ActivePowerWatts = row.ActivePowerWatts,
        EnergyKilowattHours = row.EnergyKilowattHours,
        ReportedAt = row.ReportedAt,
        LastSampleAt = row.LastSampleAt,
        DirtyFrom = row.DirtyFrom,
        Account = EnergyAccount.FromJson(row.Account),
    };
}

/// <summary>One plug as ingest keeps it in memory.</summary>
internal sealed class PlugHead
{
    public required int PlugId { get; init; }

    public Availability Availability { get; set; }

    public DateTimeOffset? LastReportAt { get; set; }

    public int? ClockOffsetMinutes { get; set; }

    public Dictionary<string, ChannelHead> Channels { get; } = new(StringComparer.Ordinal);

    /// <summary>The newest time that a channel's state or reading has.</summary>
    public DateTimeOffset? LastTold => Channels.Values.Max(
        channel => channel.LastSampleAt > channel.ReportedAt ? channel.LastSampleAt : channel.ReportedAt ?? channel.LastSampleAt);

    /// <summary>Changed since the last commit.</summary>
    public bool IsTouched { get; set; }

    /// <summary>One of its relays is said to be off and is not (<see cref="SwitchDoubt"/>).</summary>
    public bool HasDoubtedSwitch() => SwitchDoubt.Of(
        [.. Channels.Values.Where(channel => channel.Channel.Length > 0).Select(Told)], Channels.GetValueOrDefault("") is { } whole ? Told(whole) : null).Contains(true);

    private static SwitchTold Told(ChannelHead channel) => new(channel.IsOn, channel.ActivePowerWatts, channel.ReportedAt, channel.LastSampleAt);
}

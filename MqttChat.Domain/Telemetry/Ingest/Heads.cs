using MqttChat.Domain.Devices;

using MqttChat.Domain.Telemetry.Counting;
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
}

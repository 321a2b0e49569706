using System.Collections.Immutable;
using MqttChat.Domain.Devices;
using MqttChat.Domain.Telemetry.Freshness;

namespace MqttChat.Domain.Telemetry;

/// <summary>One channel as shown. The record is replaced only when something in it changed, so rows can skip rendering.</summary>
public sealed record ChannelPower(
    string Channel, string? Name, bool? HasRelay, bool? IsOn, double? ActivePowerWatts, double? EnergyKilowattHours,
    double EnergyCountedKilowattHours, DateTimeOffset? ReportedAt)
{
    /// <summary>When power or energy was last measured; <see cref="ReportedAt"/> counts on and off as well.</summary>
    public DateTimeOffset? MeasuredAt { get; init; }

    /// <summary>The most it can draw, in watts: what staff set, else what its kind can.</summary>
    public double LimitWatts { get; init; } = KnownLimits.Socket;

    /// <summary>How far apart its readings usually are; null while that is not known.</summary>
    public TimeSpan? UsualInterval { get; init; }

    /// <summary>How long its watts hold (<see cref="SilenceRule"/>).</summary>
    public TimeSpan SilentAfter { get; init; } = SilenceRule.Default.Shortest;

    /// <summary>It said off and draws power since: <see cref="IsOn"/> is null, because nobody knows (<see cref="SwitchDoubt"/>).</summary>
    public bool IsSwitchDoubted { get; init; }
}

/// <summary>One plug as shown. The plug's own counter, where it has only one for all channels, is in <see cref="EnergyKilowattHours"/>.</summary>
public sealed record PlugPower(
    int Id, string Family, string Address, string Name, string? ReportedName, string? Model, string? Mac, int? RoomId,
    string? RoomName, bool MembersMaySwitch, Availability Availability, double? ActivePowerWatts, double? EnergyKilowattHours,
    double EnergyCountedKilowattHours, DateTimeOffset? LastReportAt, ImmutableArray<ChannelPower> Channels)
{
    /// <summary>What the plug says for all channels together; null where it says nothing of the kind.</summary>
    public ChannelPower? Whole { get; init; }

    /// <summary>Without a report for longer than this it is silent (<see cref="SilenceRule"/>).</summary>
    public TimeSpan SilentAfter { get; init; } = SilenceRule.Default.Shortest;
}

/// <summary>All adopted plugs at one moment, by name; immutable and shared by every circuit.</summary>
public sealed record PowerSnapshot(ImmutableArray<PlugPower> Plugs, long Version)
{
    /// <summary>Nothing read yet.</summary>
    public static PowerSnapshot Empty { get; } = new([], 0);
}

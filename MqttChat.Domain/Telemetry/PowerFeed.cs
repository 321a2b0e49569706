using System.Collections.Immutable;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Devices;

namespace MqttChat.Domain.Telemetry;

/// <summary>One channel as shown. The record is replaced only when something in it changed, so rows can skip rendering.</summary>
public sealed record ChannelPower(
    string Channel, string? Name, bool? HasRelay, bool? IsOn, double? ActivePowerWatts, double? EnergyKilowattHours,
    double EnergyCountedKilowattHours, DateTimeOffset? ReportedAt);

/// <summary>One plug as shown. The plug's own counter, where it has only one for all channels, is in <see cref="EnergyKilowattHours"/>.</summary>
public sealed record PlugPower(
    int Id, string Family, string Address, string Name, string? ReportedName, string? Model, string? Mac, int? RoomId,
    string? RoomName, bool MembersMaySwitch, Availability Availability, double? ActivePowerWatts, double? EnergyKilowattHours,
    double EnergyCountedKilowattHours, DateTimeOffset? LastReportAt, ImmutableArray<ChannelPower> Channels);

/// <summary>All adopted plugs at one moment, by name; immutable and shared by every circuit.</summary>
public sealed record PowerSnapshot(ImmutableArray<PlugPower> Plugs, long Version)
{
    /// <summary>Nothing read yet.</summary>
    public static PowerSnapshot Empty { get; } = new([], 0);
}

/// <summary>
/// The read model of the latest readings: one read a signal and instance, whatever the number of viewers; it reads only the
/// rows that changed. Rights: <see cref="VisibleToAsync"/> filters.
/// </summary>
public sealed class PowerFeed
{
    /// <summary>The newest snapshot, unfiltered; for use inside the domain.</summary>
    public PowerSnapshot Current => throw new NotImplementedException();

    /// <summary>Calls after every new snapshot, at most 4 times a second; must not block. The first subscriber starts the feed, the last ends it.</summary>
    public IDisposable Subscribe(Action onChanged) => throw new NotImplementedException();

    /// <summary>Reads what changed since the last read; done when the snapshot is as new as the database at the call.</summary>
    public Task RefreshAsync(CancellationToken cancellation) => throw new NotImplementedException();

    /// <summary>The plugs the viewer may see: staff all, residents those of the rooms they are members of.</summary>
    public Task<ImmutableArray<PlugPower>> VisibleToAsync(Viewer viewer, CancellationToken cancellation) => throw new NotImplementedException();
}

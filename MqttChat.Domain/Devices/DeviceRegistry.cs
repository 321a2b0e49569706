namespace MqttChat.Domain.Devices;

/// <summary>One message that came over a wide filter.</summary>
public sealed record HeardRaw(string Topic, ReadOnlyMemory<byte> Payload, bool Retained, DateTimeOffset ReceivedAt);

/// <summary>A plug that is heard but not adopted, with its live reading (kept in memory, bounded).</summary>
public sealed record DiscoveredPlug(
    Plug Plug, Availability Availability, DateTimeOffset? LastReportAt, IReadOnlyList<Formats.ChannelReading> Channels);

/// <summary>Every use case of plugs: hear, adopt, ignore, rename, move, switch. Rights are checked here.</summary>
public sealed class DeviceRegistry
{
    /// <summary>The adopted plugs now; cached, read again on <c>ReloadSignal.Plugs</c>.</summary>
    public Task<AdoptedPlugs> AdoptedAsync(CancellationToken cancellation) => throw new NotImplementedException();

    /// <summary>Takes in what the discovery session heard: makes plugs known (bounded), keeps their live reading and clock offset.</summary>
    public Task HearAsync(IReadOnlyList<HeardRaw> messages, CancellationToken cancellation) => throw new NotImplementedException();

    /// <summary>Plugs that are neither adopted nor ignored, newest first. Staff only.</summary>
    public Task<IReadOnlyList<DiscoveredPlug>> DiscoveredAsync(Accounts.Viewer viewer, CancellationToken cancellation) => throw new NotImplementedException();

    /// <summary>Takes a plug into the house. Staff only.</summary>
    public Task<Plug> AdoptAsync(Accounts.Viewer viewer, int plugId, string name, int? roomId, CancellationToken cancellation) => throw new NotImplementedException();

    /// <summary>Hides a heard plug, until it is restored. Staff only.</summary>
    public Task IgnoreAsync(Accounts.Viewer viewer, int plugId, CancellationToken cancellation) => throw new NotImplementedException();

    /// <summary>Plugs that staff ignored. Staff only.</summary>
    public Task<IReadOnlyList<Plug>> IgnoredAsync(Accounts.Viewer viewer, CancellationToken cancellation) => throw new NotImplementedException();

    /// <summary>Lets an ignored plug appear again. Staff only.</summary>
    public Task RestoreAsync(Accounts.Viewer viewer, int plugId, CancellationToken cancellation) => throw new NotImplementedException();

    /// <summary>Renames an adopted plug and says which room it stands in. Staff only.</summary>
    public Task<Plug> UpdateAsync(Accounts.Viewer viewer, int plugId, string name, int? roomId, CancellationToken cancellation) => throw new NotImplementedException();

    /// <summary>
    /// Sends the command that switches a channel and keeps who did it. Staff; members of the plug's room where it allows it
    /// (<c>Room.MembersMaySwitch</c>). 404 <c>plug.notFound</c> for who may not see it, 409 <c>plug.notAdopted</c>.
    /// </summary>
    public Task SwitchAsync(Accounts.Viewer viewer, int plugId, string channel, bool on, CancellationToken cancellation) => throw new NotImplementedException();

    /// <summary>The last switchings of a plug, newest first.</summary>
    public Task<IReadOnlyList<SwitchCommand>> SwitchedAsync(Accounts.Viewer viewer, int plugId, int limit, CancellationToken cancellation) => throw new NotImplementedException();
}

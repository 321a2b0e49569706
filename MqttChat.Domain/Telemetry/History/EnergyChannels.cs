using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Persistence;

namespace MqttChat.Domain.Telemetry.History;

/// <summary>
/// The channels whose energy counts: where a plug has one counter for all its channels (empty name) it is that one alone, or
/// everything would count twice.
/// </summary>
internal sealed class EnergyChannels
{
    // A statement has room for 2,100 values on SQL Server.
    private const int MostInAStatement = 500;

    private readonly Dictionary<int, int> _plugOfChannel;
    private readonly List<int> _all;

    private EnergyChannels(Dictionary<int, int> plugOfChannel, List<int> all) => (_plugOfChannel, _all) = (plugOfChannel, all);

    /// <summary>The channels whose energy counts, by statements.</summary>
    public IEnumerable<int[]> Counted => _plugOfChannel.Keys.Chunk(MostInAStatement);

    /// <summary>All channels, for what was heard: the counter for all of them has no power.</summary>
    public IEnumerable<int[]> All => _all.Chunk(MostInAStatement);

    public int PlugOf(int channelId) => _plugOfChannel[channelId];

    /// <summary>The channels of some plugs, or of all.</summary>
    public static async Task<EnergyChannels> ReadAsync(TelemetryDbContext store, IReadOnlyCollection<int>? plugIds, CancellationToken cancellation)
    {
        var wanted = plugIds?.ToHashSet();
        var single = wanted is { Count: 1 } ? wanted.First() : (int?)null;
        var rows = await store.ChannelStates.Where(channel => single == null || channel.PlugId == single)
            .Select(channel => new { channel.Id, channel.PlugId, IsPlugs = channel.Channel == "" && channel.EnergyKilowattHours != null })
            .ToListAsync(cancellation);
        var plugs = rows.Where(row => wanted?.Contains(row.PlugId) != false).GroupBy(row => row.PlugId).ToList();
        return new(
            plugs.SelectMany(plug => plug.Any(row => row.IsPlugs) ? plug.Where(row => row.IsPlugs) : plug).ToDictionary(row => row.Id, row => row.PlugId),
            [.. plugs.SelectMany(plug => plug.Select(row => row.Id))]);
    }
}

using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Persistence;

namespace MqttChat.Domain.Telemetry.History;

/// <summary>
/// The channels of plugs. Their buckets hold each kilowatt hour once, whichever of a plug's counters told it
/// (<see cref="Ingest.PlugShape"/>), so all of them add up, also over a change of what the plug tells.
/// </summary>
internal sealed class EnergyChannels
{
    // A statement has room for 2,100 values on SQL Server.
    private const int MostInAStatement = 500;

    private readonly Dictionary<int, int> _plugOfChannel;

    private EnergyChannels(Dictionary<int, int> plugOfChannel) => _plugOfChannel = plugOfChannel;

    /// <summary>All of them, by statements.</summary>
    public IEnumerable<int[]> All => _plugOfChannel.Keys.Chunk(MostInAStatement);

    public int PlugOf(int channelId) => _plugOfChannel[channelId];

    /// <summary>The channels of some plugs, or of all.</summary>
    public static async Task<EnergyChannels> ReadAsync(TelemetryDbContext store, IReadOnlyCollection<int>? plugIds, CancellationToken cancellation)
    {
        var wanted = plugIds?.ToHashSet();
        var single = wanted is { Count: 1 } ? wanted.First() : (int?)null;
        var rows = await store.ChannelStates.Where(channel => single == null || channel.PlugId == single)
            .Select(channel => new { channel.Id, channel.PlugId }).ToListAsync(cancellation);
        return new(rows.Where(row => wanted?.Contains(row.PlugId) != false).ToDictionary(row => row.Id, row => row.PlugId));
    }
}

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using MqttChat.Domain.Devices;
using MqttChat.Domain.Persistence;

namespace MqttChat.Domain.Telemetry.Feed;

/// <summary>Tells which channels a plug has told of, from their latest states.</summary>
internal sealed class ToldChannelStates(IDbContextFactory<TelemetryDbContext> telemetry, ILogger<DeviceRegistry> logger)
{
    /// <summary>For <see cref="ToldChannels"/>: a heater is switched off also while this store is away.</summary>
    public async Task<IReadOnlyList<ToldChannel>?> ReadAsync(int plugId, CancellationToken cancellation)
    {
        try
        {
            await using var store = await telemetry.CreateDbContextAsync(cancellation);
            return await store.ChannelStates.AsNoTracking().Where(state => state.PlugId == plugId)
                .Select(state => new ToldChannel(state.Channel, state.IsOn != null)).ToListAsync(cancellation);
        }
        catch (Exception error) when (StoreFaults.IsFault(error))
        {
            logger.LogWarning(error, "The channels of plug {Plug} cannot be read", plugId);
            return null;
        }
    }
}

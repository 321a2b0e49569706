using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Signals;

namespace MqttChat.Domain.Devices;

/// <summary>
/// How many plugs wait for staff: every dashboard shows it at every reading, so it is read once for all of them, again after a
/// <see cref="ReloadSignal.Plugs"/> and when signals may have been lost.
/// </summary>
internal sealed class HeardCount(IDbContextFactory<HouseDbContext> houses, SignalHub signals, TimeProvider clock) : IDisposable
{
    private readonly SharedRead<int> _count = new(
        cancellation => ReadAsync(houses, cancellation), signals, [ReloadSignal.Plugs], TimeSpan.FromSeconds(20), clock);

    public Task<int> GetAsync(CancellationToken cancellation) => _count.GetAsync(cancellation);

    public void Dispose() => _count.Dispose();

    private static async Task<int> ReadAsync(IDbContextFactory<HouseDbContext> houses, CancellationToken cancellation)
    {
        await using var house = await houses.CreateDbContextAsync(cancellation);
        return await house.Plugs.Where(plug => plug.AdoptedAt == null && plug.IgnoredAt == null)
            .Take(DiscoveredPlugs.Most).CountAsync(cancellation);
    }
}

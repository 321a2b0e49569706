using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Persistence;

namespace MqttChat.Domain.Devices;

/// <summary>What the embedded broker asks of the house: who may come in, and from where.</summary>
public sealed class PlugLogins(IDbContextFactory<HouseDbContext> houses)
{
    /// <summary>The standing account of that user name; null when there is none.</summary>
    public async Task<PlugCredential?> FindAsync(string userName, CancellationToken cancellation)
    {
        await using var house = await houses.CreateDbContextAsync(cancellation);
        return await house.PlugCredentials.AsNoTracking().SingleOrDefaultAsync(
            row => row.UserName == userName && row.ReadyAt != null && row.Accounts == BrokerAccounts.Embedded, cancellation);
    }

    /// <summary>Whether staff opened it to the house's network.</summary>
    public async Task<bool> IsOpenAsync(CancellationToken cancellation)
    {
        await using var house = await houses.CreateDbContextAsync(cancellation);
        return await house.OpenedBrokers.AnyAsync(cancellation);
    }
}

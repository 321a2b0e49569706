using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Persistence;

namespace MqttChat.Domain.Accounts;

/// <summary>
/// Lets those who make something that is limited in number come one after the other: what was counted must still be so when it is made.
/// </summary>
internal static class HouseLock
{
    /// <summary>Takes the lock of the house's row until the caller's transaction ends.</summary>
    public static Task TakeAsync(HouseDbContext house, CancellationToken cancellation) =>
        house.Houses.ExecuteUpdateAsync(set => set.SetProperty(row => row.CreatedAt, row => row.CreatedAt), cancellation);
}

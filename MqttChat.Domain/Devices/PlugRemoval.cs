using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Signals;

namespace MqttChat.Domain.Devices;

/// <summary>Takes an adopted plug out of the house.</summary>
public sealed class PlugRemoval(IDbContextFactory<HouseDbContext> houses, PlugCredentials credentials, SignalHub signals, TimeProvider clock)
{
    /// <summary>
    /// Removes a plug: its account at the broker is revoked, its reports are no longer stored. What was counted stays, and so does the
    /// plug among the ignored ones, from where it can be taken in again. Staff only. 404 <c>plug.notFound</c>, 409
    /// <c>plug.notAdopted</c>, 503 <c>connect.brokerAway</c>: the plug is then still in the house.
    /// </summary>
    public async Task RemoveAsync(Viewer viewer, int plugId, CancellationToken cancellation)
    {
        if (!viewer.IsStaff)
        {
            throw RefusedException.Forbidden("plug.notStaff");
        }

        await using var house = await houses.CreateDbContextAsync(cancellation);
        var plug = await house.Plugs.SingleOrDefaultAsync(row => row.Id == plugId, cancellation) ?? throw RefusedException.NotFound("plug");
        if (plug.AdoptedAt is null)
        {
            throw RefusedException.Conflict("plug.notAdopted");
        }

        await credentials.RevokeOfAsync(plug, cancellation);
        var now = clock.GetUtcNow();
        (plug.AdoptedAt, plug.IgnoredAt, plug.RemovedAt, plug.Name, plug.RoomId) = (null, now, now, null, null);
        await house.SaveChangesAsync(CancellationToken.None);
        signals.Publish(ReloadSignal.Plugs);
    }
}

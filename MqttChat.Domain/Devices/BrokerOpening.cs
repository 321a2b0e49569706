using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Signals;

namespace MqttChat.Domain.Devices;

/// <summary>The way to the broker's port; the embedded broker's edge.</summary>
public interface IBrokerPort
{
    /// <summary>
    /// Listens to the house's network, or to this machine only. Throws <see cref="RefusedException"/>, and then listens as before:
    /// <c>connect.portFixed</c> where the settings decide, <c>connect.portTaken</c>; or, <c>connect.portLost</c>, as soon as it can.
    /// </summary>
    Task ListenAsync(bool toTheHouse, CancellationToken cancellation);
}

/// <summary>Opens the embedded broker to the house's network, and closes it again. Staff only; kept over restarts.</summary>
public sealed class BrokerOpening(IDbContextFactory<HouseDbContext> houses, IBrokerPort port, SignalHub signals, TimeProvider clock)
{
    /// <summary>Opens it: from then on every client needs a user and a password. A second time is no error.</summary>
    public async Task OpenAsync(Viewer viewer, CancellationToken cancellation)
    {
        OnlyStaff(viewer);
        await port.ListenAsync(toTheHouse: true, cancellation);
        await using var house = await houses.CreateDbContextAsync(cancellation);
        if (!await house.OpenedBrokers.AnyAsync(cancellation))
        {
            house.OpenedBrokers.Add(new OpenedBroker { OpenedAt = clock.GetUtcNow(), OpenedById = viewer.UserId });
            await house.SaveChangesAsync(cancellation);
        }

        signals.Publish(ReloadSignal.Plugs);
    }

    /// <summary>Closes it: only this machine can connect.</summary>
    public async Task CloseAsync(Viewer viewer, CancellationToken cancellation)
    {
        OnlyStaff(viewer);
        await using var house = await houses.CreateDbContextAsync(cancellation);
        await house.OpenedBrokers.ExecuteDeleteAsync(cancellation);
        await port.ListenAsync(toTheHouse: false, cancellation);
        signals.Publish(ReloadSignal.Plugs);
    }

    private static void OnlyStaff(Viewer viewer)
    {
        if (!viewer.IsStaff)
        {
            throw RefusedException.Forbidden("connect.notStaff");
        }
    }
}

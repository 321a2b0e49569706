using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Accounts.Settings;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Rooms;
using MqttChat.Domain.Signals;

namespace MqttChat.Domain.Devices;

/// <summary>What is left to do in a new house.</summary>
public sealed record StepsLeft(bool HasInvited, bool HasPlug, bool HasPrice)
{
    /// <summary>Nothing.</summary>
    public bool IsDone => HasInvited && HasPlug && HasPrice;
}

/// <summary>The first steps of a house after its set-up: shown to staff until all are done, or somebody puts them away.</summary>
public sealed class FirstSteps(
    IDbContextFactory<HouseDbContext> houses, HouseSettings settings, SignalHub signals, TimeProvider clock, ILogger<FirstSteps> log)
{
    /// <summary>What is left; null when that is nothing, when it was put away, and for residents.</summary>
    public async Task<StepsLeft?> LeftAsync(Viewer viewer, CancellationToken cancellation)
    {
        if (!viewer.IsStaff)
        {
            return null;
        }

        var left = await Storage.RunAsync(async () =>
        {
            await using var house = await houses.CreateDbContextAsync(cancellation);
            if (await house.Houses.AnyAsync(row => row.FirstStepsDismissedAt != null, cancellation))
            {
                return null;
            }

            // An invitation counts once it is made: whether people come by it is theirs to decide.
            var invited = await house.Invitations.AnyAsync(cancellation) || await house.Users.Take(2).CountAsync(cancellation) > 1;
            return new StepsLeft(
                invited, await house.Plugs.AnyAsync(plug => plug.AdoptedAt != null, cancellation), settings.Current.PricePerKilowattHour > 0);
        }, "house.tryAgain", log, cancellation);
        return left is { IsDone: false } ? left : null;
    }

    /// <summary>Puts them away for everyone. Staff only.</summary>
    public async Task DismissAsync(Viewer viewer, CancellationToken cancellation)
    {
        if (!viewer.IsStaff)
        {
            throw RefusedException.Forbidden("house.staffOnly");
        }

        await Storage.RunAsync(async () =>
        {
            await using var house = await houses.CreateDbContextAsync(cancellation);
            var now = clock.GetUtcNow();
            return await house.Houses.Where(row => row.FirstStepsDismissedAt == null)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.FirstStepsDismissedAt, now), cancellation);
        }, "house.tryAgain", log, cancellation);
        signals.Publish(ReloadSignal.House);
    }
}

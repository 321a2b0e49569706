using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Persistence;

namespace MqttChat.Domain.Accounts;

/// <summary>
/// An account's failed tries, of the password and of the second factor together: five lock it for a while. In the database and in
/// single statements: Identity's own counting reads, adds and writes, and many tries at once count as one.
/// </summary>
public sealed class FailedTries(UserManager<AppUser> users, HouseDbContext house, TimeProvider clock)
{
    private LockoutOptions Lockout => users.Options.Lockout;

    /// <summary>Counts one that failed.</summary>
    internal async Task CountAsync(AppUser user, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        await house.Users.Where(known => known.Id == user.Id && (known.LockoutEnd == null || known.LockoutEnd <= now))
            .ExecuteUpdateAsync(set => set.SetProperty(known => known.AccessFailedCount, known => known.AccessFailedCount + 1), cancellation);
        await LockAsync(user, cancellation);
    }

    /// <summary>
    /// Counts one before its outcome is known; false when the account is locked. With six digits many guesses at once would else
    /// all be heard before the first of them is counted.
    /// </summary>
    internal async Task<bool> TakeAsync(AppUser user, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var max = Lockout.MaxFailedAccessAttempts;
        var taken = await house.Users
            .Where(known => known.Id == user.Id && known.AccessFailedCount < max && (known.LockoutEnd == null || known.LockoutEnd <= now))
            .ExecuteUpdateAsync(set => set.SetProperty(known => known.AccessFailedCount, known => known.AccessFailedCount + 1), cancellation) == 1;
        if (!taken)
        {
            await LockAsync(user, cancellation);
        }

        return taken;
    }

    /// <summary>Locks the account where there have been too many.</summary>
    internal Task LockAsync(AppUser user, CancellationToken cancellation)
    {
        var until = clock.GetUtcNow() + Lockout.DefaultLockoutTimeSpan;
        var max = Lockout.MaxFailedAccessAttempts;
        return house.Users.Where(known => known.Id == user.Id && known.AccessFailedCount >= max).ExecuteUpdateAsync(
            set => set.SetProperty(known => known.AccessFailedCount, 0).SetProperty(known => known.LockoutEnd, until), cancellation);
    }

    /// <summary>Forgets them: the person has come in.</summary>
    internal async Task ForgetAsync(AppUser user, CancellationToken cancellation)
    {
        await house.Users.Where(known => known.Id == user.Id && known.AccessFailedCount > 0)
            .ExecuteUpdateAsync(set => set.SetProperty(known => known.AccessFailedCount, 0), cancellation);

        // Identity writes whole rows, and would put the old number back.
        user.AccessFailedCount = 0;
    }
}

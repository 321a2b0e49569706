using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Signals;

namespace MqttChat.Domain.Accounts;

/// <summary>
/// The house's rule that staff need a second factor. It concerns accounts with a password: a passkey has its own, and a provider's
/// sign-in is the provider's affair.
/// </summary>
public sealed class SecondFactorRule(UserManager<AppUser> users, HouseDbContext house, FreshProof proof, SignalHub signals, ILogger<SecondFactorRule> log)
{
    /// <summary>Whether the rule is in force.</summary>
    public Task<bool> IsInForceAsync(CancellationToken cancellation) => house.Houses.AnyAsync(row => row.StaffNeedSecondFactor, cancellation);

    /// <summary>Whether the account is staff's and breaks the rule. Until it keeps it, it has no staff's rights.</summary>
    public async Task<bool> IsBrokenByAsync(AppUser user, CancellationToken cancellation) =>
        user is { PasswordHash: not null, TwoFactorEnabled: false }
        && await IsInForceAsync(cancellation) && await users.IsInRoleAsync(user, Roles.Staff);

    /// <summary>
    /// Puts the rule in force, or takes it back with a proof only. Sessions and tokens of staff who break it end: they carry the rights.
    /// </summary>
    /// <exception cref="RefusedException">
    /// <c>account.proofNeeded</c>; <c>account.secondFactorFirst</c> to who would break it themselves.
    /// </exception>
    public async Task ChangeAsync(Viewer viewer, bool inForce, CancellationToken cancellation)
    {
        if (!viewer.IsStaff)
        {
            throw RefusedException.Forbidden("account.staffOnly");
        }

        if (!inForce)
        {
            await proof.EnsureAsync(viewer, cancellation);
        }

        await using var transaction = await house.Database.BeginTransactionAsync(cancellation);
        await house.Houses.ExecuteUpdateAsync(set => set.SetProperty(row => row.StaffNeedSecondFactor, inForce), cancellation);
        if (inForce)
        {
            var without = Breaking();
            if (await without.AnyAsync(user => user.Id == viewer.UserId, cancellation))
            {
                throw RefusedException.Conflict("account.secondFactorFirst");
            }

            var stamp = Guid.NewGuid().ToString("N");

            // The concurrency stamp too: who is changed at this moment must not get the old security stamp back with the whole row.
            await without.ExecuteUpdateAsync(
                set => set.SetProperty(user => user.SecurityStamp, stamp).SetProperty(user => user.ConcurrencyStamp, stamp), cancellation);
        }

        await transaction.CommitAsync(cancellation);
        log.LogInformation("{Person} {Action} that staff need a second factor", viewer.UserId, inForce ? "decided" : "took back");
        signals.Publish(ReloadSignal.People);
    }

    private IQueryable<AppUser> Breaking() => house.Users.Where(user => user.PasswordHash != null && !user.TwoFactorEnabled
        && house.UserRoles.Any(role => role.UserId == user.Id && role.RoleId == Roles.Staff));
}

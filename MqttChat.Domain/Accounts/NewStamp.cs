using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Signals;

namespace MqttChat.Domain.Accounts;

/// <summary>
/// Stores an account with a new security stamp: what was signed in is out. The sign-in by which the change was asked for goes on, and in
/// the same transaction: seen between the two, it would count as ended, and its other pages would be sent away.
/// </summary>
public sealed class NewStamp(UserManager<AppUser> users, HouseDbContext house, SignalHub signals)
{
    /// <summary>Stores what was changed about the account.</summary>
    /// <param name="user">The changed account.</param>
    /// <param name="goesOn">The sign-in that goes on; null: none.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <param name="with">What else belongs to the change.</param>
    internal async Task StoreAsync(AppUser user, Guid? goesOn, CancellationToken cancellation, Func<Task>? with = null)
    {
        await using var transaction = await house.Database.BeginTransactionAsync(cancellation);
        if (with is not null)
        {
            await with();
        }

        AccountRules.Ensure(await users.UpdateSecurityStampAsync(user));
        var stamp = user.SecurityStamp!;
        await house.SignIns.Where(known => known.UserId == user.Id && known.Id != goesOn).ExecuteDeleteAsync(cancellation);
        await house.SignIns.Where(known => known.UserId == user.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(known => known.SecurityStamp, stamp), cancellation);
        await transaction.CommitAsync(cancellation);
        signals.Publish(ReloadSignal.People);
    }
}

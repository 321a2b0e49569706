using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Rooms;
using MqttChat.Domain.Signals;

namespace MqttChat.Domain.Accounts;

/// <summary>Makes an account with its role and its place in the room that everyone is in; set-up and registration share it.</summary>
public sealed class NewAccounts(UserManager<AppUser> users, HouseDbContext house, SignalHub signals, TimeProvider clock)
{
    /// <summary>Checks the input and hashes the password: slow on purpose, so it is done before a transaction holds anything.</summary>
    internal AppUser Prepare(string? email, string? password, string? displayName)
    {
        var address = AccountRules.Email(email);
        var user = new AppUser
        {
            UserName = address,
            Email = address,
            DisplayName = AccountRules.DisplayName(displayName),
            CreatedAt = clock.GetUtcNow(),
        };
        user.PasswordHash = users.PasswordHasher.HashPassword(user, AccountRules.Password(password));
        return user;
    }

    /// <summary>An account with a name only: until its owner adds more, the device where it is made is all that knows it.</summary>
    internal AppUser PrepareByName(string? displayName)
    {
        var user = new AppUser { DisplayName = AccountRules.DisplayName(displayName), CreatedAt = clock.GetUtcNow() };
        user.UserName = user.Id;
        return user;
    }

    /// <summary>Writes all rows of the account. Runs inside the caller's transaction.</summary>
    internal async Task AddAsync(AppUser user, string role, CancellationToken cancellation)
    {
        try
        {
            AccountRules.Ensure(await users.CreateAsync(user));
        }
        catch (DbUpdateException)
        {
            await RefuseTakenAsync(house, user, cancellation);
            throw;
        }

        house.UserRoles.Add(new IdentityUserRole<string> { UserId = user.Id, RoleId = role });
        await house.SaveChangesAsync(cancellation);
        await EveryoneRoom.AddAsync(house, user.Id, user.CreatedAt, cancellation);
    }

    /// <summary>Two of the same address at once: the second one meets the unique index. Anything else is the database's own trouble.</summary>
    internal static async Task RefuseTakenAsync(HouseDbContext house, AppUser user, CancellationToken cancellation)
    {
        house.ChangeTracker.Clear();
        if (await house.Users.AnyAsync(other => other.NormalizedUserName == user.NormalizedUserName && other.Id != user.Id, cancellation))
        {
            throw new RefusedException(RefusalKind.Conflict, "account.emailTaken", "email");
        }
    }

    /// <summary>Tells the pages; call after the commit.</summary>
    internal async Task AnnounceAsync(CancellationToken cancellation)
    {
        signals.Publish(ReloadSignal.People);
        signals.Publish(ReloadSignal.Rooms);
        foreach (var room in await house.Rooms.Where(room => room.IsEveryone).Select(room => room.Id).Take(1).ToListAsync(cancellation))
        {
            signals.Publish(ReloadSignal.Room(room));
        }
    }
}

using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Signals;

namespace MqttChat.Domain.Accounts;

/// <summary>A person as they see themselves.</summary>
public sealed record ProfileView(
    string Id, string Email, string DisplayName, string Role, string? Language, IReadOnlyList<KeyValuePair<string, string>> Tags, WaysIn Ways);

/// <summary>What a person changes about their own account.</summary>
public sealed class Profile(
    UserManager<AppUser> users, HouseDbContext house, AccountWays ways, FreshProof proof, NewStamp stamps, AttemptLimiter limiter, SignalHub signals)
{
    // A stolen, still open session must not be a way to try out the password.
    private const int PasswordTriesPerMinute = 10;

    /// <summary>The viewer's own account.</summary>
    public async Task<ProfileView> ReadAsync(Viewer viewer, CancellationToken cancellation)
    {
        var user = await FindAsync(viewer);
        var tags = await house.UserTags.Where(tag => tag.UserId == user.Id).OrderBy(tag => tag.Key).Take(AccountRules.MaxTags)
            .Select(tag => KeyValuePair.Create(tag.Key, tag.Value)).ToListAsync(cancellation);
        tags.Sort((one, other) => NameOrder.Names.Compare(one.Key, other.Key));
        var isStaff = await users.IsInRoleAsync(user, Roles.Staff);
        return new(user.Id, user.Email ?? "", user.DisplayName, isStaff ? Roles.Staff : Roles.Resident, user.Language, tags,
            await ways.OfAsync(user, cancellation));
    }

    /// <summary>Changes the name that the others see, and the language (null follows the browser).</summary>
    public async Task ChangeAsync(Viewer viewer, string? displayName, string? language)
    {
        var name = AccountRules.DisplayName(displayName);
        var chosen = AccountRules.Language(language);
        var user = await FindAsync(viewer);
        (user.DisplayName, user.Language) = (name, chosen);
        AccountRules.Ensure(await users.UpdateAsync(user));
        signals.Publish(ReloadSignal.People);
    }

    /// <summary>Replaces all tags.</summary>
    public async Task ChangeTagsAsync(
        Viewer viewer, IEnumerable<KeyValuePair<string, string>> tags, CancellationToken cancellation)
    {
        var wanted = AccountRules.Tags(tags);
        await FindAsync(viewer);
        await using var transaction = await house.Database.BeginTransactionAsync(cancellation);
        await house.UserTags.Where(tag => tag.UserId == viewer.UserId).ExecuteDeleteAsync(cancellation);
        house.UserTags.AddRange(wanted.Select(tag => new UserTag { UserId = viewer.UserId, Key = tag.Key, Value = tag.Value }));
        await house.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        signals.Publish(ReloadSignal.People);
    }

    /// <summary>Changes the password; every other session ends.</summary>
    public async Task<AppUser> ChangePasswordAsync(Viewer viewer, string? current, string? wanted, CancellationToken cancellation)
    {
        limiter.Take("password", viewer.UserId, PasswordTriesPerMinute);
        AccountRules.Password(wanted, "newPassword");
        var user = await FindAsync(viewer);
        if (string.IsNullOrEmpty(current) || current.Length > AccountRules.MaxPasswordLength || !await users.CheckPasswordAsync(user, current))
        {
            throw RefusedException.Invalid("account.passwordWrong", "currentPassword");
        }

        user.PasswordHash = users.PasswordHasher.HashPassword(user, wanted!);
        await stamps.StoreAsync(user, viewer.SignInId, cancellation);
        return user;
    }

    /// <summary>Gives an account that has none a password, and an address where it has none; every other session ends.</summary>
    /// <exception cref="RefusedException"><c>account.proofNeeded</c>, <c>account.tooManyAttempts</c>, <c>account.emailTaken</c>, <c>account.passwordThere</c>, or a field's own code.</exception>
    public async Task<AppUser> AddPasswordAsync(Viewer viewer, string? email, string? password, CancellationToken cancellation)
    {
        // The answer tells whether an address has an account.
        limiter.Take("password", viewer.UserId, PasswordTriesPerMinute);
        var user = await FindAsync(viewer);
        if (user.PasswordHash is not null)
        {
            throw RefusedException.Conflict("account.passwordThere");
        }

        await proof.EnsureAsync(viewer, cancellation);
        var (address, wanted) = (user.Email ?? AccountRules.Email(email), AccountRules.Password(password));
        user.UserName = user.Email = address;
        try
        {
            user.PasswordHash = users.PasswordHasher.HashPassword(user, wanted);
            await stamps.StoreAsync(user, viewer.SignInId, cancellation, () =>
                house.SignInLinks.Where(link => link.UserId == user.Id).ExecuteDeleteAsync(cancellation));
        }
        catch (RefusedException)
        {
            // What was refused must not show as the person's own.
            house.ChangeTracker.Clear();
            throw;
        }
        catch (DbUpdateException) when (!cancellation.IsCancellationRequested)
        {
            await NewAccounts.RefuseTakenAsync(house, user, cancellation);
            throw;
        }

        return user;
    }

    /// <summary>Ends every session of the viewer, on all devices and of all programs.</summary>
    public async Task SignOutEverywhereAsync(Viewer viewer, CancellationToken cancellation) =>
        await stamps.StoreAsync(await FindAsync(viewer), goesOn: null, cancellation);

    private async Task<AppUser> FindAsync(Viewer viewer) =>
        await users.FindByIdAsync(viewer.UserId) ?? throw RefusedException.NotFound("account");
}

using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Signals;

namespace MqttChat.Domain.Accounts;

/// <summary>What the provider says of who signed in there.</summary>
/// <param name="Issuer">The provider; with <paramref name="Subject"/> it names a person for ever.</param>
/// <param name="Subject">Its own name of the person, never given to another.</param>
/// <param name="VerifiedEmail">The address, where the provider has seen that it is theirs; else null.</param>
/// <param name="Names">What the person is called, the best first.</param>
/// <param name="IsAdmitted">Whether they may come in.</param>
/// <param name="IsStaff">Whether they are staff; null where the provider is not asked.</param>
public sealed record ProviderPerson(
    string Issuer, string Subject, string? VerifiedEmail, IReadOnlyList<string?> Names, bool IsAdmitted, bool? IsStaff);

/// <summary>The accounts of people who sign in at the house's OpenID Connect provider.</summary>
public sealed class ProviderAccounts(
    UserManager<AppUser> users, HouseDbContext house, NewAccounts accounts, People people, AccountWays ways, FreshProof proof,
    SignalHub signals, TimeProvider clock, ILogger<ProviderAccounts> log)
{
    private const string Provider = "OpenIdConnect";

    /// <summary>The person's account, made at the first time; its role is what the provider says now.</summary>
    /// <exception cref="RefusedException">
    /// <c>account.providerNotAdmitted</c>, <c>account.providerStopped</c>, <c>account.providerEmailTaken</c>: an address alone never opens
    /// an account that is there already; its owner connects the two on the profile.
    /// </exception>
    public async Task<AppUser> SignInAsync(ProviderPerson person, CancellationToken cancellation)
    {
        if (!person.IsAdmitted)
        {
            throw RefusedException.Forbidden("account.providerNotAdmitted");
        }

        var user = await users.FindByLoginAsync(Provider, KeyOf(person)) ?? await JoinAsync(person, cancellation);
        if (user.LockoutEnd >= People.Disabled)
        {
            throw RefusedException.Forbidden("account.providerStopped");
        }

        return person.IsStaff is { } staff ? await FollowAsync(user, staff ? Roles.Staff : Roles.Resident, cancellation) : user;
    }

    /// <summary>Lets the provider's person sign in to the viewer's account from now on.</summary>
    /// <exception cref="RefusedException">
    /// <c>account.proofNeeded</c>; <c>account.providerLinkTaken</c>: it is another's, or the account has one already.
    /// </exception>
    public async Task LinkAsync(Viewer viewer, ProviderPerson person, CancellationToken cancellation)
    {
        if (!person.IsAdmitted)
        {
            throw RefusedException.Forbidden("account.providerNotAdmitted");
        }

        var owner = await users.FindByLoginAsync(Provider, KeyOf(person));
        if (owner?.Id == viewer.UserId)
        {
            return;
        }

        await proof.EnsureAsync(viewer, cancellation);
        if (owner is not null || await IsLinkedAsync(viewer, cancellation) || !await AddLoginAsync(viewer.UserId, person, cancellation))
        {
            throw RefusedException.Conflict("account.providerLinkTaken");
        }

        signals.Publish(ReloadSignal.People);
    }

    /// <summary>
    /// Whether a sign-in at the provider shows that it is the person (<see cref="FreshProof"/>). In a browser that the provider knows it
    /// asks for nothing, so it counts only where it tells that it asked just then, and the account has nothing else to show.
    /// </summary>
    /// <param name="user">Whose account.</param>
    /// <param name="signedInAt">When the provider last asked them who they are; null where it does not tell.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<bool> ProvesAsync(AppUser user, DateTimeOffset? signedInAt, CancellationToken cancellation) =>
        proof.IsFresh(signedInAt) && (await ways.OfAsync(user, cancellation)).OnlyProvider;

    /// <summary>
    /// Shows by the provider that it is the viewer who asks. It was told to ask anew, so where it does not tell when it did
    /// (<paramref name="signedInAt"/> is null) it is believed.
    /// </summary>
    /// <exception cref="RefusedException"><c>account.providerNotConfirmed</c>: it is another, or the provider did not ask anew.</exception>
    public async Task<AppUser> ConfirmAsync(Viewer viewer, ProviderPerson person, DateTimeOffset? signedInAt, CancellationToken cancellation) =>
        await users.FindByLoginAsync(Provider, KeyOf(person)) is { } owner && owner.Id == viewer.UserId
            && await ProvesAsync(owner, signedInAt ?? clock.GetUtcNow(), cancellation)
            ? owner
            : throw RefusedException.Forbidden("account.providerNotConfirmed");

    /// <summary>Ends that.</summary>
    /// <exception cref="RefusedException">
    /// <c>account.proofNeeded</c>; <c>account.providerOnlyWay</c>: there must be another way in.
    /// </exception>
    public async Task UnlinkAsync(Viewer viewer, CancellationToken cancellation)
    {
        await using var transaction = await house.Database.BeginTransactionAsync(cancellation);
        await ways.LockAsync(viewer.UserId, cancellation);
        var user = await users.FindByIdAsync(viewer.UserId) ?? throw RefusedException.NotFound("account");
        await proof.EnsureAsync(viewer, cancellation);
        if (await ways.OfAsync(user, cancellation) is { HasPassword: false, Passkeys: 0 })
        {
            throw RefusedException.Conflict("account.providerOnlyWay");
        }

        await house.UserLogins.Where(login => login.UserId == viewer.UserId && login.LoginProvider == Provider).ExecuteDeleteAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        signals.Publish(ReloadSignal.People);
    }

    /// <summary>Whether the viewer can sign in at the provider.</summary>
    public Task<bool> IsLinkedAsync(Viewer viewer, CancellationToken cancellation) =>
        house.UserLogins.AnyAsync(login => login.UserId == viewer.UserId && login.LoginProvider == Provider, cancellation);

    // As a hash: both parts differ by case too, which SQL Server's usual collation would not see, and may be longer than the column.
    private static string KeyOf(ProviderPerson person) => SecretCode.HashOf($"{person.Issuer}\n{person.Subject}");

    private async Task<AppUser> JoinAsync(ProviderPerson person, CancellationToken cancellation)
    {
        var user = accounts.PrepareByName(AccountRules.NameOf(person.Names));
        if (person.VerifiedEmail is { } email)
        {
            (user.UserName, user.Email, user.EmailConfirmed) = (email, email, true);
        }

        await using (var transaction = await house.Database.BeginTransactionAsync(cancellation))
        {
            try
            {
                await accounts.AddAsync(user, Roles.Resident, cancellation);
            }
            catch (RefusedException refusal) when (refusal.Code == "account.emailTaken")
            {
                await transaction.RollbackAsync(cancellation);
                return await AgainAsync(person) ?? throw RefusedException.Conflict("account.providerEmailTaken");
            }

            if (!await AddLoginAsync(user.Id, person, cancellation))
            {
                await transaction.RollbackAsync(cancellation);
                return await AgainAsync(person) ?? throw RefusedException.Conflict("account.providerLinkTaken");
            }

            await transaction.CommitAsync(cancellation);
        }

        await accounts.AnnounceAsync(cancellation);
        return user;
    }

    // The same person in two tabs: the other one made the account.
    private Task<AppUser?> AgainAsync(ProviderPerson person)
    {
        house.ChangeTracker.Clear();
        return users.FindByLoginAsync(Provider, KeyOf(person));
    }

    private async Task<bool> AddLoginAsync(string userId, ProviderPerson person, CancellationToken cancellation)
    {
        var key = KeyOf(person);
        var login = new IdentityUserLogin<string> { LoginProvider = Provider, ProviderKey = key, ProviderDisplayName = person.Issuer, UserId = userId };
        house.UserLogins.Add(login);
        try
        {
            await house.SaveChangesAsync(cancellation);
            return true;
        }
        catch (DbUpdateException) when (!cancellation.IsCancellationRequested)
        {
            house.Entry(login).State = EntityState.Detached;
            if (await house.UserLogins.AnyAsync(known => known.LoginProvider == Provider && known.ProviderKey == key, cancellation))
            {
                return false;
            }

            throw;
        }
    }

    private async Task<AppUser> FollowAsync(AppUser user, string role, CancellationToken cancellation)
    {
        if (await house.UserRoles.AnyAsync(row => row.UserId == user.Id && row.RoleId == role, cancellation))
        {
            return user;
        }

        try
        {
            await people.SetRoleAsync(user.Id, role, cancellation);
            log.LogInformation("The provider made {Person} {Role}", user.Id, role);
        }
        catch (RefusedException refusal) when (refusal.Code == "account.lastStaff")
        {
            log.LogWarning("The provider no longer says that {Person} is staff; kept, as nobody else is", user.Id);

            // What was not stored must not get into the cookie.
            house.ChangeTracker.Clear();
        }

        return await users.FindByIdAsync(user.Id) ?? throw RefusedException.NotFound("account");
    }
}

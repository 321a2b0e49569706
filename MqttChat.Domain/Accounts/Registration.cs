using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using MqttChat.Domain.Persistence;

namespace MqttChat.Domain.Accounts;

/// <summary>What someone who joins gives.</summary>
public sealed record NewPerson(string? Email, string? Password, string? DisplayName, string? Invitation);

/// <summary>Lets people join, by invitation or, where the house is open, without.</summary>
public sealed class Registration(
    HouseDbContext house, NewAccounts accounts, Invitations invitations, AttemptLimiter limiter, IOptions<AccountOptions> options,
    IOptions<AccountLimits> limits)
{
    /// <summary>Whether an invitation is needed.</summary>
    public bool IsByInvitation => options.Value.Registration == RegistrationMode.InviteOnly;

    /// <summary>Makes the account and lets it into the room that everyone is in.</summary>
    /// <exception cref="RefusedException"><c>invitation.invalid</c>, <c>account.emailTaken</c>, or a field's own code.</exception>
    public async Task<AppUser> JoinAsync(NewPerson person, string address, CancellationToken cancellation)
    {
        await CheckAsync(person.Invitation, address, cancellation);
        var user = accounts.Prepare(person.Email, person.Password, person.DisplayName);
        await AddAsync(user, person.Invitation, cancellation);
        return user;
    }

    /// <summary>Lets somebody in by an invitation and a name alone. Staff, who can do more, need something to sign in with.</summary>
    /// <exception cref="RefusedException"><c>invitation.invalid</c>, <c>invitation.staffNeedPassword</c>, <c>account.displayNameInvalid</c>.</exception>
    public async Task<AppUser> JoinByNameAsync(string? displayName, string invitation, string address, CancellationToken cancellation)
    {
        await CheckAsync(invitation, address, cancellation);
        if (await invitations.RoleAsync(invitation, cancellation) == Roles.Staff)
        {
            throw RefusedException.Invalid("invitation.staffNeedPassword", "email");
        }

        var user = accounts.PrepareByName(displayName);
        await AddAsync(user, invitation, cancellation);
        return user;
    }

    /// <summary>The room that everyone is in, where who joins arrives; null where there is none.</summary>
    public Task<int?> FirstRoomAsync(CancellationToken cancellation) =>
        house.Rooms.Where(room => room.IsEveryone).OrderBy(room => room.Id).Select(room => (int?)room.Id).FirstOrDefaultAsync(cancellation);

    private async Task CheckAsync(string? invitation, string address, CancellationToken cancellation)
    {
        // A housewarming joins from one address: six times as many as sign-ins.
        limiter.Take("join", address, limits.Value.LoginsPerAddressPerMinute * 6);
        if (string.IsNullOrWhiteSpace(invitation) ? IsByInvitation : await invitations.RoleAsync(invitation, cancellation) is null)
        {
            throw Invitations.Refused();
        }
    }

    private async Task AddAsync(AppUser user, string? invitation, CancellationToken cancellation)
    {
        await using var transaction = await house.Database.BeginTransactionAsync(cancellation);
        var role = string.IsNullOrWhiteSpace(invitation) ? Roles.Resident : await invitations.RedeemAsync(invitation, cancellation);
        await accounts.AddAsync(user, role, cancellation);
        await transaction.CommitAsync(cancellation);
        await accounts.AnnounceAsync(cancellation);
    }
}

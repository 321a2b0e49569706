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
        // A housewarming joins from one address: six times as many as sign-ins.
        limiter.Take("join", address, limits.Value.LoginsPerAddressPerMinute * 6);
        var hasInvitation = !string.IsNullOrWhiteSpace(person.Invitation);
        if (hasInvitation ? !await invitations.WorksAsync(person.Invitation, cancellation) : IsByInvitation)
        {
            throw Invitations.Refused();
        }

        var user = accounts.Prepare(person.Email, person.Password, person.DisplayName);
        await using var transaction = await house.Database.BeginTransactionAsync(cancellation);
        var role = hasInvitation ? await invitations.RedeemAsync(person.Invitation, cancellation) : Roles.Resident;
        await accounts.AddAsync(user, role, cancellation);
        await transaction.CommitAsync(cancellation);
        await accounts.AnnounceAsync(cancellation);
        return user;
    }
}

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using MqttChat.Domain.Persistence;

namespace MqttChat.Domain.Accounts;

/// <summary>By what a person can sign in on a device that does not know them.</summary>
/// <param name="HasPassword">E-mail address and password.</param>
/// <param name="Passkeys">How many passkeys.</param>
/// <param name="Providers">How many accounts at the house's provider; none where the house has no provider (any more).</param>
public sealed record WaysIn(bool HasPassword, int Passkeys, int Providers)
{
    /// <summary>Whether there is any. Without one, the devices that are signed in are all that knows the person.</summary>
    public bool Any => Count > 0;

    /// <summary>How many; the last one is not taken away.</summary>
    public int Count => (HasPassword ? 1 : 0) + Passkeys + Providers;

    /// <summary>Whether the provider is all there is.</summary>
    public bool OnlyProvider => this is { HasPassword: false, Passkeys: 0, Providers: > 0 };
}

/// <summary>Finds out by what accounts can be signed in to as the house is set up now.</summary>
public sealed class AccountWays(HouseDbContext house, IOptions<AccountOptions> options)
{
    /// <summary>Whether accounts at a provider open anything: a provider that was taken out of the settings lets nobody in.</summary>
    internal bool HasProvider => options.Value.OpenIdConnect.IsSet;

    /// <summary>Those of one account.</summary>
    public async Task<WaysIn> OfAsync(AppUser user, CancellationToken cancellation) => new(
        user.PasswordHash is not null,
        await house.UserPasskeys.CountAsync(passkey => passkey.UserId == user.Id, cancellation),
        HasProvider ? await house.UserLogins.CountAsync(login => login.UserId == user.Id, cancellation) : 0);

    /// <summary>
    /// Inside a transaction, before one is taken away or added: two changes of one account come one after the other, and each counts what
    /// the other left.
    /// </summary>
    internal Task LockAsync(string userId, CancellationToken cancellation) =>
        house.Users.Where(user => user.Id == userId)
            .ExecuteUpdateAsync(set => set.SetProperty(user => user.DisplayName, user => user.DisplayName), cancellation);
}

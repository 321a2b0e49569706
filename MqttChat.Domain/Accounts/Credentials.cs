using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace MqttChat.Domain.Accounts;

/// <summary>
/// Checks e-mail and password, for the page and the API. Unknown account, wrong password, locked and disabled get the same
/// answer after the same time, so that nobody learns who lives here.
/// </summary>
public sealed class Credentials(
    UserManager<AppUser> users, FailedTries tries, AttemptLimiter limiter, UnknownAccount unknown, IOptions<AccountLimits> limits,
    TimeProvider clock)
{
    // A failure is answered on this grid: what differs between the cases (a counter written or not) drowns in it.
    private static readonly TimeSpan Grid = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// The person, or null when e-mail and password do not open an account. With <see cref="IdentityUser{TKey}.TwoFactorEnabled"/> that is
    /// half the way: <see cref="SecondFactor"/> has to be asked too.
    /// </summary>
    /// <exception cref="RefusedException"><c>account.tooManyAttempts</c></exception>
    public async Task<AppUser?> CheckAsync(string? email, string? password, string address, CancellationToken cancellation)
    {
        limiter.Take("login", address, limits.Value.LoginsPerAddressPerMinute);
        var started = clock.GetTimestamp();
        var user = await FindAsync(email, password, cancellation);
        if (user is null)
        {
            var elapsed = clock.GetElapsedTime(started);
            await Task.Delay(Grid - TimeSpan.FromTicks(elapsed.Ticks % Grid.Ticks), clock, cancellation);
        }

        return user;
    }

    private async Task<AppUser?> FindAsync(string? email, string? password, CancellationToken cancellation)
    {
        if (string.IsNullOrWhiteSpace(email) || email.Length > AccountRules.MaxEmailLength
            || string.IsNullOrEmpty(password) || password.Length > AccountRules.MaxPasswordLength)
        {
            return null;
        }

        var user = await users.FindByEmailAsync(email.Trim());
        if (user?.PasswordHash is null)
        {
            unknown.Hash(password);
            return null;
        }

        if (!await users.CheckPasswordAsync(user, password))
        {
            await tries.CountAsync(user, cancellation);
            return null;
        }

        if (user.LockoutEnd > clock.GetUtcNow())
        {
            return null;
        }

        // With a second factor the password is half the way: to forget the tries here would give an endless number at its codes.
        if (!user.TwoFactorEnabled)
        {
            await tries.ForgetAsync(user, cancellation);
        }

        return user;
    }
}

/// <summary>Stands in for an account that is not there: it costs as much time as a real one.</summary>
public sealed class UnknownAccount
{
    private readonly IPasswordHasher<AppUser> _hasher;
    private readonly AppUser _nobody = new() { DisplayName = "nobody" };
    private readonly string _hash;

    /// <summary>Hashes once, at start, so that the first visitor pays nothing extra.</summary>
    public UnknownAccount(IPasswordHasher<AppUser> hasher)
    {
        _hasher = hasher;
        _hash = hasher.HashPassword(_nobody, SecretCode.New());
    }

    /// <summary>Spends the time of a password check.</summary>
    public void Hash(string password) => _hasher.VerifyHashedPassword(_nobody, _hash, password);
}

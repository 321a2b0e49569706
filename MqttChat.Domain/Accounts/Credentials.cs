using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace MqttChat.Domain.Accounts;

/// <summary>
/// Checks e-mail and password, for the page and the API. Unknown account, wrong password, locked and disabled get the same
/// answer after the same time, so that nobody learns who lives here. An account that strangers' guesses have locked still opens on a
/// device on which its owner signed in before (<see cref="KnownDevice"/>), which has tries of its own.
/// </summary>
public sealed class Credentials(
    UserManager<AppUser> users, FailedTries tries, DeviceTries deviceTries, AttemptLimiter limiter, UnknownAccount unknown, IOptions<AccountLimits> limits,
    TimeProvider clock)
{
    // A failure is answered on this grid: what differs between the cases (a counter written or not) drowns in it.
    private static readonly TimeSpan Grid = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// The person, or null when e-mail and password do not open an account. With <see cref="IdentityUser{TKey}.TwoFactorEnabled"/> that is
    /// half the way: <see cref="SecondFactor"/> has to be asked too.
    /// </summary>
    /// <exception cref="RefusedException"><c>account.tooManyAttempts</c></exception>
    public async Task<AppUser?> CheckAsync(string? email, string? password, SignInFrom from, CancellationToken cancellation)
    {
        var isPossible = !string.IsNullOrWhiteSpace(email) && email.Length <= AccountRules.MaxEmailLength
            && !string.IsNullOrEmpty(password) && password.Length <= AccountRules.MaxPasswordLength;

        // Looked up before the limit only for who shows a device's cookie, which no stranger has.
        var user = isPossible && from.Device is not null ? await users.FindByEmailAsync(email!.Trim()) : null;
        limiter.Take("login", from.KeyFor(user), limits.Value.LoginsPerAddressPerMinute);
        var started = clock.GetTimestamp();
        user = isPossible && await IsRightAsync(user ??= await users.FindByEmailAsync(email!.Trim()), password!, from.Device, cancellation) ? user : null;
        if (user is null)
        {
            var elapsed = clock.GetElapsedTime(started);
            await Task.Delay(Grid - TimeSpan.FromTicks(elapsed.Ticks % Grid.Ticks), clock, cancellation);
        }

        return user;
    }

    private async Task<bool> IsRightAsync(AppUser? user, string password, KnownDevice? device, CancellationToken cancellation)
    {
        if (user?.PasswordHash is null)
        {
            unknown.Hash(password);
            return false;
        }

        var isOwn = device?.Knows(user) == true && deviceTries.Take(device.Id, user.Id);
        if (!await users.CheckPasswordAsync(user, password))
        {
            // On a device of its own the guesses of a child lock nobody out elsewhere either.
            if (!isOwn)
            {
                await tries.CountAsync(user, cancellation);
            }

            return false;
        }

        if (isOwn ? user.LockoutEnd >= People.Disabled : user.LockoutEnd > clock.GetUtcNow())
        {
            return false;
        }

        // With a second factor the password is half the way: to forget the tries here would give an endless number at its codes.
        if (!user.TwoFactorEnabled)
        {
            await ForgetAsync(user, isOwn ? device : null, cancellation);
        }

        return true;
    }

    private async Task ForgetAsync(AppUser user, KnownDevice? device, CancellationToken cancellation)
    {
        if (device is not null)
        {
            // The strangers' tries stay counted: they are not the owner's to forget.
            deviceTries.Forget(device.Id, user.Id);
            return;
        }

        await tries.ForgetAsync(user, cancellation);
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

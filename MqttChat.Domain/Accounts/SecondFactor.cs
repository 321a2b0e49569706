using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace MqttChat.Domain.Accounts;

/// <summary>The second half of a sign-in by password: a code of the authenticator app, or a recovery code. For the page and the API.</summary>
public sealed class SecondFactor(UserManager<AppUser> users, FailedTries tries, AttemptLimiter limiter, IOptions<AccountLimits> limits)
{
    /// <summary>
    /// Whether the code is right; it does not work again. Wrong ones count as wrong passwords do, and a locked account accepts none.
    /// </summary>
    /// <exception cref="RefusedException"><c>account.tooManyAttempts</c></exception>
    public Task<bool> CheckAsync(AppUser user, string? code, string address, CancellationToken cancellation)
    {
        limiter.Take("second", address, limits.Value.LoginsPerAddressPerMinute);
        return UseAsync(user, code, cancellation);
    }

    /// <summary>The same without a limit by address.</summary>
    internal async Task<bool> UseAsync(AppUser user, string? code, CancellationToken cancellation)
    {
        if (!user.TwoFactorEnabled || !await tries.TakeAsync(user, cancellation))
        {
            return false;
        }

        var right = AuthenticatorCode.Read(code) is { } digits
            ? await users.VerifyTwoFactorTokenAsync(user, users.Options.Tokens.AuthenticatorTokenProvider, digits)
            : RecoveryCodes.HashOf(code) is { } hash && (await users.RedeemTwoFactorRecoveryCodeAsync(user, hash)).Succeeded;
        if (right)
        {
            await tries.ForgetAsync(user, cancellation);
        }
        else
        {
            await tries.LockAsync(user, cancellation);
        }

        return right;
    }
}

using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace MqttChat.Domain.Accounts;

/// <summary>The second half of a sign-in by password: a code of the authenticator app, or a recovery code. For the page and the API.</summary>
public sealed class SecondFactor(UserManager<AppUser> users, FailedTries tries, DeviceTries deviceTries, AttemptLimiter limiter, IOptions<AccountLimits> limits)
{
    /// <summary>
    /// Whether the code is right; it does not work again. Wrong ones count as wrong passwords do, and a locked account accepts none.
    /// </summary>
    /// <exception cref="RefusedException"><c>account.tooManyAttempts</c></exception>
    public Task<bool> CheckAsync(AppUser user, string? code, SignInFrom from, CancellationToken cancellation)
    {
        limiter.Take("second", from.KeyFor(user), limits.Value.LoginsPerAddressPerMinute);
        return UseAsync(user, code, from.Device, cancellation);
    }

    /// <summary>The same without a limit by address.</summary>
    internal async Task<bool> UseAsync(AppUser user, string? code, KnownDevice? device, CancellationToken cancellation)
    {
        var isOwn = user.TwoFactorEnabled && !(user.LockoutEnd >= People.Disabled)
            && device?.Knows(user) == true && deviceTries.Take(device.Id, user.Id);
        if (!user.TwoFactorEnabled || (!isOwn && !await tries.TakeAsync(user, cancellation)))
        {
            return false;
        }

        var right = AuthenticatorCode.Read(code) is { } digits
            ? await users.VerifyTwoFactorTokenAsync(user, users.Options.Tokens.AuthenticatorTokenProvider, digits)
            : RecoveryCodes.HashOf(code) is { } hash && (await users.RedeemTwoFactorRecoveryCodeAsync(user, hash)).Succeeded;
        if (isOwn)
        {
            if (right)
            {
                deviceTries.Forget(device!.Id, user.Id);
            }
        }
        else if (right)
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

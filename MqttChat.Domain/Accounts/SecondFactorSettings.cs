using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using MqttChat.Domain.Persistence;

namespace MqttChat.Domain.Accounts;

/// <summary>How a person's second factor stands.</summary>
/// <param name="HasPassword">Only then there is one: it guards the password.</param>
/// <param name="IsOn">Whether it is asked for.</param>
/// <param name="CodesLeft">Unused recovery codes.</param>
/// <param name="Email">Names the account in the app.</param>
public sealed record SecondFactorView(bool HasPassword, bool IsOn, int CodesLeft, string Email);

/// <summary>Sets up and takes away a second factor. Each change makes a new security stamp: all other sessions end, and no device is remembered.</summary>
public sealed class SecondFactorSettings(
    UserManager<AppUser> users, IUserStore<AppUser> store, HouseDbContext house, FreshProof proof, NewStamp stamps, AttemptLimiter limiter,
    TimeProvider clock, ILogger<SecondFactorSettings> log)
{
    // A stolen, still open session must not be a way to try out the password.
    private const int TriesPerMinute = 10;

    // Under which Identity's store keeps what belongs to itself.
    private const string StoreName = "[AspNetUserStore]";

    /// <summary>The viewer's own.</summary>
    public async Task<SecondFactorView> ReadAsync(Viewer viewer)
    {
        var user = await FindAsync(viewer.UserId);
        return new(user.PasswordHash is not null, user.TwoFactorEnabled, user.TwoFactorEnabled ? await users.CountRecoveryCodesAsync(user) : 0, user.Email ?? "");
    }

    /// <summary>Turns it on with a key that the person's app has read, which a code of it shows; returns the recovery codes.</summary>
    /// <exception cref="RefusedException">
    /// <c>account.secondFactorNoPassword</c>, <c>account.secondFactorOn</c>, <c>account.passwordWrong</c>, <c>account.codeWrong</c>
    /// </exception>
    public async Task<(AppUser User, IReadOnlyList<string> Codes)> TurnOnAsync(
        Viewer viewer, string? key, string? password, string? code, CancellationToken cancellation)
    {
        limiter.Take("password", viewer.UserId, TriesPerMinute);
        var user = await WithPasswordAsync(viewer);
        if (user.TwoFactorEnabled)
        {
            throw RefusedException.Conflict("account.secondFactorOn");
        }

        // Else whoever finds an open page could lock its owner out.
        if (password is not { Length: > 0 and <= AccountRules.MaxPasswordLength } || !await users.CheckPasswordAsync(user, password))
        {
            throw RefusedException.Invalid("account.passwordWrong", "currentPassword");
        }

        if (!AuthenticatorCode.IsKey(key) || AuthenticatorCode.StepOf(key!, code, clock.GetUtcNow()) is not { } step)
        {
            throw RefusedException.Invalid("account.codeWrong", "code");
        }

        await ((IUserAuthenticatorKeyStore<AppUser>)store).SetAuthenticatorKeyAsync(user, key!, cancellation);
        (user.TwoFactorEnabled, user.LastCodeStep) = (true, step);
        return (user, await RenewCodesAsync(user, viewer, cancellation));
    }

    /// <summary>Makes the old recovery codes worthless and returns new ones.</summary>
    /// <exception cref="RefusedException"><c>account.proofNeeded</c>, <c>account.secondFactorOff</c></exception>
    public async Task<(AppUser User, IReadOnlyList<string> Codes)> NewCodesAsync(Viewer viewer, CancellationToken cancellation)
    {
        var user = await WithPasswordAsync(viewer);
        await proof.EnsureAsync(viewer, cancellation);
        return user.TwoFactorEnabled
            ? (user, await RenewCodesAsync(user, viewer, cancellation))
            : throw RefusedException.Conflict("account.secondFactorOff");
    }

    /// <summary>Turns it off.</summary>
    /// <exception cref="RefusedException"><c>account.proofNeeded</c></exception>
    public async Task<AppUser> TurnOffAsync(Viewer viewer, CancellationToken cancellation)
    {
        var user = await WithPasswordAsync(viewer);
        await proof.EnsureAsync(viewer, cancellation);
        await RemoveAsync(user, viewer.SignInId, cancellation);
        return user;
    }

    /// <summary>Staff take it away from someone who lost phone and recovery codes; the log keeps who did. From other staff with a proof only.</summary>
    /// <exception cref="RefusedException">
    /// <c>account.proofNeeded</c>; <c>account.secondFactorOwn</c>: one's own goes on one's own page.
    /// </exception>
    public async Task TakeAwayAsync(Viewer viewer, string userId, CancellationToken cancellation)
    {
        if (!viewer.IsStaff)
        {
            throw RefusedException.Forbidden("account.staffOnly");
        }

        if (userId == viewer.UserId)
        {
            throw RefusedException.Conflict("account.secondFactorOwn");
        }

        var user = await FindAsync(userId);
        await proof.EnsureToOpenAsync(viewer, user, cancellation);
        await RemoveAsync(user, goesOn: null, cancellation);
        log.LogWarning("{Staff} took away the second factor of {Person}", viewer.UserId, userId);
    }

    /// <summary>Takes it away for whoever can run the program on the house's database; false where nobody has that address.</summary>
    public async Task<bool> TakeAwayByOperatorAsync(string email, CancellationToken cancellation)
    {
        if (await users.FindByEmailAsync(email) is not { } user)
        {
            return false;
        }

        await RemoveAsync(user, goesOn: null, cancellation);
        log.LogWarning("The second factor of {Person} was taken away from the command line", user.Id);
        return true;
    }

    private async Task<AppUser> FindAsync(string userId) => await users.FindByIdAsync(userId) ?? throw RefusedException.NotFound("account");

    private async Task<AppUser> WithPasswordAsync(Viewer viewer)
    {
        var user = await FindAsync(viewer.UserId);
        return user.PasswordHash is not null ? user : throw RefusedException.Conflict("account.secondFactorNoPassword");
    }

    private async Task<IReadOnlyList<string>> RenewCodesAsync(AppUser user, Viewer viewer, CancellationToken cancellation)
    {
        var codes = RecoveryCodes.New();
        await ((IUserTwoFactorRecoveryCodeStore<AppUser>)store).ReplaceCodesAsync(user, codes.Select(code => RecoveryCodes.HashOf(code)!), cancellation);
        await stamps.StoreAsync(user, viewer.SignInId, cancellation);
        return codes;
    }

    private Task RemoveAsync(AppUser user, Guid? goesOn, CancellationToken cancellation)
    {
        (user.TwoFactorEnabled, user.LastCodeStep) = (false, null);

        // With it go key and recovery codes.
        return stamps.StoreAsync(user, goesOn, cancellation, () =>
            house.UserTokens.Where(token => token.UserId == user.Id && token.LoginProvider == StoreName).ExecuteDeleteAsync(cancellation));
    }
}

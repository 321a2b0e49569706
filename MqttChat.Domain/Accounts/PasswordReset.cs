using System.Buffers.Text;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using MqttChat.Domain.Persistence;

namespace MqttChat.Domain.Accounts;

/// <summary>What a reset link carries. It works once: a new password makes a new security stamp, which the token is bound to.</summary>
public sealed record ResetTicket(string UserId, string Token)
{
    /// <summary>The page's address under the site's.</summary>
    public string Path => $"account/reset?user={Uri.EscapeDataString(UserId)}&token={Token}";
}

/// <summary>New passwords for those who forgot theirs.</summary>
public sealed class PasswordReset(
    UserManager<AppUser> users, HouseDbContext house, FreshProof proof, NewStamp stamps, AttemptLimiter limiter, IOptions<AccountLimits> limits,
    TimeProvider clock)
{
    /// <summary>A ticket that a member of staff hands out. One that opens their own or another's staff account needs a proof.</summary>
    /// <exception cref="RefusedException"><c>account.noAddress</c>, <c>account.proofNeeded</c></exception>
    public async Task<ResetTicket> ByStaffAsync(Viewer viewer, string userId, CancellationToken cancellation)
    {
        if (!viewer.IsStaff)
        {
            throw RefusedException.Forbidden("account.staffOnly");
        }

        var user = await users.FindByIdAsync(userId) ?? throw RefusedException.NotFound("account");
        await proof.EnsureToOpenAsync(viewer, user, cancellation);

        // A password without an address opens nothing: those without one get a link to sign in by.
        return user.Email is null ? throw RefusedException.Conflict("account.noAddress") : await TicketAsync(user);
    }

    /// <summary>A ticket for the mail; null where nobody has that address.</summary>
    public async Task<(AppUser User, ResetTicket Ticket)?> ByMailAsync(string email)
    {
        var user = await users.FindByEmailAsync(email);
        return user is null ? null : (user, await TicketAsync(user));
    }

    /// <summary>A ticket from the command line, for a member of staff, who can then also sign in again; null where there is none.</summary>
    public async Task<ResetTicket?> ByOperatorAsync(string email, CancellationToken cancellation)
    {
        var user = await users.FindByEmailAsync(email);
        if (user is null || !await users.IsInRoleAsync(user, Roles.Staff))
        {
            return null;
        }

        await house.Users.Where(known => known.Id == user.Id).ExecuteUpdateAsync(
            set => set.SetProperty(known => known.LockoutEnd, (DateTimeOffset?)null).SetProperty(known => known.AccessFailedCount, 0),
            cancellation);
        return await TicketAsync(user);
    }

    /// <summary>Whether the account needs more than the new password to come in.</summary>
    public async Task<bool> HasSecondFactorAsync(string email) => await users.FindByEmailAsync(email) is { TwoFactorEnabled: true };

    /// <summary>Sets the new password; all sessions end, a lockout (not staff's stop) too. A second factor stays, and is asked for.</summary>
    /// <exception cref="RefusedException"><c>account.resetLinkInvalid</c> for every ticket that does not work.</exception>
    public async Task UseAsync(string? userId, string? token, string? password, string address, CancellationToken cancellation)
    {
        limiter.Take("reset", address, limits.Value.LoginsPerAddressPerMinute);
        var wanted = AccountRules.Password(password);
        var user = userId is { Length: > 0 and <= 450 } ? await users.FindByIdAsync(userId) : null;
        if (user is null || token is null || !Base64Url.IsValid(token))
        {
            throw RefusedException.Invalid("account.resetLinkInvalid");
        }

        var soon = clock.GetUtcNow().AddYears(1);
        await stamps.StoreAsync(user, goesOn: null, cancellation, async () =>
        {
            AccountRules.Ensure(await users.ResetPasswordAsync(user, Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token)), wanted));
            if (user.LockoutEnd < soon)
            {
                (user.LockoutEnd, user.AccessFailedCount) = (null, 0);
            }
        });
    }

    private async Task<ResetTicket> TicketAsync(AppUser user) =>
        new(user.Id, Base64Url.EncodeToString(Encoding.UTF8.GetBytes(await users.GeneratePasswordResetTokenAsync(user))));
}

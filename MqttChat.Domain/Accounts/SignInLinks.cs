using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using MqttChat.Domain.Persistence;

namespace MqttChat.Domain.Accounts;

/// <summary>A new link; its code is told here and never again.</summary>
public sealed record MadeSignInLink(string DisplayName, string Code, DateTimeOffset ExpiresAt)
{
    /// <summary>The page's address under the site's.</summary>
    public string Path => $"welcome/{Code}";
}

/// <summary>Whom a link is for.</summary>
public sealed record SignInLinkOwner(string UserId, string DisplayName);

/// <summary>
/// Links by which staff let one person in again who has neither e-mail address nor password: a new phone, a lost passkey. Each works
/// once; who has an address gets a link for a new password instead (<see cref="PasswordReset"/>).
/// </summary>
public sealed class SignInLinks(HouseDbContext house, FreshProof proof, AttemptLimiter limiter, IOptions<AccountLimits> limits, TimeProvider clock)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    /// <summary>
    /// Makes one; an older one of the same person stops working. One that opens their own or another's staff account needs a proof.
    /// </summary>
    /// <exception cref="RefusedException"><c>account.linkNotNeeded</c>, <c>account.proofNeeded</c></exception>
    public async Task<MadeSignInLink> MakeAsync(Viewer viewer, string userId, CancellationToken cancellation)
    {
        if (!viewer.IsStaff)
        {
            throw RefusedException.Forbidden("account.staffOnly");
        }

        var person = await house.Users.FirstOrDefaultAsync(user => user.Id == userId, cancellation) ?? throw RefusedException.NotFound("account");
        if (person.Email is not null)
        {
            throw RefusedException.Conflict("account.linkNotNeeded");
        }

        await proof.EnsureToOpenAsync(viewer, person, cancellation);
        var (code, now) = (SecretCode.New(), clock.GetUtcNow());
        await using var transaction = await house.Database.BeginTransactionAsync(cancellation);
        await house.SignInLinks.Where(old => old.UserId == userId || old.ExpiresAt < now).ExecuteDeleteAsync(cancellation);
        house.SignInLinks.Add(new SignInLink
        {
            UserId = userId, CodeHash = SecretCode.HashOf(code), ExpiresAt = now + Lifetime, CreatedAt = now, CreatedById = viewer.UserId,
        });
        await house.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return new(person.DisplayName, code, now + Lifetime);
    }

    /// <summary>Whom a code would sign in now; null where it would nobody. Nothing is used up.</summary>
    public Task<SignInLinkOwner?> OwnerAsync(string? code, CancellationToken cancellation) =>
        Working(code).Select(user => new SignInLinkOwner(user.Id, user.DisplayName)).FirstOrDefaultAsync(cancellation);

    /// <summary>Uses a code up. Unknown, expired, used, replaced, and one of somebody stopped by staff get the same answer.</summary>
    /// <exception cref="RefusedException"><c>account.linkInvalid</c></exception>
    public async Task<AppUser> UseAsync(string? code, string address, CancellationToken cancellation)
    {
        limiter.Take("link", address, limits.Value.LoginsPerAddressPerMinute);
        var hash = SecretCode.HashOf(code ?? "");
        var user = await Working(code).FirstOrDefaultAsync(cancellation);

        // The delete is what counts: of two taps at once, one signs in.
        return user is not null && await house.SignInLinks.Where(link => link.CodeHash == hash).ExecuteDeleteAsync(cancellation) > 0
            ? user
            : throw RefusedException.Invalid("account.linkInvalid");
    }

    private IQueryable<AppUser> Working(string? code)
    {
        var (hash, now) = (SecretCode.HashOf(code ?? ""), clock.GetUtcNow());
        return house.Users.Where(user => (user.LockoutEnd == null || user.LockoutEnd <= now)
            && house.SignInLinks.Any(link => link.UserId == user.Id && link.CodeHash == hash && link.ExpiresAt > now));
    }
}

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using MqttChat.Domain.Persistence;

namespace MqttChat.Domain.Accounts;

/// <summary>What staff ask for; what is left out gets a default.</summary>
/// <param name="Role">Resident if left out.</param>
/// <param name="Uses">1 to 1,000 people; 1 if left out.</param>
/// <param name="ExpiresAt">At most a year ahead; in 7 days if left out.</param>
/// <param name="Label">For whom, in staff's own words; may be left out.</param>
public sealed record InvitationRequest(string? Role = null, int? Uses = null, DateTimeOffset? ExpiresAt = null, string? Label = null);

/// <summary>A new invitation; its code is told here and never again.</summary>
public sealed record MadeInvitation(int Id, string Code, DateTimeOffset ExpiresAt);

/// <summary>An invitation that still works.</summary>
public sealed record StandingInvitation(int Id, string Role, int UsesLeft, DateTimeOffset ExpiresAt, DateTimeOffset CreatedAt, string CreatedBy, string? Label);

/// <summary>The links by which people join.</summary>
public sealed class Invitations(HouseDbContext house, FreshProof proof, IOptions<AccountLimits> limits, TimeProvider clock)
{
    /// <summary>Most people that one invitation lets in.</summary>
    public const int MaxUses = 1000;

    /// <summary>Most invitations that stand at once.</summary>
    public const int MaxStanding = 500;

    /// <summary>Makes one; for staff with a proof only: who finds an open page must not become staff by it.</summary>
    /// <exception cref="RefusedException"><c>account.proofNeeded</c>, <c>invitation.tooMany</c>, <c>invitation.tooManyOfOne</c></exception>
    public async Task<MadeInvitation> MakeAsync(Viewer viewer, InvitationRequest wanted, CancellationToken cancellation)
    {
        OnlyStaff(viewer);
        var now = clock.GetUtcNow();
        var code = SecretCode.New();
        var invitation = new Invitation
        {
            CodeHash = SecretCode.HashOf(code),
            Role = AccountRules.Role(wanted.Role ?? Roles.Resident, "invitation.roleUnknown"),
            UsesLeft = UsesOf(wanted),
            ExpiresAt = ExpiryOf(wanted, now),
            CreatedAt = now,
            CreatedById = viewer.UserId,
            Label = AccountRules.InvitationLabel(wanted.Label),
        };
        if (invitation.Role == Roles.Staff)
        {
            await proof.EnsureAsync(viewer, cancellation);
        }

        await using var transaction = await house.Database.BeginTransactionAsync(cancellation);
        await EnsureRoomAsync(viewer.UserId, now, cancellation);

        // What stopped working long ago serves nobody.
        var longAgo = now.AddDays(-90);
        await house.Invitations.Where(old => old.ExpiresAt < longAgo).ExecuteDeleteAsync(cancellation);
        house.Invitations.Add(invitation);
        await house.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return new MadeInvitation(invitation.Id, code, invitation.ExpiresAt);
    }

    /// <summary>Those that still work, the newest first.</summary>
    public async Task<IReadOnlyList<StandingInvitation>> ListAsync(Viewer viewer, CancellationToken cancellation)
    {
        OnlyStaff(viewer);
        return await Standing(clock.GetUtcNow()).OrderByDescending(invitation => invitation.Id).Take(MaxStanding)
            .Select(invitation => new StandingInvitation(
                invitation.Id, invitation.Role, invitation.UsesLeft, invitation.ExpiresAt, invitation.CreatedAt,
                house.Users.Where(user => user.Id == invitation.CreatedById).Select(user => user.DisplayName).FirstOrDefault() ?? "",
                invitation.Label))
            .ToListAsync(cancellation);
    }

    /// <summary>Takes one back; a second time is no error.</summary>
    public async Task RevokeAsync(Viewer viewer, int id, CancellationToken cancellation)
    {
        OnlyStaff(viewer);
        var now = clock.GetUtcNow();
        if (!await house.Invitations.AnyAsync(invitation => invitation.Id == id, cancellation))
        {
            throw RefusedException.NotFound("invitation");
        }

        await house.Invitations.Where(invitation => invitation.Id == id && invitation.RevokedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(invitation => invitation.RevokedAt, now), cancellation);
    }

    /// <summary>Undoes a revocation; for staff's invitations with a proof only, as when one is made.</summary>
    /// <exception cref="RefusedException"><c>account.proofNeeded</c>, <c>invitation.notFound</c>, and as when one is made</exception>
    public async Task RestoreAsync(Viewer viewer, int id, CancellationToken cancellation)
    {
        OnlyStaff(viewer);
        await using var transaction = await house.Database.BeginTransactionAsync(cancellation);
        var revoked = await house.Invitations.AsNoTracking().SingleOrDefaultAsync(invitation => invitation.Id == id, cancellation)
            ?? throw RefusedException.NotFound("invitation");
        if (revoked.Role == Roles.Staff)
        {
            await proof.EnsureAsync(viewer, cancellation);
        }

        if (revoked.RevokedAt is not null)
        {
            await EnsureRoomAsync(revoked.CreatedById, clock.GetUtcNow(), cancellation);
        }

        await house.Invitations.Where(invitation => invitation.Id == id)
            .ExecuteUpdateAsync(set => set.SetProperty(invitation => invitation.RevokedAt, (DateTimeOffset?)null), cancellation);
        await transaction.CommitAsync(cancellation);
    }

    /// <summary>Whether a code would let someone in now; nothing is used up.</summary>
    public async Task<bool> WorksAsync(string? code, CancellationToken cancellation) => await RoleAsync(code, cancellation) is not null;

    /// <summary>The role that a code would give now; null where it would let nobody in. Nothing is used up.</summary>
    public Task<string?> RoleAsync(string? code, CancellationToken cancellation)
    {
        var hash = SecretCode.HashOf(code ?? "");
        return Standing(clock.GetUtcNow()).Where(invitation => invitation.CodeHash == hash)
            .Select(invitation => (string?)invitation.Role).FirstOrDefaultAsync(cancellation);
    }

    /// <summary>Uses a code once and returns its role. Unknown, expired, used up and taken back all get the same answer.</summary>
    internal async Task<string> RedeemAsync(string? code, CancellationToken cancellation)
    {
        var hash = SecretCode.HashOf(code ?? "");
        var standing = Standing(clock.GetUtcNow()).Where(invitation => invitation.CodeHash == hash);

        // One statement tests and takes: of two people with one use left, one gets it.
        var taken = await standing.ExecuteUpdateAsync(
            set => set.SetProperty(invitation => invitation.UsesLeft, invitation => invitation.UsesLeft - 1), cancellation);
        if (taken == 0)
        {
            throw Refused();
        }

        return await house.Invitations.Where(invitation => invitation.CodeHash == hash)
            .Select(invitation => invitation.Role).FirstAsync(cancellation);
    }

    /// <summary>The one answer to every code that does not work.</summary>
    internal static RefusedException Refused() => RefusedException.Invalid("invitation.invalid", "invitation");

    // Until the caller's transaction ends nobody else makes one.
    private async Task EnsureRoomAsync(string makerId, DateTimeOffset now, CancellationToken cancellation)
    {
        await HouseLock.TakeAsync(house, cancellation);
        if (await Standing(now).CountAsync(cancellation) >= MaxStanding)
        {
            throw RefusedException.Conflict("invitation.tooMany");
        }

        var most = limits.Value.InvitationsPerPerson;
        if (most > 0 && await Standing(now).CountAsync(invitation => invitation.CreatedById == makerId, cancellation) >= most)
        {
            throw RefusedException.Conflict("invitation.tooManyOfOne");
        }
    }

    private IQueryable<Invitation> Standing(DateTimeOffset now) =>
        house.Invitations.Where(invitation => invitation.UsesLeft > 0 && invitation.RevokedAt == null && invitation.ExpiresAt > now);

    private static int UsesOf(InvitationRequest wanted) =>
        wanted.Uses is null ? 1
        : wanted.Uses is >= 1 and <= MaxUses ? wanted.Uses.Value
        : throw RefusedException.Invalid("invitation.usesOutOfRange", "uses");

    private static DateTimeOffset ExpiryOf(InvitationRequest wanted, DateTimeOffset now)
    {
        var expires = wanted.ExpiresAt?.ToUniversalTime() ?? now.AddDays(7);
        return expires > now && expires <= now.AddYears(1)
            ? expires
            : throw RefusedException.Invalid("invitation.expiryOutOfRange", "expiresAt");
    }

    private static void OnlyStaff(Viewer viewer)
    {
        if (!viewer.IsStaff)
        {
            throw RefusedException.Forbidden("invitation.staffOnly");
        }
    }
}

using Microsoft.AspNetCore.Identity;

namespace MqttChat.Domain.Accounts;

/// <summary>By what a person can show that it is they, and whether they have to.</summary>
/// <param name="IsDue">Whether a change of the ways in would be refused now.</param>
/// <param name="Ways">What the account has.</param>
/// <param name="HasSecondFactor">Whether the password needs a code with it.</param>
/// <param name="Email">Names the account to password managers; empty where it has no address.</param>
public sealed record ProofView(bool IsDue, WaysIn Ways, bool HasSecondFactor, string Email);

/// <summary>
/// "Confirm it is you": who finds an open page must not be able to give themselves a lasting way in. Before one's own ways to sign in
/// change, before somebody becomes staff (role or invitation), and before staff open another's staff account (link, second factor,
/// letting in again who was stopped) or take back the rule that staff need a second factor, the person has to have shown a way in that
/// they have, by this very sign-in and a short while ago. Signing in is such a proof, except on a remembered device without the code,
/// and at a provider unless it is all there is and tells that it asked just then. An account that has no way in yet has nothing to
/// show, and needs to show nothing.
/// </summary>
public sealed class FreshProof(UserManager<AppUser> users, AccountWays ways, Credentials credentials, SecondFactor second, TimeProvider clock)
{
    /// <summary>How long a proof holds.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    // The proof's time is kept in whole seconds, and instances' clocks differ a little. Far ahead it is none: a clock was set back.
    private static readonly TimeSpan Ahead = TimeSpan.FromSeconds(30);

    /// <summary>How it stands with the viewer.</summary>
    public async Task<ProofView> ReadAsync(Viewer viewer, CancellationToken cancellation)
    {
        var user = await FindAsync(viewer);
        var has = await ways.OfAsync(user, cancellation);
        return new(has.Any && !IsFresh(viewer.ProvenAt), has, user.TwoFactorEnabled, user.Email ?? "");
    }

    /// <summary>
    /// Shows it by the password, and by a code where the account has a second factor. Wrong ones count and lock as at the sign-in.
    /// </summary>
    /// <exception cref="RefusedException">
    /// <c>account.proofWrong</c> (also for a locked account), <c>account.secondFactorWrong</c>, <c>account.tooManyAttempts</c>
    /// </exception>
    public async Task<AppUser> ByPasswordAsync(Viewer viewer, string? password, string? code, SignInFrom from, CancellationToken cancellation)
    {
        var email = (await FindAsync(viewer)).Email;
        if (await credentials.CheckAsync(email, password, from, cancellation) is not { } user || user.Id != viewer.UserId)
        {
            throw RefusedException.Invalid("account.proofWrong", "currentPassword");
        }

        return !user.TwoFactorEnabled || await second.CheckAsync(user, code, from, cancellation)
            ? user
            : throw RefusedException.Invalid("account.secondFactorWrong", "code");
    }

    /// <summary>Refuses who would have to show it first.</summary>
    /// <exception cref="RefusedException"><c>account.proofNeeded</c></exception>
    public async Task EnsureAsync(Viewer viewer, CancellationToken cancellation)
    {
        if (!IsFresh(viewer.ProvenAt) && (await ways.OfAsync(await FindAsync(viewer), cancellation)).Any)
        {
            throw RefusedException.Forbidden("account.proofNeeded");
        }
    }

    /// <summary>Refuses them before a way into an account is handed out that is their own or staff's; residents' need no proof.</summary>
    /// <exception cref="RefusedException"><c>account.proofNeeded</c></exception>
    internal async Task EnsureToOpenAsync(Viewer viewer, AppUser whose, CancellationToken cancellation)
    {
        if (whose.Id == viewer.UserId || await users.IsInRoleAsync(whose, Roles.Staff))
        {
            await EnsureAsync(viewer, cancellation);
        }
    }

    /// <summary>Whether something shown then still holds.</summary>
    internal bool IsFresh(DateTimeOffset? at) => at is not null && clock.GetUtcNow() - at.Value is var age && age > -Ahead && age < Lifetime;

    private async Task<AppUser> FindAsync(Viewer viewer) =>
        await users.FindByIdAsync(viewer.UserId) ?? throw RefusedException.NotFound("account");
}

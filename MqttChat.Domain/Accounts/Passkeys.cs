using System.Buffers.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Persistence;

namespace MqttChat.Domain.Accounts;

/// <summary>A passkey in its owner's list.</summary>
/// <param name="Key">Its credential id, base64url.</param>
/// <param name="Name">What the owner calls it.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="IsBackedUp">Whether it is kept on several devices.</param>
public sealed record PasskeyRow(string Key, string Name, DateTimeOffset CreatedAt, bool IsBackedUp);

/// <summary>A person's own passkeys. That one is genuine has been found out by who adds it.</summary>
public sealed class Passkeys(UserManager<AppUser> users, HouseDbContext house, AccountWays ways, FreshProof proof)
{
    /// <summary>Most passkeys of one person.</summary>
    public const int MaxPerPerson = 10;

    // As long as the longest credential id that WebAuthn allows (1,023 bytes).
    private const int MaxKeyLength = 1364;

    /// <summary>The viewer's, the oldest first.</summary>
    public async Task<IReadOnlyList<PasskeyRow>> ListAsync(Viewer viewer) =>
        [.. (await users.GetPasskeysAsync(await FindAsync(viewer))).OrderBy(passkey => passkey.CreatedAt).Select(passkey => new PasskeyRow(
            Base64Url.EncodeToString(passkey.CredentialId), passkey.Name ?? "", passkey.CreatedAt, passkey.IsBackedUp))];

    /// <summary>Keeps a new one under a name, which is cut where it is too long.</summary>
    /// <exception cref="RefusedException"><c>account.proofNeeded</c>, <c>account.passkeysTooMany</c></exception>
    public async Task AddAsync(Viewer viewer, UserPasskeyInfo passkey, string name, CancellationToken cancellation)
    {
        await using var transaction = await house.Database.BeginTransactionAsync(cancellation);
        var user = await LockAsync(viewer, cancellation);
        await proof.EnsureAsync(viewer, cancellation);
        if ((await users.GetPasskeysAsync(user)).Count >= MaxPerPerson)
        {
            throw RefusedException.Conflict("account.passkeysTooMany");
        }

        passkey.Name = name[..Math.Min(name.Length, AccountRules.MaxNameLength)];
        AccountRules.Ensure(await users.AddOrUpdatePasskeyAsync(user, passkey));
        await transaction.CommitAsync(cancellation);
    }

    /// <summary>Calls one differently.</summary>
    public async Task RenameAsync(Viewer viewer, string? key, string? name, CancellationToken cancellation)
    {
        var wanted = AccountRules.PasskeyName(name);
        await using var transaction = await house.Database.BeginTransactionAsync(cancellation);
        var user = await LockAsync(viewer, cancellation);
        var passkey = await FindAsync(user, key);
        passkey.Name = wanted;
        AccountRules.Ensure(await users.AddOrUpdatePasskeyAsync(user, passkey));
        await transaction.CommitAsync(cancellation);
    }

    /// <summary>Takes one away, unless nothing else would let the person in.</summary>
    /// <exception cref="RefusedException"><c>account.proofNeeded</c>, <c>account.lastWayIn</c></exception>
    public async Task RemoveAsync(Viewer viewer, string? key, CancellationToken cancellation)
    {
        await using var transaction = await house.Database.BeginTransactionAsync(cancellation);
        var user = await LockAsync(viewer, cancellation);
        var passkey = await FindAsync(user, key);
        await proof.EnsureAsync(viewer, cancellation);
        if ((await ways.OfAsync(user, cancellation)).Count <= 1)
        {
            throw RefusedException.Conflict("account.lastWayIn");
        }

        AccountRules.Ensure(await users.RemovePasskeyAsync(user, passkey.CredentialId));
        await transaction.CommitAsync(cancellation);
    }

    private async Task<AppUser> LockAsync(Viewer viewer, CancellationToken cancellation)
    {
        await ways.LockAsync(viewer.UserId, cancellation);
        return await FindAsync(viewer);
    }

    private async Task<AppUser> FindAsync(Viewer viewer) =>
        await users.FindByIdAsync(viewer.UserId) ?? throw RefusedException.NotFound("account");

    private async Task<UserPasskeyInfo> FindAsync(AppUser user, string? key) =>
        (key is { Length: > 0 and <= MaxKeyLength } && Base64Url.IsValid(key)
            ? await users.GetPasskeyAsync(user, Base64Url.DecodeFromChars(key))
            : null) ?? throw new RefusedException(RefusalKind.NotFound, "account.passkeyNotFound");
}

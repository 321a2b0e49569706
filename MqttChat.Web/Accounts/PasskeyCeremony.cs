using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using MqttChat.Domain;
using MqttChat.Domain.Accounts;

namespace MqttChat.Web.Accounts;

/// <summary>Makes and checks passkeys with the framework's own support; the challenge waits in a sealed cookie of five minutes.</summary>
internal sealed class PasskeyCeremony(
    SignInManager<AppUser> signIn, Passkeys passkeys, FreshProof proof, AttemptLimiter limiter, IOptions<AccountLimits> limits)
{
    // What a browser answers has one or two thousand characters, with a certificate chain some more.
    private const int MaxLength = 32_000;

    /// <summary>What the browser needs to make one for the viewer. Refused early: the device would keep what we then do not.</summary>
    /// <exception cref="RefusedException"><c>account.proofNeeded</c></exception>
    public async Task<string> CreationOptionsAsync(Viewer viewer, CancellationToken cancellation)
    {
        await proof.EnsureAsync(viewer, cancellation);
        var user = await signIn.UserManager.FindByIdAsync(viewer.UserId) ?? throw RefusedException.NotFound("account");
        return await signIn.MakePasskeyCreationOptionsAsync(
            new PasskeyUserEntity { Id = user.Id, Name = user.Email ?? user.DisplayName, DisplayName = user.DisplayName });
    }

    /// <summary>What the browser needs to find one: of whoever is signed in, else of anybody.</summary>
    public async Task<string> RequestOptionsAsync(ClaimsPrincipal person) =>
        await signIn.MakePasskeyRequestOptionsAsync(await signIn.UserManager.GetUserAsync(person));

    /// <summary>Keeps what the browser made.</summary>
    /// <exception cref="RefusedException"><c>account.passkeyFailed</c>, <c>account.passkeysTooMany</c></exception>
    public async Task AddAsync(Viewer viewer, string? credential, string name, CancellationToken cancellation)
    {
        var made = await PerformAsync(credential, signIn.PerformPasskeyAttestationAsync);

        // Asked for by whom, kept for whom: somebody else may have signed in on this device in between.
        if (!made.Succeeded || made.UserEntity.Id != viewer.UserId)
        {
            throw Failed();
        }

        await passkeys.AddAsync(viewer, made.Passkey, name, cancellation);
    }

    /// <summary>Whose passkey it is. Unknown, wrong, and one of somebody stopped by staff get the same answer.</summary>
    /// <exception cref="RefusedException"><c>account.passkeyFailed</c></exception>
    public async Task<AppUser> CheckAsync(string? credential, SignInFrom from)
    {
        // A known device has tries of its own: a stranger behind the same address must not use them up.
        limiter.Take("passkey", from.Device?.Id ?? from.Address, limits.Value.LoginsPerAddressPerMinute);
        var shown = await PerformAsync(credential, signIn.PerformPasskeyAssertionAsync);

        // A lockout after wrong passwords is not the passkey's affair.
        if (!shown.Succeeded || shown.User.LockoutEnd >= People.Disabled)
        {
            throw Failed();
        }

        // Its new count of uses, by which a copy would be noticed.
        return (await signIn.UserManager.AddOrUpdatePasskeyAsync(shown.User, shown.Passkey)).Succeeded ? shown.User : throw Failed();
    }

    private static async Task<T> PerformAsync<T>(string? credential, Func<string, Task<T>> perform)
    {
        if (credential is not { Length: > 0 and <= MaxLength })
        {
            throw Failed();
        }

        try
        {
            return await perform(credential);
        }
        catch (InvalidOperationException)
        {
            // No challenge of that kind waits: it took too long, or another page asked for one of its own.
            throw Failed();
        }
    }

    private static RefusedException Failed() => RefusedException.Invalid("account.passkeyFailed");
}

/// <summary>Where passkeys can work: browsers offer them over https and on the machine itself, and bind them to a name, not a number.</summary>
internal sealed class PasskeyPlace(SiteLinks links)
{
    /// <summary>The name that passkeys are bound to; null: the one in the request.</summary>
    public string? Domain => links.PublicUrl is { HostNameType: UriHostNameType.Dns } url ? url.Host : null;

    /// <summary>Whether a page of this request can make and use them.</summary>
    public bool Suits(HttpRequest request)
    {
        var host = request.Host.Host;
        return Uri.CheckHostName(host) == UriHostNameType.Dns
            && (request.IsHttps || host == "localhost" || host.EndsWith(".localhost", StringComparison.Ordinal))
            && (Domain is null || Same(host, Domain) || host.EndsWith($".{Domain}", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Where to go instead; null where no such place is known.</summary>
    public Uri? Elsewhere => Domain is not null && links.IsHttps ? links.PublicUrl : null;

    private static bool Same(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}

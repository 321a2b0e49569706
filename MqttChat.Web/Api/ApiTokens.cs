using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using MqttChat.Domain.Accounts;
using MqttChat.Web.Accounts;

namespace MqttChat.Web.Api;

/// <summary>A pair of tokens; the lifetime is in seconds.</summary>
internal sealed record TokenPair(string AccessToken, string RefreshToken, long ExpiresIn);

/// <summary>Makes and renews tokens in the framework's bearer format.</summary>
internal sealed class ApiTokens(SignInManager<AppUser> signIn, SignIns signIns, IOptionsMonitor<BearerTokenOptions> options, TimeProvider clock)
{
    private const string Scheme = "Identity.Bearer";

    private BearerTokenOptions Options => options.Get(Scheme);

    /// <summary>The first pair of a program that signs in, by all that the account asks for: a proof that it is them (<see cref="FreshProof"/>).</summary>
    public async Task<TokenPair> IssueAsync(AppUser user, string? userAgent, CancellationToken cancellation) =>
        await IssueAsync(user, await signIns.BeginAsync(user, SignInDevice.OfProgram(userAgent), cancellation), clock.GetUtcNow());

    /// <summary>A new pair, or null where the token is not ours, has run out, its sign-in was ended, or its account has a new security stamp.</summary>
    public async Task<TokenPair?> RefreshAsync(string? refreshToken)
    {
        if (string.IsNullOrEmpty(refreshToken)
            || Options.RefreshTokenProtector.Unprotect(refreshToken) is not { Properties.ExpiresUtc: { } expires } ticket
            || clock.GetUtcNow() >= expires
            || await signIn.ValidateSecurityStampAsync(ticket.Principal) is not { } user)
        {
            return null;
        }

        return await IssueAsync(user, ticket.Principal.SignInId()!.Value, ticket.Principal.ProvenAt());
    }

    private async Task<TokenPair> IssueAsync(AppUser user, Guid signInId, DateTimeOffset? provenAt)
    {
        var principal = await signIn.CreateUserPrincipalAsync(user);
        principal.Identities.First().AddClaims([SignInClaims.Of(signInId), .. provenAt is { } at ? [SignInClaims.Proven(at)] : Array.Empty<Claim>()]);
        return Issue(principal);
    }

    // The handler's own sign-in writes the answer itself, with a member that the contract does not have.
    private TokenPair Issue(ClaimsPrincipal principal)
    {
        var lifetime = Options.BearerTokenExpiration;
        return new TokenPair(
            Options.BearerTokenProtector.Protect(Ticket(principal, lifetime, "AccessToken")),
            Options.RefreshTokenProtector.Protect(Ticket(principal, Options.RefreshTokenExpiration, "RefreshToken")),
            (long)lifetime.TotalSeconds);
    }

    private AuthenticationTicket Ticket(ClaimsPrincipal principal, TimeSpan lifetime, string purpose) =>
        new(principal, new AuthenticationProperties { ExpiresUtc = clock.GetUtcNow() + lifetime }, $"{Scheme}:{purpose}");
}

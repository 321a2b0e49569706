using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using MqttChat.Domain.Accounts;

namespace MqttChat.Web.Api;

/// <summary>A pair of tokens; the lifetime is in seconds.</summary>
internal sealed record TokenPair(string AccessToken, string RefreshToken, long ExpiresIn);

/// <summary>Makes and renews tokens in the framework's bearer format.</summary>
internal sealed class ApiTokens(SignInManager<AppUser> signIn, IOptionsMonitor<BearerTokenOptions> options, TimeProvider clock)
{
    private const string Scheme = "Identity.Bearer";

    private BearerTokenOptions Options => options.Get(Scheme);

    public async Task<TokenPair> IssueAsync(AppUser user) => Issue(await signIn.CreateUserPrincipalAsync(user));

    /// <summary>A new pair, or null where the token is not ours, has run out, or its account has a new security stamp.</summary>
    public async Task<TokenPair?> RefreshAsync(string? refreshToken)
    {
        if (string.IsNullOrEmpty(refreshToken)
            || Options.RefreshTokenProtector.Unprotect(refreshToken) is not { Properties.ExpiresUtc: { } expires } ticket
            || clock.GetUtcNow() >= expires
            || await signIn.ValidateSecurityStampAsync(ticket.Principal) is not { } user)
        {
            return null;
        }

        return await IssueAsync(user);
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

using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using MqttChat.Domain;
using MqttChat.Domain.Accounts;

namespace MqttChat.Web.Accounts;

/// <summary>
/// Looks every minute whether who has a page open may still: a new security stamp (signed out everywhere, password, role,
/// stopped by staff) ends it, and so does signing out this device. The interval runs on the monotonic clock.
/// </summary>
internal sealed class RevalidatedPerson(ILoggerFactory loggers, IServiceScopeFactory scopes, IOptions<IdentityOptions> options)
    : RevalidatingServerAuthenticationStateProvider(loggers)
{
    protected override TimeSpan RevalidationInterval => TimeSpan.FromMinutes(1);

    protected override async Task<bool> ValidateAuthenticationStateAsync(AuthenticationState state, CancellationToken cancellation)
    {
        try
        {
            // A scope of its own: what the circuit's holds would answer from memory.
            await using var scope = scopes.CreateAsyncScope();
            return await scope.ServiceProvider.GetRequiredService<SignIns>().IsOpenAsync(
                state.User.SignInId(), state.User.FindFirstValue(ClaimTypes.NameIdentifier),
                state.User.FindFirstValue(options.Value.ClaimsIdentity.SecurityStampClaimType), cancellation);
        }
        catch (Exception error) when (StoreFaults.IsFault(error))
        {
            // A database that is away for a moment must not throw everyone out; the use cases check rights themselves.
            return true;
        }
    }
}

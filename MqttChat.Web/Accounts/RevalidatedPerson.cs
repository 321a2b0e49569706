using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using MqttChat.Domain.Accounts;

namespace MqttChat.Web.Accounts;

/// <summary>
/// Looks every minute whether who has a page open may still: a new security stamp (signed out everywhere, password, role,
/// stopped by staff) ends it. The interval runs on the monotonic clock.
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
            var users = scope.ServiceProvider.GetRequiredService<UserManager<AppUser>>();
            var user = await users.GetUserAsync(state.User);
            return user is not null
                && state.User.FindFirstValue(options.Value.ClaimsIdentity.SecurityStampClaimType) == await users.GetSecurityStampAsync(user);
        }
        catch (System.Data.Common.DbException)
        {
            // A database that is away for a moment must not throw everyone out; the use cases check rights themselves.
            return true;
        }
    }
}

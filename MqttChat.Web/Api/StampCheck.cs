using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using MqttChat.Domain.Accounts;
using MqttChat.Web.Accounts;

namespace MqttChat.Web.Api;

/// <summary>
/// Refuses a token whose account has a new security stamp since (signed out everywhere, password, role, stopped by staff), or whose
/// own sign-in was ended. The database is asked at most once a minute for each token's sign-in.
/// </summary>
internal sealed class StampCheck(KnownSignIns known, IOptions<IdentityOptions> options) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (http.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null || await IsCurrentAsync(http))
        {
            return await next(context);
        }

        http.Response.Headers.WWWAuthenticate = "Bearer error=\"invalid_token\"";
        await Problems.WriteAsync(http, StatusCodes.Status401Unauthorized, "request.notSignedIn");
        return Results.Empty;
    }

    private async Task<bool> IsCurrentAsync(HttpContext http)
    {
        if (known.Has(http.User))
        {
            return true;
        }

        var asOf = known.Now;
        if (!await http.RequestServices.GetRequiredService<SignIns>().IsOpenAsync(
            http.User.SignInId(), http.User.FindFirstValue(ClaimTypes.NameIdentifier),
            http.User.FindFirstValue(options.Value.ClaimsIdentity.SecurityStampClaimType), http.RequestAborted))
        {
            return false;
        }

        known.Remember(http.User, asOf);
        return true;
    }
}

using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Signals;

namespace MqttChat.Web.Api;

/// <summary>
/// Refuses a token whose account has a new security stamp since (signed out everywhere, password, role, stopped by staff).
/// The database is asked at most once a minute for each person; a signal that someone's account changed forgets all.
/// </summary>
internal sealed class StampCheck : IEndpointFilter, IDisposable
{
    private const int MaxKnown = 10_000;
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(50);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (string Stamp, long At)> _known = [];
    private readonly TimeProvider _clock;
    private readonly string _stampClaim;
    private readonly IDisposable _subscription;

    public StampCheck(SignalHub signals, IOptions<IdentityOptions> options, TimeProvider clock)
    {
        _clock = clock;
        _stampClaim = options.Value.ClaimsIdentity.SecurityStampClaimType;
        _subscription = signals.Subscribe(ReloadSignal.People, Forget);
    }

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

    public void Dispose() => _subscription.Dispose();

    private async Task<bool> IsCurrentAsync(HttpContext http)
    {
        var person = http.User.FindFirstValue(ClaimTypes.NameIdentifier);
        var stamp = http.User.FindFirstValue(_stampClaim);
        if (person is null || stamp is null)
        {
            return false;
        }

        var now = _clock.GetTimestamp();
        lock (_gate)
        {
            if (_known.TryGetValue(person, out var known) && known.Stamp == stamp && _clock.GetElapsedTime(known.At, now) < Freshness)
            {
                return true;
            }
        }

        var users = http.RequestServices.GetRequiredService<UserManager<AppUser>>();
        var user = await users.FindByIdAsync(person);
        if (user is null || user.SecurityStamp != stamp)
        {
            return false;
        }

        Remember(person, stamp, now);
        return true;
    }

    private void Remember(string person, string stamp, long now)
    {
        lock (_gate)
        {
            if (_known.Count >= MaxKnown)
            {
                _known.Clear();
            }

            _known[person] = (stamp, now);
        }
    }

    private void Forget()
    {
        lock (_gate)
        {
            _known.Clear();
        }
    }
}

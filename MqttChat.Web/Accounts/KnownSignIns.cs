using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using MqttChat.Domain.Signals;

namespace MqttChat.Web.Accounts;

/// <summary>
/// Remembers for a minute which sign-ins stood when the database was asked, by their id and security stamp. A signal that someone's
/// account changed forgets all: what was ended is then noticed at its next request.
/// </summary>
internal sealed class KnownSignIns : IDisposable
{
    private const int MaxKnown = 10_000;
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(50);

    private readonly Lock _gate = new();
    private readonly Dictionary<(Guid Id, string Stamp), long> _known = [];
    private readonly TimeProvider _clock;
    private readonly string _stampClaim;
    private readonly IDisposable _subscription;
    private long _forgotten;

    public KnownSignIns(SignalHub signals, IOptions<IdentityOptions> options, TimeProvider clock)
    {
        _clock = clock;
        _stampClaim = options.Value.ClaimsIdentity.SecurityStampClaimType;
        _subscription = signals.Subscribe(ReloadSignal.People, Forget);
    }

    /// <summary>Ask for it before the database is asked: what is learnt across a signal is not remembered.</summary>
    public long Now
    {
        get
        {
            lock (_gate)
            {
                return _forgotten;
            }
        }
    }

    public bool Has(ClaimsPrincipal? person)
    {
        lock (_gate)
        {
            return KeyOf(person) is { } key && _known.TryGetValue(key, out var at) && _clock.GetElapsedTime(at) < Freshness;
        }
    }

    public void Remember(ClaimsPrincipal person, long asOf)
    {
        lock (_gate)
        {
            if (asOf != _forgotten || KeyOf(person) is not { } key)
            {
                return;
            }

            if (_known.Count >= MaxKnown)
            {
                _known.Clear();
            }

            _known[key] = _clock.GetTimestamp();
        }
    }

    public void Dispose() => _subscription.Dispose();

    private (Guid Id, string Stamp)? KeyOf(ClaimsPrincipal? person) =>
        person?.SignInId() is { } id && person.FindFirstValue(_stampClaim) is { } stamp ? (id, stamp) : null;

    private void Forget()
    {
        lock (_gate)
        {
            _known.Clear();
            _forgotten++;
        }
    }
}

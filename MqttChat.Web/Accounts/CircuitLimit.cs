using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.Extensions.Options;
using MqttChat.Domain.Accounts;

namespace MqttChat.Web.Accounts;

/// <summary>
/// Counts the live pages of each person. Above <c>Limits:CircuitsPerPerson</c> the oldest one is asked to leave, first of
/// those whose browser is gone: who forgot tabs elsewhere is not locked out. Who does not leave meets the hard limit, twice as high;
/// pages whose browser is gone do not count there, for they cannot leave, and there are never many of them in an instance.
/// </summary>
internal sealed class CircuitLimit(IOptions<AccountLimits> limits)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<Seat>> _byPerson = [];
    private long _refused;

    /// <summary>Circuits of signed-in people, connected or waiting for their browser.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _byPerson.Values.Sum(seats => seats.Count);
            }
        }
    }

    /// <summary>How often a person had far too many.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Takes a place; null when the person has far too many.</summary>
    public Seat? Take(string userId)
    {
        var limit = limits.Value.CircuitsPerPerson;
        var seat = new Seat(userId);
        Seat? leaving = null;
        lock (_gate)
        {
            if (!_byPerson.TryGetValue(userId, out var seats))
            {
                _byPerson[userId] = seats = [];
            }

            if (limit > 0 && seats.Count(taken => taken.IsConnected) >= limit * 2)
            {
                Interlocked.Increment(ref _refused);
                return null;
            }

            var staying = seats.Where(taken => !taken.IsLeaving).ToList();
            if (limit > 0 && staying.Count >= limit)
            {
                leaving = staying.Find(taken => !taken.IsConnected) ?? staying[0];
            }

            seats.Add(seat);
        }

        leaving?.Leave();
        return seat;
    }

    /// <summary>Gives a place back.</summary>
    public void Return(Seat seat)
    {
        lock (_gate)
        {
            if (_byPerson.TryGetValue(seat.UserId, out var seats) && seats.Remove(seat) && seats.Count == 0)
            {
                _byPerson.Remove(seat.UserId);
            }
        }
    }

    /// <summary>One live page's place.</summary>
    internal sealed class Seat(string userId)
    {
        private volatile bool _leaving;

        public string UserId { get; } = userId;

        public bool IsConnected { get; set; } = true;

        public bool IsLeaving => _leaving;

        /// <summary>Raised when the page is to leave, once its browser can be told; never blocks.</summary>
        public event Action? Left;

        public void Leave()
        {
            _leaving = true;
            if (IsConnected)
            {
                Left?.Invoke();
            }
        }
    }
}

/// <summary>Holds the circuit's place for as long as it lives.</summary>
internal sealed class PersonCircuit(
    AuthenticationStateProvider state, CircuitLimit limit, OpenSignIns signIns, ILogger<PersonCircuit> logger) : CircuitHandler, IDisposable
{
    private IDisposable? _watch;
    private volatile bool _signedOut;

    /// <summary>Raised when the person was signed out, here or from another device, once the browser can be told; never blocks.</summary>
    public event Action? SignedOut;

    /// <summary>The place; null outside a circuit.</summary>
    public CircuitLimit.Seat? Seat { get; private set; }

    public override async Task OnCircuitOpenedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        var user = (await state.GetAuthenticationStateAsync()).User;
        var person = user.FindFirstValue(ClaimTypes.NameIdentifier);
        if (person is null)
        {
            return;
        }

        Seat = limit.Take(person);
        if (Seat is null)
        {
            logger.LogWarning("{Person} has too many live pages; a further one was refused", person);
            throw new InvalidOperationException("Too many live pages of one person.");
        }

        _watch = user.SignInId() is { } id ? signIns.Watch(id, OnSignedOut) : null;
    }

    public override Task OnConnectionUpAsync(Circuit circuit, CancellationToken cancellationToken) => NoteConnection(true);

    public override Task OnConnectionDownAsync(Circuit circuit, CancellationToken cancellationToken) => NoteConnection(false);

    public override Task OnCircuitClosedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _watch?.Dispose();
        if (Seat is { } seat)
        {
            Seat = null;
            limit.Return(seat);
        }
    }

    private Task NoteConnection(bool connected)
    {
        if (Seat is { } seat)
        {
            seat.IsConnected = connected;
            if (connected && seat.IsLeaving)
            {
                // It was told while nobody could hear it.
                seat.Leave();
            }

            if (connected && _signedOut)
            {
                SignedOut?.Invoke();
            }
        }

        return Task.CompletedTask;
    }

    private void OnSignedOut()
    {
        _signedOut = true;
        if (Seat is { IsConnected: true })
        {
            SignedOut?.Invoke();
        }
    }
}

using Microsoft.Extensions.Options;
using MqttChat.Domain.Accounts;

namespace MqttChat.Web.Accounts;

/// <summary>
/// Bounds the open sockets of each person: one that never starts a circuit counts nowhere else, and holds buffers for as long as
/// it says that it is alive. Above the bound the oldest is cut, not the newest refused: pages whose links broke leave dead sockets
/// behind, and come back with new ones.
/// </summary>
internal sealed class CircuitSockets(IOptions<AccountLimits> limits)
{
    // Twice as many pages as may be live at once, each with the dead socket of its last link.
    private const int PerCircuit = 4;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedList<Socket>> _byPerson = [];

    /// <summary>Sockets that are open now, of everybody.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _byPerson.Values.Sum(sockets => sockets.Count);
            }
        }
    }

    /// <summary>The sign-ins that they belong to.</summary>
    public IReadOnlyCollection<Guid> SignIns
    {
        get
        {
            lock (_gate)
            {
                return [.. _byPerson.Values.SelectMany(sockets => sockets).Select(socket => socket.SignIn).OfType<Guid>().Distinct()];
            }
        }
    }

    /// <summary>Cuts all of these sign-ins.</summary>
    public void Cut(IReadOnlySet<Guid> signIns)
    {
        lock (_gate)
        {
            foreach (var socket in _byPerson.Values.SelectMany(sockets => sockets).Where(socket => socket.SignIn is { } id && signIns.Contains(id)))
            {
                socket.Cut();
            }
        }
    }

    /// <summary>Counts a socket until it is disposed; <paramref name="cut"/> ends it and does not block.</summary>
    public IDisposable Take(string userId, Guid? signIn, Action cut)
    {
        lock (_gate)
        {
            if (!_byPerson.TryGetValue(userId, out var sockets))
            {
                _byPerson[userId] = sockets = new LinkedList<Socket>();
            }

            var most = limits.Value.CircuitsPerPerson * PerCircuit;
            if (most > 0 && sockets.Count >= most && sockets.First is { } oldest)
            {
                // Under the lock: a request that has ended must not be cut, its connection may serve another.
                sockets.RemoveFirst();
                oldest.Value.Cut();
            }

            return new Held(this, userId, sockets.AddLast(new Socket(signIn, cut)));
        }
    }

    private void Return(string userId, LinkedListNode<Socket> socket)
    {
        lock (_gate)
        {
            if (socket.List is not { } sockets)
            {
                return;
            }

            sockets.Remove(socket);
            if (sockets.Count == 0)
            {
                _byPerson.Remove(userId);
            }
        }
    }

    private sealed record Socket(Guid? SignIn, Action Cut);

    private sealed class Held(CircuitSockets all, string userId, LinkedListNode<Socket> socket) : IDisposable
    {
        public void Dispose() => all.Return(userId, socket);
    }
}

using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Signals;

namespace MqttChat.Domain.Chat;

/// <summary>The names that stand with messages: a bounded cache, emptied when a profile changes.</summary>
public sealed class AuthorNames : IDisposable
{
    private const int MaxNames = 20_000;
    private readonly IDbContextFactory<HouseDbContext> _houses;
    private readonly IDisposable _people;
    private readonly Lock _gate = new();
    private Dictionary<string, string> _names = [];

    /// <summary>Made once an instance.</summary>
    public AuthorNames(IDbContextFactory<HouseDbContext> houses, SignalHub signals)
    {
        _houses = houses;
        _people = signals.Subscribe(ReloadSignal.People, Forget);
    }

    /// <summary>The messages with their authors' names; an author who is gone has an empty one.</summary>
    public async Task<IReadOnlyList<MessageView>> WithNamesAsync(
        IReadOnlyList<MessageView> messages, CancellationToken cancellation)
    {
        var names = await FindAsync(messages.Select(message => message.AuthorId), cancellation).ConfigureAwait(false);
        return [.. messages.Select(message => names.GetValueOrDefault(message.AuthorId, "") is var name
            && name == message.AuthorName ? message : message with { AuthorName = name })];
    }

    /// <summary>The names of these people.</summary>
    public async Task<IReadOnlyDictionary<string, string>> FindAsync(
        IEnumerable<string> userIds, CancellationToken cancellation)
    {
        var found = new Dictionary<string, string>();
        var missing = new HashSet<string>();
        Dictionary<string, string> cache;
        lock (_gate)
        {
            cache = _names;
            foreach (var id in userIds)
            {
                if (cache.TryGetValue(id, out var name))
                {
                    found[id] = name;
                }
                else
                {
                    missing.Add(id);
                }
            }
        }

        if (missing.Count > 0)
        {
            await ReadAsync(missing, cache, found, cancellation).ConfigureAwait(false);
        }

        return found;
    }

    /// <inheritdoc />
    public void Dispose() => _people.Dispose();

    private async Task ReadAsync(
        HashSet<string> missing, Dictionary<string, string> cache, Dictionary<string, string> found, CancellationToken cancellation)
    {
        await using var house = await _houses.CreateDbContextAsync(cancellation).ConfigureAwait(false);
        var read = await house.Users.Where(user => EF.Parameter(missing).Contains(user.Id))
            .Select(user => new { user.Id, user.DisplayName }).ToListAsync(cancellation).ConfigureAwait(false);
        lock (_gate)
        {
            foreach (var person in read)
            {
                found[person.Id] = person.DisplayName;
                // A cache that was given up meanwhile takes what may be stale with it.
                if (cache.Count < MaxNames)
                {
                    cache[person.Id] = person.DisplayName;
                }
            }
        }
    }

    private void Forget()
    {
        lock (_gate)
        {
            _names = [];
        }
    }
}

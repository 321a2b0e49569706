using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Signals;

namespace MqttChat.Domain.Devices;

/// <summary>Notes when a plug with an account of its own is first heard. One an instance; fed by the discovery session.</summary>
public sealed class PlugHearing(IDbContextFactory<HouseDbContext> houses, SignalHub signals, TimeProvider clock)
{
    // Other instances make accounts too.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);
    private TopicIndex<PlugCredential> _silent = new();
    private long _readAt;
    private volatile bool _isStale = true;

    /// <summary>An account was made or taken away here.</summary>
    public void Changed() => _isStale = true;

    /// <summary>Takes in what was heard. A retained message is no sign of life: it may be years old.</summary>
    public async Task HearAsync(IReadOnlyList<HeardRaw> messages, CancellationToken cancellation)
    {
        if (_isStale || clock.GetElapsedTime(_readAt) > Longest)
        {
            await ReadAsync(cancellation);
        }

        var heard = messages.Where(message => !message.Retained)
            .Select(message => (Credential: _silent.Find(message.Topic), message.ReceivedAt))
            .Where(one => one.Credential is not null).DistinctBy(one => one.Credential!.Id).ToList();
        foreach (var (credential, at) in heard)
        {
            await using var house = await houses.CreateDbContextAsync(cancellation);
            await house.PlugCredentials.Where(row => row.Id == credential!.Id && row.FirstHeardAt == null)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.FirstHeardAt, at), cancellation);
            _isStale = true;
            signals.Publish(ReloadSignal.Plugs);
        }
    }

    private async Task ReadAsync(CancellationToken cancellation)
    {
        _isStale = false;
        _readAt = clock.GetTimestamp();
        var silent = new TopicIndex<PlugCredential>();
        await using var house = await houses.CreateDbContextAsync(cancellation);
        var rows = house.PlugCredentials.AsNoTracking().Where(row => row.FirstHeardAt == null && row.ReadyAt != null).Take(PlugCredentials.Most);
        foreach (var row in await rows.ToListAsync(cancellation))
        {
            foreach (var filter in row.Topics.Writes)
            {
                silent.Add(filter, row);
            }
        }

        _silent = silent;
    }
}

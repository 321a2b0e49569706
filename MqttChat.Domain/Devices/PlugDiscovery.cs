using System.Collections.Concurrent;
using MqttChat.Domain.Devices.Formats;

namespace MqttChat.Domain.Devices;

/// <summary>
/// Makes plugs known from what is heard. A house full of new plugs is stored at once; after that the flow of new rows is
/// thin, so that someone who invents plugs cannot keep the database busy.
/// </summary>
internal sealed class PlugDiscovery(DiscoveredPlugs plugs, HeardPlugRows rows, TimeProvider clock)
{
    private const int MostPerWrite = 200;
    private const double RefillPerSecond = 2;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly Dictionary<int, HeardPlug> _news = [];
    private readonly ConcurrentDictionary<int, DateTimeOffset> _spoke = [];
    private double _tokens = DiscoveredPlugs.Most;
    private long _filledAt = clock.GetTimestamp();

    /// <summary>Takes in a batch; whether rows changed, and whether anything live changed.</summary>
    public async Task<(bool Rows, bool Live)> HearAsync(IReadOnlyList<HeardRaw> messages, AdoptedPlugs adopted, CancellationToken cancellation)
    {
        await _writing.WaitAsync(cancellation);
        try
        {
            var live = false;
            foreach (var message in messages)
            {
                live |= Take(message, adopted);
            }

            return (await WriteAsync(cancellation), live);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>When an adopted plug last told a live reading under its own topic while another topic had its hardware address; null when it has not.</summary>
    public DateTimeOffset? SpokeBesideAnother(int plugId) => _spoke.TryGetValue(plugId, out var at) ? at : null;

    private bool Take(HeardRaw message, AdoptedPlugs adopted)
    {
        if (adopted.Find(message.Topic) is { } own)
        {
            NoteSpeech(own, message);
            return false;
        }

        if (plugs.TakeKnown(message) is { } changed)
        {
            return changed;
        }

        if (PlugFormats.Hear(message.Topic, message.Payload.Span) is not { } heard)
        {
            return false;
        }

        var same = heard.Plug.Address.Length > 0 ? adopted.FindSame(heard.Plug.ToPlug(message.ReceivedAt))
            : heard.Plug.Mac is { } mac ? adopted.FindMac(mac) : null;
        if (same is null)
        {
            return plugs.Take(heard, message);
        }

        if (heard.Plug.Dialect is not null && heard.Plug.IsFit() && same.ToHeard().ToPlug(default).Take(heard.Plug))
        {
            _news[same.Id] = heard.Plug;
        }

        return false;
    }

    // The will of the connection that ended is no speech: it follows every change of the topic.
    private void NoteSpeech(Plug own, HeardRaw message)
    {
        if (own.Mac is { } mac && !message.Retained && plugs.HasMac(mac) && PlugFormats.Read(own, message.Topic, message.Payload.Span).Channels.Count > 0)
        {
            _spoke[own.Id] = message.ReceivedAt;
        }
    }

    private async Task<bool> WriteAsync(CancellationToken cancellation)
    {
        _tokens = Math.Min(DiscoveredPlugs.Most, _tokens + (clock.GetElapsedTime(_filledAt).TotalSeconds * RefillPerSecond));
        _filledAt = clock.GetTimestamp();
        var changed = false;
        while (_tokens >= 1 && plugs.CountDirty() is var dirty and > 0)
        {
            var most = (int)Math.Min(Math.Min(MostPerWrite, dirty), _tokens);
            changed |= await rows.WriteAsync(plugs, most, cancellation);
            _tokens -= most;
        }

        foreach (var (id, heard) in _news.ToList())
        {
            if (_tokens < 1)
            {
                break;
            }

            await rows.UpdateAsync(id, heard, cancellation);
            _tokens--;
            _news.Remove(id);
            changed = true;
        }

        return changed;
    }
}

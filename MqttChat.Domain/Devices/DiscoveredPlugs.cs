using MqttChat.Domain.Devices.Formats;

namespace MqttChat.Domain.Devices;

/// <summary>
/// The plugs that are heard and not adopted, in memory and bounded: beyond <see cref="Most"/> the longest silent goes, but never one
/// that staff ignored. Safe for use by several threads.
/// </summary>
internal sealed partial class DiscoveredPlugs
{
    /// <summary>The most plugs kept that are neither adopted nor ignored, and the most held that are not known yet.</summary>
    public const int Most = 1000;

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Family, string Template, string Address), DiscoveredEntry> _entries = [];
    private readonly Dictionary<string, DiscoveredEntry> _byMac = new(StringComparer.Ordinal);
    private readonly Queue<string> _meterOrder = [];
    private readonly HashSet<string> _meters = new(StringComparer.Ordinal);
    private readonly List<int> _pruned = [];
    private TopicIndex<DiscoveredEntry> _byTopic = new();
    private long _moment;
    private int _known;
    private int _held;

    /// <summary>Takes a message on the topic of a plug that is kept already; null when it is none's, else whether anything that shows changed.</summary>
    public bool? TakeKnown(HeardRaw message)
    {
        lock (_gate)
        {
            return _byTopic.Find(message.Topic) is { } entry ? TakeKnown(entry, message) : null;
        }
    }

    /// <summary>Takes a message of a plug that may be new, or one about a plug; false when nothing that shows changed.</summary>
    public bool Take(HeardMessage heard, HeardRaw message)
    {
        lock (_gate)
        {
            if (heard.Plug.Address.Length == 0)
            {
                return heard.Plug.Mac is { } unnamed && (heard.Removed ? Withdraw(unnamed) : heard.MakesKnown && NoteMeter(unnamed));
            }

            if (!heard.Plug.IsFit() || (!heard.MakesKnown && heard.Plug.Dialect is null && heard.Reading.Availability is null))
            {
                return false;
            }

            var entry = FindSame(heard.Plug) ?? Add(heard.Plug.ToPlug(message.ReceivedAt), message.ReceivedAt);
            var changed = Learn(entry, heard.Plug);
            if (heard.MakesKnown || (heard.Plug.Mac is { } mac && _meters.Contains(mac)))
            {
                MakeKnown(entry, byAvailability: heard.Reading is { Availability: not null, Channels.Count: 0 });
            }
            else if (heard.Plug.Dialect is not null && entry.IsAvailabilityOnly)
            {
                // It says itself that it has neither relay nor meter.
                Hide(entry);
            }

            return entry.Apply(heard.Reading, message.Topic, message.Retained, message.ReceivedAt) | changed;
        }
    }

    /// <summary>Whether a plug that is not adopted has this hardware address.</summary>
    public bool HasMac(string mac)
    {
        lock (_gate)
        {
            return _byMac.ContainsKey(mac);
        }
    }

    /// <summary>The live side of a stored row.</summary>
    public DiscoveredPlug WithReading(Plug row)
    {
        lock (_gate)
        {
            return _entries.TryGetValue(KeyOf(row), out var entry) ? entry.ToDiscovered(row) : new(row, Availability.Unknown, null, []);
        }
    }

    /// <summary>What is known live of a row that is about to be adopted.</summary>
    public (int? ClockOffsetMinutes, IReadOnlyList<string> Relays) LiveFacts(Plug row)
    {
        lock (_gate)
        {
            return _entries.TryGetValue(KeyOf(row), out var entry)
                ? (entry.ClockOffsetMinutes, [.. entry.Channels.Where(channel => channel.IsOn is not null).Select(channel => channel.Channel)])
                : (null, []);
        }
    }

    /// <summary>How many rows are missing, behind, or to be taken away.</summary>
    public int CountDirty()
    {
        lock (_gate)
        {
            return _pruned.Count + _entries.Values.Count(entry => entry.IsKnown && entry.IsDirty);
        }
    }

    /// <summary>Up to <paramref name="most"/> plugs whose rows are missing or behind, and the rows to take away.</summary>
    public (IReadOnlyList<DiscoveredEntry> Dirty, IReadOnlyList<int> Pruned) TakeWork(int most)
    {
        lock (_gate)
        {
            int[] pruned = [.. _pruned];
            _pruned.Clear();
            return ([.. _entries.Values.Where(entry => entry.IsKnown && entry.IsDirty).OrderByDescending(entry => entry.Plug.Id).Take(most)], pruned);
        }
    }

    /// <summary>A copy of what an entry's row must say; its id is 0 before it is stored.</summary>
    public (DiscoveredEntry Entry, int Id, HeardPlug Heard, DateTimeOffset FirstHeardAt) FactsOf(DiscoveredEntry entry)
    {
        lock (_gate)
        {
            return (entry, entry.Plug.Id, entry.Plug.ToHeard(), entry.Plug.FirstHeardAt);
        }
    }

    /// <summary>The entry's row as stored.</summary>
    public void Stored(DiscoveredEntry entry, Plug row)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(KeyOf(entry.Plug), out var current) || current != entry)
            {
                return;
            }

            if (row.AdoptedAt is not null)
            {
                Remove(entry);
                return;
            }

            if (!entry.IsKnown)
            {
                _pruned.Add(row.Id);
                return;
            }

            // What came in meanwhile goes into the next write.
            entry.IsDirty = row.Take(entry.Plug.ToHeard());
            entry.StoredMoment = ++_moment;
            Replace(entry, row);
        }
    }

    /// <summary>To be taken before rows are read for <see cref="Follow(IReadOnlyList{Plug}, AdoptedPlugs, long)"/>.</summary>
    public long Moment()
    {
        lock (_gate)
        {
            return _moment;
        }
    }

    /// <summary>
    /// Follows the stored rows of plugs that are not adopted: what other instances and staff did. What was written after
    /// <paramref name="readAt"/> those rows do not show, so it stays.
    /// </summary>
    public void Follow(IReadOnlyList<Plug> rows, AdoptedPlugs adopted, long readAt)
    {
        lock (_gate)
        {
            var stored = rows.Select(row => row.Id).ToHashSet();
            foreach (var entry in _entries.Values.ToList())
            {
                var isGone = entry.Plug.Id != 0 && entry.StoredMoment <= readAt && !stored.Contains(entry.Plug.Id);
                if (isGone || adopted.FindSame(entry.Plug) is not null)
                {
                    Remove(entry);
                }
            }

            var byId = _entries.Values.Where(entry => entry.Plug.Id != 0).ToDictionary(entry => entry.Plug.Id);
            foreach (var row in rows)
            {
                var entry = byId.GetValueOrDefault(row.Id) ?? _entries.GetValueOrDefault(KeyOf(row));
                if (entry is null || entry.StoredMoment <= readAt)
                {
                    Follow(row, entry);
                }
            }
        }
    }

    private static (string Family, string Template, string Address) KeyOf(Plug plug) => (plug.Family, plug.TopicTemplate, plug.Address);
}

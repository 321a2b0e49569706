using MqttChat.Domain.Devices.Formats;

namespace MqttChat.Domain.Devices;

/// <summary>
/// The plugs that are heard and not adopted, in memory and bounded: beyond <see cref="Most"/> the longest silent goes, but never one
/// that staff ignored. Safe for use by several threads.
/// </summary>
internal sealed class DiscoveredPlugs
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

            return entry.Apply(heard.Reading, message.Retained, message.ReceivedAt) | changed;
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
            Replace(entry, row);
        }
    }

    /// <summary>Follows the stored rows of plugs that are not adopted: what other instances and staff did.</summary>
    public void Follow(IReadOnlyList<Plug> rows, AdoptedPlugs adopted)
    {
        lock (_gate)
        {
            var stored = rows.Select(row => row.Id).ToHashSet();
            foreach (var entry in _entries.Values.ToList())
            {
                if ((entry.Plug.Id != 0 && !stored.Contains(entry.Plug.Id)) || adopted.FindSame(entry.Plug) is not null)
                {
                    Remove(entry);
                }
            }

            var byId = _entries.Values.Where(entry => entry.Plug.Id != 0).ToDictionary(entry => entry.Plug.Id);
            foreach (var row in rows)
            {
                Follow(row, byId.GetValueOrDefault(row.Id) ?? _entries.GetValueOrDefault(KeyOf(row)));
            }
        }
    }

    private static (string Family, string Template, string Address) KeyOf(Plug plug) => (plug.Family, plug.TopicTemplate, plug.Address);

    private void Follow(Plug row, DiscoveredEntry? entry)
    {
        if (entry is null)
        {
            entry = Add(row, row.FirstHeardAt);
            entry.IsDirty = false;
            MakeKnown(entry, byAvailability: false);
        }
        else if (entry.IsDirty && entry.Plug.Id != 0)
        {
            // The memory is ahead of the row.
            entry.Plug.IgnoredAt = row.IgnoredAt;
        }
        else if (entry.IsKnown)
        {
            entry.IsDirty = entry.IsDirty && row.Take(entry.Plug.ToHeard());
            Replace(entry, row);
        }
    }

    private bool Learn(DiscoveredEntry entry, HeardPlug heard)
    {
        var key = KeyOf(entry.Plug);
        var changed = entry.Plug.Take(heard);
        if (KeyOf(entry.Plug) != key)
        {
            _entries.Remove(key);
            _entries[KeyOf(entry.Plug)] = entry;
        }

        entry.IsDirty |= changed;
        Index(entry);
        return changed;
    }

    private bool TakeKnown(DiscoveredEntry entry, HeardRaw message)
    {
        var reading = PlugFormats.Read(entry.Plug, message.Topic, message.Payload.Span);
        if (reading.Channels.Count > 0)
        {
            MakeKnown(entry, byAvailability: false);
        }
        else if (entry.IsAvailabilityOnly && reading.Kind == ReadingKind.Nothing
            && PlugFormats.Hear(message.Topic, message.Payload.Span) is { MakesKnown: false, Removed: false })
        {
            // It measures something else: a thermometer has an availability topic as well.
            Hide(entry);
            return true;
        }

        return entry.Apply(reading, message.Retained, message.ReceivedAt) && entry.IsKnown;
    }

    // Guessed first and announced later it is one plug, if the guess listened on the same topics.
    private DiscoveredEntry? FindSame(HeardPlug heard)
    {
        if (_entries.TryGetValue((heard.Family, heard.TopicTemplate, heard.Address), out var entry))
        {
            return entry;
        }

        return heard.Dialect is not null && TopicsOf(heard.ToPlug(default)) is [var first, ..] ? _byTopic.FindFilter(first) : null;
    }

    private static IReadOnlyList<string> TopicsOf(Plug plug) => PlugFormats.For(plug.Family)?.TopicFilters(plug) ?? [];

    private DiscoveredEntry Add(Plug plug, DateTimeOffset heardAt)
    {
        Prune(known: false);
        var entry = new DiscoveredEntry(plug) { IsDirty = true, LastHeardAt = heardAt };
        _entries.Add(KeyOf(plug), entry);
        _held++;
        Index(entry);
        return entry;
    }

    private void MakeKnown(DiscoveredEntry entry, bool byAvailability)
    {
        if (entry.IsKnown)
        {
            entry.IsAvailabilityOnly &= byAvailability;
        }
        else if (!byAvailability || !entry.IsAvailabilityOnly)
        {
            Prune(known: true);
            entry.IsKnown = true;
            entry.IsAvailabilityOnly = byAvailability;
            _held--;
            _known++;
        }
    }

    // Stays marked as known by availability alone, so that its next availability does not bring it back.
    private void Hide(DiscoveredEntry entry)
    {
        if (!entry.IsKnown || entry.Plug.IgnoredAt is not null)
        {
            return;
        }

        if (entry.Plug.Id != 0)
        {
            _pruned.Add(entry.Plug.Id);
            entry.Plug.Id = 0;
        }

        entry.IsKnown = false;
        entry.IsDirty = true;
        _known--;
        _held++;
    }

    private bool Withdraw(string mac)
    {
        _meters.Remove(mac);
        if (!_byMac.TryGetValue(mac, out var entry) || entry.HasSpoken || entry.Plug.IgnoredAt is not null)
        {
            return false;
        }

        Prune(entry);
        return true;
    }

    private bool NoteMeter(string mac)
    {
        if (_meters.Add(mac))
        {
            _meterOrder.Enqueue(mac);
            if (_meterOrder.Count > Most)
            {
                _meters.Remove(_meterOrder.Dequeue());
            }
        }

        if (!_byMac.TryGetValue(mac, out var entry) || entry.IsKnown)
        {
            return false;
        }

        entry.IsAvailabilityOnly = false;
        MakeKnown(entry, byAvailability: false);
        return true;
    }

    private void Prune(bool known)
    {
        if ((known ? _known : _held) >= Most
            && _entries.Values.Where(entry => entry.IsKnown == known && entry.Plug.IgnoredAt is null).MinBy(entry => entry.LastHeardAt) is { } silent)
        {
            Prune(silent);
        }
    }

    private void Prune(DiscoveredEntry entry)
    {
        if (entry.Plug.Id != 0)
        {
            _pruned.Add(entry.Plug.Id);
        }

        Remove(entry);
    }

    private void Remove(DiscoveredEntry entry)
    {
        Unindex(entry);
        _entries.Remove(KeyOf(entry.Plug));
        _known -= entry.IsKnown ? 1 : 0;
        _held -= entry.IsKnown ? 0 : 1;
    }

    private void Replace(DiscoveredEntry entry, Plug row)
    {
        Unindex(entry);
        _entries.Remove(KeyOf(entry.Plug));
        entry.Plug = row;
        _entries[KeyOf(row)] = entry;
        Index(entry);
    }

    private void Index(DiscoveredEntry entry)
    {
        var filters = TopicsOf(entry.Plug);
        if (!entry.Filters.SequenceEqual(filters))
        {
            Unindex(entry);
            entry.Filters = filters;
            foreach (var filter in filters)
            {
                _byTopic.Add(filter, entry);
            }
        }

        if (entry.Plug.Mac is { } mac)
        {
            _byMac[mac] = entry;
        }
    }

    private void Unindex(DiscoveredEntry entry)
    {
        foreach (var filter in entry.Filters)
        {
            _byTopic.Remove(filter, entry);
        }

        entry.Filters = [];
        if (entry.Plug.Mac is { } mac && _byMac.GetValueOrDefault(mac) == entry)
        {
            _byMac.Remove(mac);
        }
    }
}

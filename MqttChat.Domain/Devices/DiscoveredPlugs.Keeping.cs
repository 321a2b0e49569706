using MqttChat.Domain.Devices.Formats;

namespace MqttChat.Domain.Devices;

/// <content>Under the lock: what makes a plug known, what lets it go, and the indexes.</content>
internal sealed partial class DiscoveredPlugs
{
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
        if (message.Payload.IsEmpty)
        {
            return TakeBack(entry, message.Topic);
        }

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

        return entry.Apply(reading, message.Topic, message.Retained, message.ReceivedAt) && entry.IsKnown;
    }

    // A retained message is cleared by an empty one: what was known by it alone was a ghost. A plug that lives speaks again.
    private bool TakeBack(DiscoveredEntry entry, string topic)
    {
        if (!entry.TakeBack(topic) && entry.Plug.IgnoredAt is null)
        {
            Prune(entry);
        }

        return entry.IsKnown;
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

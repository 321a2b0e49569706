namespace MqttChat.Domain.Chat;

/// <summary>
/// The messages that one page holds: always a stretch without gaps, at most <see cref="MaxItems"/>, kept up to date from
/// snapshots and extended by history at either end.
/// </summary>
public sealed class MessageWindow
{
    /// <summary>The most messages in a page.</summary>
    public const int MaxItems = 300;

    private List<MessageView> _items = [];
    private long _lastChange = -1;

    /// <summary>Ascending by sequence.</summary>
    public IReadOnlyList<MessageView> Items => _items;

    /// <summary>There are older ones than the first.</summary>
    public bool HasOlder { get; private set; }

    /// <summary>The last one is the room's newest, and further ones are appended.</summary>
    public bool AtEnd { get; private set; } = true;

    /// <summary>Takes in what is new; true when anything shown changed.</summary>
    public bool Apply(RoomSnapshot room)
    {
        // An empty window has no end to append to: which message is the first, only the snapshot's own order tells.
        if (_items.Count == 0 || room.ChangesAfter > _lastChange)
        {
            JumpToEnd(room);
            return true;
        }

        // All that the snapshot knows, not only what is newer than the last time: a page of history may have been read before a
        // change and put in after it.
        var changed = false;
        foreach (var message in room.Changes.Concat(room.Messages))
        {
            changed |= Replace(message) || Append(message);
        }

        _lastChange = room.LastChange;
        return changed;
    }

    /// <summary>Shows the newest messages and nothing else.</summary>
    public void JumpToEnd(RoomSnapshot room)
    {
        _items = [.. room.Messages];
        HasOlder = room.HasOlder;
        AtEnd = true;
        _lastChange = room.LastChange;
    }

    /// <summary>Puts a page from before the first one in front; the newest ones go when it is too many.</summary>
    public void AddOlder(MessagePage page)
    {
        var first = _items.Count > 0 ? _items[0].Sequence : long.MaxValue;
        _items.InsertRange(0, page.Items.Where(message => message.Sequence < first));
        HasOlder = page.More;
        if (_items.Count > MaxItems)
        {
            _items.RemoveRange(MaxItems, _items.Count - MaxItems);
            AtEnd = false;
        }
    }

    /// <summary>Appends a page from after the last one; the oldest ones go when it is too many.</summary>
    public void AddNewer(MessagePage page)
    {
        var last = _items.Count > 0 ? _items[^1].Sequence : 0;
        _items.AddRange(page.Items.Where(message => message.Sequence > last));
        AtEnd = !page.More;
        DropOldest();
    }

    private bool Append(MessageView message)
    {
        if (!AtEnd || message.Sequence != _items[^1].Sequence + 1)
        {
            return false;
        }

        _items.Add(message);
        DropOldest();
        return true;
    }

    private bool Replace(MessageView message)
    {
        // Sequences have no gaps, so the place follows from the first.
        var index = message.Sequence - _items[0].Sequence;
        if (index < 0 || index >= _items.Count || _items[(int)index] == message || _items[(int)index].Change > message.Change)
        {
            return false;
        }

        _items[(int)index] = message;
        return true;
    }

    private void DropOldest()
    {
        if (_items.Count > MaxItems)
        {
            _items.RemoveRange(0, _items.Count - MaxItems);
            HasOlder = true;
        }
    }
}

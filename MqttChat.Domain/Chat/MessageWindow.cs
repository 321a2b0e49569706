namespace MqttChat.Domain.Chat;

/// <summary>
/// The messages that one page holds: always a stretch without gaps, at most <see cref="MaxItems"/>, kept up to date from
/// snapshots and extended by history at either end. What is in it stays in it while somebody may be reading there.
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

    /// <summary>
    /// Something in here may have changed that the snapshot does not tell: the room was not looked at for longer than it remembers.
    /// Then what is shown is read again (<see cref="Renew"/>).
    /// </summary>
    public bool Misses(RoomSnapshot room) => _items.Count > 0 && room.ChangesAfter > _lastChange;

    /// <summary>
    /// Takes in what is new. <paramref name="isFollowed"/>: the reader is at the end; one who reads above it keeps what is there, and
    /// a full page takes no more.
    /// </summary>
    public void Apply(RoomSnapshot room, bool isFollowed = true)
    {
        // An empty window has no end to append to: which message is the first, only the snapshot's own order tells.
        if (_items.Count == 0)
        {
            JumpToEnd(room);
            return;
        }

        // All that the snapshot knows, not only what is newer than the last time: a page of history may have been read before a
        // change and put in after it.
        foreach (var message in room.Changes.Concat(room.Messages))
        {
            Replace(message);
            Append(message, isFollowed);
        }

        // What lies between is not known here: it is loaded as history is.
        AtEnd &= room.Messages is not [.., var newest] || newest.Sequence <= _items[^1].Sequence;
        _lastChange = Misses(room) ? _lastChange : room.LastChange;
    }

    /// <summary>Takes the state of the messages in here from pages that were just read.</summary>
    public void Renew(IReadOnlyList<MessagePage> pages)
    {
        foreach (var message in pages.SelectMany(page => page.Items))
        {
            Replace(message);
        }

        _lastChange = pages.Count > 0 ? pages.Min(page => page.LastChange) : _lastChange;
    }

    /// <summary>Shows the newest messages and nothing else.</summary>
    public void JumpToEnd(RoomSnapshot room)
    {
        _items = [.. room.Messages];
        HasOlder = room.HasOlder;
        AtEnd = true;
        _lastChange = room.LastChange;
    }

    /// <summary>Shows a place in the history: what comes up to it, and what comes after it.</summary>
    public void JumpTo(MessagePage before, MessagePage after)
    {
        _items = [.. before.Items, .. after.Items];
        (HasOlder, AtEnd) = (before.More, !after.More);
        _lastChange = Math.Min(before.LastChange, after.LastChange);
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

    private void Append(MessageView message, bool isFollowed)
    {
        if (AtEnd && message.Sequence == _items[^1].Sequence + 1 && (isFollowed || _items.Count < MaxItems))
        {
            _items.Add(message);
            DropOldest();
        }
    }

    private void Replace(MessageView message)
    {
        // Sequences have no gaps, so the place follows from the first.
        var index = message.Sequence - _items[0].Sequence;
        if (index >= 0 && index < _items.Count && _items[(int)index] != message && _items[(int)index].Change <= message.Change)
        {
            _items[(int)index] = message;
        }
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

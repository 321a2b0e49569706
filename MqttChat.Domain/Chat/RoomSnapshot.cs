using System.Collections.Immutable;
using MqttChat.Domain.Rooms;

namespace MqttChat.Domain.Chat;

/// <summary>A room at one moment, shared by all who show it. Immutable.</summary>
/// <param name="RoomId">Which room.</param>
/// <param name="Name">Its name.</param>
/// <param name="LastChange">The room's change counter up to which this is complete.</param>
/// <param name="Messages">The newest messages, ascending by sequence; at most <see cref="MaxMessages"/>.</param>
/// <param name="HasOlder">There are older ones.</param>
/// <param name="Changes">The last changes, ascending; edits and deletions of messages older than <paramref name="Messages"/> too.</param>
/// <param name="ChangesAfter">Every change above this number is in <paramref name="Changes"/>.</param>
public sealed record RoomSnapshot(
    int RoomId, string Name, long LastChange, ImmutableArray<MessageView> Messages, bool HasOlder,
    ImmutableArray<MessageView> Changes, long ChangesAfter)
{
    /// <summary>Nothing is written here any more.</summary>
    public bool IsArchived { get; init; }

    /// <summary>The most messages, and the most changes, that are kept.</summary>
    public const int MaxMessages = 100;

    /// <summary>The same room with further changes, ascending by change.</summary>
    internal RoomSnapshot With(IReadOnlyList<MessageView> changes)
    {
        var messages = Messages.ToDictionary(message => message.Sequence);
        var oldest = Messages.Length > 0 && HasOlder ? Messages[0].Sequence : 0;
        foreach (var change in changes.Where(change => change.Sequence >= oldest))
        {
            messages[change.Sequence] = change;
        }

        var all = Changes.AddRange(changes);
        var dropped = Math.Max(0, all.Length - MaxMessages);
        return this with
        {
            LastChange = changes[^1].Change,
            Messages = [.. messages.Values.OrderBy(message => message.Sequence).Skip(messages.Count - MaxMessages)],
            HasOlder = HasOlder || messages.Count > MaxMessages,
            Changes = all.RemoveRange(0, dropped),
            ChangesAfter = dropped > 0 ? all[dropped - 1].Change : ChangesAfter,
        };
    }
}

/// <summary>A room as one member sees it.</summary>
/// <param name="Room">What all see.</param>
/// <param name="Role">The viewer's role there.</param>
/// <param name="MayModerate">The viewer may delete what others wrote.</param>
public sealed record RoomView(RoomSnapshot Room, MembershipRole Role, bool MayModerate);

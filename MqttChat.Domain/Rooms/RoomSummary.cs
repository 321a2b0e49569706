namespace MqttChat.Domain.Rooms;

/// <summary>A line in a person's list of rooms.</summary>
/// <param name="Id">The room.</param>
/// <param name="Name">Its name.</param>
/// <param name="IsOpen">Open to all.</param>
/// <param name="IsEveryone">The room that nobody leaves.</param>
/// <param name="Role">The viewer's role there; null for an open room not joined.</param>
/// <param name="Unread">Messages of others above the last read one, not deleted; counted up to <see cref="MaxUnread"/>.</param>
/// <param name="LastMessageAt">When the newest message was sent; null in lists that are live.</param>
public sealed record RoomSummary(
    int Id, string Name, bool IsOpen, bool IsEveryone, MembershipRole? Role, int Unread, DateTimeOffset? LastMessageAt)
{
    /// <summary>The newest message, in lists that are live; null in an empty room, and for people who are not members.</summary>
    public LastMessage? Last { get; init; }

    /// <summary>Who asks the viewer in; null: nobody does.</summary>
    public string? InvitedBy { get; init; }

    /// <summary>It is read, but no longer written in.</summary>
    public bool IsArchived { get; init; }

    /// <summary>Counting stops here; it is shown as "99+".</summary>
    public const int MaxUnread = 100;

    /// <summary>The viewer belongs to it.</summary>
    public bool IsMember => Role is not null;
}

/// <summary>A room's newest message as lists show it.</summary>
/// <param name="AuthorId">Who wrote it.</param>
/// <param name="AuthorName">The name of now; null when the person is gone.</param>
/// <param name="Text">Its beginning, on one line; null once deleted.</param>
/// <param name="SentAt">When it was stored.</param>
public sealed record LastMessage(string AuthorId, string? AuthorName, string? Text, DateTimeOffset SentAt)
{
    /// <summary>No list shows more of a text.</summary>
    public const int MaxTextLength = 120;
}

/// <summary>A room as its own page shows it.</summary>
public sealed record RoomDetails(
    int Id, string Name, bool IsOpen, bool IsEveryone, bool MembersMaySwitch, MembershipRole? Role, bool MayManage, int MemberCount, bool IsArchived);

/// <summary>A room in staff's list of all.</summary>
public sealed record RoomRow(
    int Id, string Name, bool IsOpen, bool IsEveryone, bool IsArchived, int MemberCount, long MessageCount, DateTimeOffset? LastMessageAt,
    DateTimeOffset CreatedAt, string? CreatedBy);

/// <summary>A person in a room's list of members.</summary>
public sealed record RoomMember(string UserId, string Name, MembershipRole Role, DateTimeOffset JoinedAt)
{
    /// <summary>What the person tells of themselves, by label.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Tags { get; init; } = [];
}

/// <summary>What takes the removal of a member back; nobody but <see cref="RoomMembers"/> makes one.</summary>
public sealed class RemovedMember
{
    internal RemovedMember(Membership membership, DateTimeOffset removedAt) => (Membership, RemovedAt) = (membership, removedAt);

    internal Membership Membership { get; }

    internal DateTimeOffset RemovedAt { get; }
}

/// <summary>A person who could be added to a room.</summary>
public sealed record RoomCandidate(string UserId, string Name);

/// <summary>One page of a longer list.</summary>
/// <param name="Items">What is on it.</param>
/// <param name="More">There is more after it.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, bool More);

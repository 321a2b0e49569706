namespace MqttChat.Domain.Rooms;

/// <summary>A room that people chat in.</summary>
public sealed class Room
{
    /// <summary>Primary key; the only part of a room that a topic carries.</summary>
    public int Id { get; set; }

    /// <summary>The name, 1 to 100 characters; not unique.</summary>
    public required string Name { get; set; }

    /// <summary>Open to all: anyone signed in may join and read. Otherwise members only.</summary>
    public bool IsOpen { get; set; }

    /// <summary>The room that everyone is in from the start and cannot leave.</summary>
    public bool IsEveryone { get; set; }

    /// <summary>Members may switch this room's plugs, not only staff.</summary>
    public bool MembersMaySwitch { get; set; }

    /// <summary>
    /// The room's change counter: the number of the last change to what a reader sees. The next one is taken by updating
    /// this row, whose lock then orders the changes.
    /// </summary>
    public long LastChange { get; set; }

    /// <summary>The <c>Sequence</c> of the newest message; 0 in an empty room.</summary>
    public long LastSequence { get; set; }

    /// <summary>When the newest message was sent.</summary>
    public DateTimeOffset? LastMessageAt { get; set; }

    /// <summary>When the room was made.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Who made it; null for the Everyone room.</summary>
    public string? CreatedById { get; set; }

    /// <summary>When it was archived: read, but no longer written in; null: it lives.</summary>
    public DateTimeOffset? ArchivedAt { get; set; }
}

/// <summary>What a member may do in a room.</summary>
public enum MembershipRole
{
    /// <summary>Reads and writes.</summary>
    Member,
    /// <summary>Also adds and removes members, and deletes messages.</summary>
    Owner,
}

/// <summary>That a person belongs to a room.</summary>
public sealed class Membership
{
    /// <summary>Which room.</summary>
    public int RoomId { get; set; }

    /// <summary>Which person.</summary>
    public required string UserId { get; set; }

    /// <summary>What the person may do there.</summary>
    public MembershipRole Role { get; set; }

    /// <summary>Since when.</summary>
    public DateTimeOffset JoinedAt { get; set; }

    /// <summary>The highest <c>Sequence</c> the person has seen, on any device.</summary>
    public long LastReadSequence { get; set; }
}

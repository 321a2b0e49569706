namespace MqttChat.Domain.Rooms;

/// <summary>That a person was asked into a room by a resident, and has not come in. There is one for a person and a room.</summary>
public sealed class RoomInvitation
{
    /// <summary>Which room.</summary>
    public int RoomId { get; set; }

    /// <summary>Who is asked.</summary>
    public required string UserId { get; set; }

    /// <summary>Who asks.</summary>
    public required string InvitedById { get; set; }

    /// <summary>Since when.</summary>
    public DateTimeOffset InvitedAt { get; set; }

    /// <summary>When the person declined: no resident asks them into this room again. Null: unanswered.</summary>
    public DateTimeOffset? DeclinedAt { get; set; }
}

/// <summary>A person who was asked into a room and has not answered.</summary>
public sealed record InvitedPerson(string UserId, string Name, DateTimeOffset InvitedAt);

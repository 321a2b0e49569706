namespace MqttChat.Domain.Rooms;

/// <summary>Limits of what one person makes of rooms, from <c>Limits:*</c>; 0 is off. Staff have the house's bounds only.</summary>
public sealed class RoomLimits
{
    /// <summary>Rooms that one resident has made and that are still there, archived ones too.</summary>
    public int RoomsPerPerson { get; set; } = 50;

    /// <summary>Rooms that one person makes in a minute.</summary>
    public int NewRoomsPerPersonPerMinute { get; set; } = 60;

    /// <summary>Invitations into rooms of one person that nobody has answered.</summary>
    public int RoomInvitationsPerPerson { get; set; } = 100;

    /// <summary>Invitations into rooms that one person makes in a minute.</summary>
    public int NewRoomInvitationsPerPersonPerMinute { get; set; } = 30;
}

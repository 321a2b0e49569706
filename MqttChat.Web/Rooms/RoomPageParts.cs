namespace MqttChat.Web.Rooms;

/// <summary>What other features put on a room's page; they know rooms, rooms do not know them.</summary>
public sealed class RoomPageParts
{
    /// <summary>A component beside the messages; it gets the parameters <c>RoomId</c> and <c>Viewer</c>.</summary>
    public Type? Aside { get; set; }
}

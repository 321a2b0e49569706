namespace MqttChat.Web.Rooms;

/// <summary>What other features put on a room's page; they know rooms, rooms do not know them.</summary>
public sealed class RoomPageParts
{
    /// <summary>A component beside the messages; it gets the parameters <c>RoomId</c> and <c>Viewer</c>.</summary>
    public Type? Aside { get; set; }

    /// <summary>
    /// A component for the page on which no room is open; it gets the parameters <c>Viewer</c> and <c>Otherwise</c>, which it draws when it
    /// has nothing to say.
    /// </summary>
    public Type? Start { get; set; }
}

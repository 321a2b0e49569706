namespace MqttChat.Web.Rooms;

/// <summary>Who looks at a list of rooms, and where and on which day.</summary>
public sealed record RoomListViewing(string ViewerId, TimeZoneInfo Zone, DateOnly Today);

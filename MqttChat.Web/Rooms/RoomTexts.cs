namespace MqttChat.Web.Rooms;

/// <summary>Names the resources of rooms: lists, members, refusals of <c>room.*</c>.</summary>
public sealed class RoomTexts;

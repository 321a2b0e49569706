namespace MqttChat.Domain.Signals;

/// <summary>
/// Says "read this again" and nothing else. <see cref="Topic"/> is the MQTT topic under the optional prefix; ids are the
/// only variable part, so that whoever hears the topic learns no name and no text.
/// </summary>
public readonly record struct ReloadSignal(string Topic)
{
    /// <summary>A room's messages, members or settings changed.</summary>
    public static ReloadSignal Room(int roomId) => new($"room/{roomId}");

    /// <summary>The set of rooms, or who belongs to which, changed.</summary>
    public static ReloadSignal Rooms { get; } = new("rooms");

    /// <summary>Readings, on/off states or energy changed.</summary>
    public static ReloadSignal Power { get; } = new("power");

    /// <summary>The set of plugs, a plug's name, room or settings changed.</summary>
    public static ReloadSignal Plugs { get; } = new("plugs");

    /// <summary>The house's name, time zone, price or language changed.</summary>
    public static ReloadSignal House { get; } = new("house");

    /// <summary>A person's account, role or profile changed.</summary>
    public static ReloadSignal People { get; } = new("people");
}

namespace MqttChat.Domain.Rooms;

/// <summary>The rule for a room's name.</summary>
public static class RoomName
{
    /// <summary>The longest name, in UTF-16 units.</summary>
    public const int MaxLength = 100;

    /// <summary>
    /// The name without white space around it. Throws <c>room.nameEmpty</c>, <c>room.nameTooLong</c>, or
    /// <c>room.nameUnreadable</c> for control characters and broken Unicode.
    /// </summary>
    public static string Clean(string? name)
    {
        var clean = PlainText.Tidy(name);
        if (!PlainText.HasSubstance(clean))
        {
            throw RefusedException.Invalid("room.nameEmpty", "name");
        }

        if (clean.Length > MaxLength)
        {
            throw RefusedException.Invalid("room.nameTooLong", "name");
        }

        return !PlainText.IsName(clean)
            ? throw RefusedException.Invalid("room.nameUnreadable", "name")
            : clean;
    }
}

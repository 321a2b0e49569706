using MqttChat.Domain.Rooms;

namespace MqttChat.Domain.Devices;

/// <summary>The name that staff give a plug.</summary>
internal static class PlugName
{
    /// <summary>The longest name, in UTF-16 units.</summary>
    public const int MaxLength = 100;

    /// <summary>The name trimmed. Refuses <c>plug.nameEmpty</c>, <c>plug.nameTooLong</c>, <c>plug.nameInvalid</c> (control characters).</summary>
    public static string Checked(string? name)
    {
        var trimmed = PlainText.Tidy(name);
        if (!PlainText.HasSubstance(trimmed))
        {
            throw RefusedException.Invalid("plug.nameEmpty", "name");
        }

        if (trimmed.Length > MaxLength)
        {
            throw RefusedException.Invalid("plug.nameTooLong", "name");
        }

        return PlainText.IsName(trimmed) ? trimmed : throw RefusedException.Invalid("plug.nameInvalid", "name");
    }
}

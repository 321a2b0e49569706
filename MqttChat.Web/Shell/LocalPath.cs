namespace MqttChat.Web.Shell;

/// <summary>The rule for addresses that come in with a request and are gone to afterwards.</summary>
internal static class LocalPath
{
    /// <summary>A path of our own, else null: a link must not lead people to another site.</summary>
    public static string? Of(string? address) =>
        address is ['/', ..] and not ['/', '/' or '\\', ..] && !address.Any(char.IsControl) ? address : null;
}

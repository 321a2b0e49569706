using System.Text.RegularExpressions;
using MqttChat.Domain.Rooms;

namespace MqttChat.Domain.Devices;

/// <summary>What may be typed for a plug that is to be connected.</summary>
internal static partial class PlugCredentialRules
{
    // First levels that belong to many: a bridge of that name would speak for all plugs under it.
    private static readonly HashSet<string> Shared = new(StringComparer.Ordinal)
    {
        "tele", "stat", "cmnd", "tasmota", "tasmotas", "shellies", "homeassistant", "homie", "mqttchat",
        "room", "rooms", "power", "plugs", "people", "house", "ingest",
    };

    /// <summary>Longest name in staff's own words.</summary>
    public const int MaxLabelLength = 64;

    /// <summary>One of the families; else 400 <c>connect.familyUnknown</c>.</summary>
    public static string Family(string? family) =>
        PlugTopics.Families.Contains(family) ? family! : throw RefusedException.Invalid("connect.familyUnknown", "family");

    /// <summary>Whether it can be a user and a topic as it stands.</summary>
    public static bool IsUserName(string name) => Names().IsMatch(name);

    /// <summary>Whether all plugs, or the house itself, speak under that first level.</summary>
    public static bool IsShared(string name) => Shared.Contains(name);

    /// <summary>What staff call the plug, in any script; null where that is its user name already.</summary>
    public static string? Label(string? name)
    {
        var wanted = PlainText.Tidy(name);
        if (!PlainText.HasSubstance(wanted))
        {
            throw RefusedException.Invalid("connect.nameEmpty", "name");
        }

        return wanted.Length > MaxLabelLength || !PlainText.IsName(wanted)
            ? throw RefusedException.Invalid("connect.nameInvalid", "name")
            : IsUserName(wanted.ToLowerInvariant()) ? null : wanted;
    }

    /// <summary>
    /// The plug's name: user, topic and part of its access rules, so nothing that one of them would read otherwise. Capitals are made
    /// small: the broker would tell two plugs apart that nobody else does.
    /// </summary>
    public static string Name(string? name)
    {
        var wanted = name?.Trim().ToLowerInvariant() ?? "";
        if (wanted.Length == 0)
        {
            throw RefusedException.Invalid("connect.nameEmpty", "name");
        }

        if (!Names().IsMatch(wanted))
        {
            throw RefusedException.Invalid("connect.nameInvalid", "name");
        }

        return Shared.Contains(wanted) ? throw RefusedException.Invalid("connect.nameReserved", "name") : wanted;
    }

    /// <summary>A hardware address in any usual spelling, or none; else 400 <c>connect.macInvalid</c>.</summary>
    public static string? Mac(string family, string? mac)
    {
        if (family != PlugTopics.Tasmota || string.IsNullOrWhiteSpace(mac))
        {
            return null;
        }

        var plain = mac.Trim().ToUpperInvariant().Replace(":", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);
        return Macs().IsMatch(plain) ? plain : throw RefusedException.Invalid("connect.macInvalid", "mac");
    }

    // 32 characters are the most that Tasmota takes for a topic.
    [GeneratedRegex("^[a-z0-9][a-z0-9_-]{0,31}$", RegexOptions.CultureInvariant)]
    private static partial Regex Names();

    [GeneratedRegex("^[0-9A-F]{12}$", RegexOptions.CultureInvariant)]
    private static partial Regex Macs();
}

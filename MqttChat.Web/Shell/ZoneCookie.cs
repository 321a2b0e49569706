namespace MqttChat.Web.Shell;

/// <summary>The browser's time zone, which the page's first script (theme.js) leaves for pages drawn on the server.</summary>
internal static class ZoneCookie
{
    private const string Name = "mqttchat-zone";

    /// <summary>The zone's IANA name; null as long as the browser has not told it.</summary>
    public static string? Read(HttpContext? http) =>
        http?.Request.Cookies[Name] is { Length: > 0 } zone ? Uri.UnescapeDataString(zone) : null;

    /// <summary>The browser's zone; null as long as it has not told one that this machine knows.</summary>
    public static TimeZoneInfo? Find(HttpContext? http) =>
        Read(http) is { Length: > 0 and < 64 } id && TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone) ? zone : null;

    /// <summary>The zone of that id; the other one where this machine knows none of that name.</summary>
    public static TimeZoneInfo Zone(string? id, TimeZoneInfo otherwise) =>
        id is { Length: > 0 and < 64 } && TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone) ? zone : otherwise;
}

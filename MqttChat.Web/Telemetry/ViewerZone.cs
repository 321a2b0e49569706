using System.Globalization;
using Microsoft.JSInterop;
using MqttChat.Web.Shell;

namespace MqttChat.Web.Telemetry;

/// <summary>
/// The viewer's time zone: from the cookie that the page's first script sets while a page is drawn on the server, and from
/// the browser itself once a circuit runs.
/// </summary>
public sealed class ViewerZone(IHttpContextAccessor http, TimeProvider clock)
{
    private TimeZoneInfo? _zone;

    /// <summary>The viewer's zone; UTC as long as it is not known.</summary>
    public TimeZoneInfo Zone => _zone ??= Find(ZoneCookie.Read(http.HttpContext)) ?? TimeZoneInfo.Utc;

    /// <summary>Asks the browser, once a circuit.</summary>
    public async Task AskAsync(IJSRuntime js, CancellationToken cancellation)
    {
        if (_zone is not null && _zone != TimeZoneInfo.Utc)
        {
            return;
        }

        await using var module = await js.InvokeAsync<IJSObjectReference>("import", cancellation, "./Telemetry/zone.js");
        _zone = Find(await module.InvokeAsync<string?>("zone", cancellation)) ?? TimeZoneInfo.Utc;
    }

    /// <summary>"14:32" today, with the date on other days, in the viewer's zone and language.</summary>
    public string Time(DateTimeOffset at)
    {
        var local = TimeZoneInfo.ConvertTime(at, Zone);
        var today = TimeZoneInfo.ConvertTime(clock.GetUtcNow(), Zone).Date;
        var culture = CultureInfo.CurrentCulture;
        return local.Date == today
            ? local.ToString("t", culture)
            : $"{local.ToString(culture.DateTimeFormat.ShortDatePattern, culture)} {local.ToString("t", culture)}";
    }

    private static TimeZoneInfo? Find(string? id) =>
        !string.IsNullOrWhiteSpace(id) && TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone) ? zone : null;
}

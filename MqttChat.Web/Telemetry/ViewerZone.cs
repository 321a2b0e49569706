using System.Globalization;
using Microsoft.JSInterop;
using MqttChat.Domain.Accounts.Settings;
using MqttChat.Web.Shell;

namespace MqttChat.Web.Telemetry;

/// <summary>
/// The viewer's time zone: from the cookie that the page's first script sets while a page is drawn on the server, and from
/// the browser itself once a circuit runs.
/// </summary>
public sealed class ViewerZone(IHttpContextAccessor http, HouseSettings house, TimeProvider clock)
{
    private TimeZoneInfo? _zone;
    private bool _isAsked;

    /// <summary>The viewer's zone; the house's as long as it is not known.</summary>
    public TimeZoneInfo Zone => _zone ??= ZoneCookie.Find(http.HttpContext) ?? house.Current.Zone;

    /// <summary>Asks the browser, once a circuit.</summary>
    public async Task AskAsync(IJSRuntime js, CancellationToken cancellation)
    {
        if (_isAsked)
        {
            return;
        }

        _isAsked = true;
        await using var module = await js.InvokeAsync<IJSObjectReference>("import", cancellation, "./Telemetry/zone.js");
        _zone = Find(await module.InvokeAsync<string?>("zone", cancellation)) ?? house.Current.Zone;
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

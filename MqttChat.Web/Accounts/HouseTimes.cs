using System.Globalization;
using MqttChat.Domain.Accounts.Settings;
using MqttChat.Web.Shell;

namespace MqttChat.Web.Accounts;

/// <summary>Times on pages without a script: in the zone that the browser has told, as on every other page, else in the house's.</summary>
internal sealed class HouseTimes(HouseSettings house, IHttpContextAccessor http)
{
    /// <summary>The zone of whoever asks by this request.</summary>
    public TimeZoneInfo Zone => ZoneCookie.Find(http.HttpContext) ?? house.Current.Zone;

    /// <summary>Date and time in the person's language.</summary>
    public string Show(DateTimeOffset time) => Show(time, Zone);

    /// <summary>The same for a live page, which keeps the zone of its first request.</summary>
    public static string Show(DateTimeOffset time, TimeZoneInfo zone) => TimeZoneInfo.ConvertTime(time, zone).ToString("g", CultureInfo.CurrentCulture);
}

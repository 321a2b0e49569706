using System.Globalization;
using MqttChat.Domain.Accounts.Settings;
using MqttChat.Web.Shell;

namespace MqttChat.Web.Accounts;

/// <summary>Times on pages without a script: in the zone that the browser has told, as on every other page, else in the house's.</summary>
internal sealed class HouseTimes(HouseSettings house, IHttpContextAccessor http)
{
    /// <summary>Date and time in the person's language.</summary>
    public string Show(DateTimeOffset time) =>
        TimeZoneInfo.ConvertTime(time, ZoneCookie.Find(http.HttpContext) ?? house.Current.Zone).ToString("g", CultureInfo.CurrentCulture);
}

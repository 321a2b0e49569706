using System.Globalization;
using Microsoft.Extensions.Options;
using MqttChat.Web.Shell;

namespace MqttChat.Web.Accounts;

/// <summary>Times on pages without a script: in the house's zone, where its people live.</summary>
internal sealed class HouseTimes(IOptions<HouseOptions> house)
{
    private readonly TimeZoneInfo _zone = house.Value.Zone;

    /// <summary>Date and time in the person's language.</summary>
    public string Show(DateTimeOffset time) => TimeZoneInfo.ConvertTime(time, _zone).ToString("g", CultureInfo.CurrentCulture);
}

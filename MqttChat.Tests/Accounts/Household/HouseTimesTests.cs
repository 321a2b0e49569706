using Microsoft.AspNetCore.Http;
using MqttChat.Tests.Support;
using MqttChat.Web.Accounts;

namespace MqttChat.Tests.Accounts.Household;

/// <summary>One zone on all pages: the browser's, and the house's as long as it has told none, whatever the server's is.</summary>
public sealed class HouseTimesTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("mqttchat-zone=Asia%2FKolkata", "17:30")]
    [InlineData("", "21:00")]
    [InlineData("mqttchat-zone=Mars%2FBase", "21:00")]
    public void Show_IsInTheBrowsersZone_ElseInTheHouses(string cookie, string time)
    {
        var request = new DefaultHttpContext();
        request.Request.Headers.Cookie = cookie;
        var times = new HouseTimes(Households.Of(new() { TimeZone = "Asia/Tokyo" }), new HttpContextAccessor { HttpContext = request });

        Assert.Equal(time, TimeZoneInfo.ConvertTime(Noon, times.Zone).ToString("HH:mm", System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(HouseTimes.Show(Noon, times.Zone), times.Show(Noon));
    }
}

using Microsoft.Extensions.DependencyInjection;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Telemetry;
using MqttChat.Domain.Telemetry.Freshness;

namespace MqttChat.Tests.Telemetry.Freshness;

/// <summary>From reports to pages: the interval of the plug itself decides when it is silent.</summary>
public sealed class SeldomReportsTests
{
    private static readonly Viewer Staff = new("staff", true);

    [Theory]
    [InlineData(30, 16, 800.0)]
    [InlineData(30, 88, 800.0)]
    [InlineData(30, 92, null)]
    [InlineData(5, 14, 800.0)]
    [InlineData(5, 17, null)]
    public async Task ThePlug_AndTheChartOfTheHouse_SayTheSame(int everyMinutes, int waitedMinutes, double? expected)
    {
        await using var house = await PowerFeedTests.HouseWithPlugsAsync();
        await ReportAsync(house, TimeSpan.FromMinutes(everyMinutes), reports: 6);
        house.Stores.Clock.Advance(TimeSpan.FromMinutes(waitedMinutes));

        Assert.Equal(expected, (await FridgeAsync(house)).Watts(house.Now));
        Assert.Equal(expected, await LastOfTheChartAsync(house, TimeSpan.FromHours(1)));
        Assert.Equal(expected, await LastOfTheChartAsync(house, TimeSpan.FromDays(1)));
    }

    [Fact]
    public async Task ARelay_SwitchedOff_IsZeroOnThePageAndInTheChart()
    {
        await using var house = await PowerFeedTests.HouseWithPlugsAsync();
        await ReportAsync(house, TimeSpan.FromMinutes(5), reports: 4);
        house.Stores.Clock.Advance(TimeSpan.FromMinutes(2));
        await house.StoreAsync(house.Message("stat/fridge/POWER", "OFF"));
        house.Stores.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(0, (await FridgeAsync(house)).Watts(house.Now));
        Assert.Equal(0, await LastOfTheChartAsync(house, TimeSpan.FromHours(1)));
    }

    private static async Task ReportAsync(IngestHouse house, TimeSpan every, int reports)
    {
        for (var i = 0; i < reports; i++)
        {
            house.Stores.Clock.Advance(every);
            await house.StoreAsync(house.Message("stat/fridge/POWER", "ON"), house.Sensor(house.Now, 800, 5 + (i * 0.1)));
        }
    }

    private static async Task<PlugPower> FridgeAsync(IngestHouse house)
    {
        var feed = house.Stores.Services.GetRequiredService<PowerFeed>();
        await feed.RefreshAsync(CancellationToken.None);
        return feed.Current.Plugs.Single(plug => plug.Name == "fridge");
    }

    private static async Task<double?> LastOfTheChartAsync(IngestHouse house, TimeSpan length)
    {
        var history = house.Stores.Services.GetRequiredService<PowerHistory>();
        return (await history.OfHouseAsync(Staff, house.Now - length, house.Now, CancellationToken.None)).Points[^1].Watts;
    }
}

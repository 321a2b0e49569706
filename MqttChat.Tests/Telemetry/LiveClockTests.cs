namespace MqttChat.Tests.Telemetry;

/// <summary>What is said now holds now, whatever the plug's clock says.</summary>
public sealed class LiveClockTests
{
    [Theory]
    [InlineData("+00:00", 600)]
    [InlineData("+00:00", 3600)]
    [InlineData("+00:00", 24 * 3600)]
    [InlineData("+00:00", 6 * 24 * 3600)]
    [InlineData("+00:00", 60)]
    [InlineData("", 600)]
    [InlineData("", 2 * 24 * 3600)]
    public async Task Store_LiveReportWithAClockBehind_TellsThePresent(string zone, int behindSeconds)
    {
        await using var house = await IngestHouse.CreateAsync();
        await house.StoreAsync(house.Sensor(null, 800, 5.0), house.Message("stat/fridge/POWER", "OFF"));
        house.Stores.Clock.Advance(TimeSpan.FromSeconds(10));
        var time = $"{house.Now.AddSeconds(-behindSeconds):yyyy-MM-ddTHH:mm:ss}{zone}";

        await house.StoreAsync(
            house.Message("tele/fridge/STATE", $$"""{"Time":"{{time}}","POWER":"ON"}"""),
            house.Message("tele/fridge/SENSOR", $$$"""{"Time":"{{{time}}}","ENERGY":{"Total":5.001,"Power":7}}"""));

        var channel = await house.ChannelAsync();
        Assert.Equal((true, 7.0, 5.001), (channel.IsOn!.Value, channel.ActivePowerWatts!.Value, channel.EnergyKilowattHours!.Value));
        Assert.InRange(channel.LastSampleAt!.Value, house.Now, house.Now.AddTicks(1));
        Assert.Null(channel.DirtyFrom);
    }

    [Fact]
    public async Task Store_LiveClockThatJumpsByAnHour_KeepsTheOrder()
    {
        await using var house = await IngestHouse.CreateAsync();
        var start = house.Now;
        for (var i = 0; i < 12; i++)
        {
            house.Stores.Clock.Advance(TimeSpan.FromMinutes(5));
            var clock = house.Now.AddHours(i % 3 == 1 ? -1 : 0);
            await house.StoreAsync(house.Message(
                "tele/fridge/SENSOR",
                FormattableString.Invariant($$$"""{"Time":"{{{clock:yyyy-MM-ddTHH:mm:ss}}}+00:00","ENERGY":{"Total":{{{5.0 + (0.01 * i)}}},"Power":120}}""")));
        }

        var times = (await house.SamplesAsync()).Select(sample => sample.At);
        Assert.Equal(Enumerable.Range(1, 12).Select(i => start.AddMinutes(5 * i)), times);
        Assert.Equal(0.11, (await house.ChannelAsync()).EnergyCountedKilowattHours, 9);
    }
}

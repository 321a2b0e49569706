namespace MqttChat.Tests.Telemetry;

public sealed class ChannelLimitTests
{
    [Theory]
    [InlineData(5, 20_000, 100)]
    [InlineData(30, 6_000, 180)]
    public async Task Store_HouseMeterWhoseLimitIsSet_IsCountedOverASilence(int hours, double watts, double kilowattHours)
    {
        await using var house = await IngestHouse.CreateAsync();
        house.Limited(25_000);
        var start = house.Now.AddHours(-hours);

        await house.StoreAsync(house.Sensor(start, watts, 1000));
        await house.StoreAsync(house.Sensor(house.Now, watts, 1000 + kilowattHours));

        Assert.Equal(kilowattHours, (await house.ChannelAsync()).EnergyCountedKilowattHours, 6);
    }
}

using MqttChat.Domain.Devices;
using MqttChat.Domain.Telemetry;

namespace MqttChat.Tests.Telemetry.Freshness;

/// <summary>What a broker keeps comes again at each connection: it counts where it tells what nobody heard, and not where it is old.</summary>
public class RetainedStateTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AState_ThatChangedWhileTheLinkWasAway_IsTakenIn(bool sessionPresent)
    {
        await using var house = await IngestHouse.CreateAsync();
        await house.StoreAsync(house.Message("stat/fridge/POWER", "ON"), house.Message("tele/fridge/LWT", "Online", retained: true));
        await ReconnectAsync(house, sessionPresent);

        await house.StoreAsync(
            house.Message("stat/fridge/POWER", "OFF", retained: true), house.Message("tele/fridge/LWT", "Offline", retained: true));

        Assert.Equal((false, house.Now), ((await house.ChannelAsync()).IsOn, (await house.ChannelAsync()).ReportedAt!.Value));
        Assert.Equal(Availability.Offline, (await house.PlugAsync())!.Availability);
        // It may be from before all the same: the plug knows.
        Assert.Equal(["fridge"], house.Asked.Select(plug => plug.Address));
    }

    [Fact]
    public async Task AState_SaidOnThisConnection_IsNotUndone()
    {
        await using var house = await IngestHouse.CreateAsync();
        await ReconnectAsync(house, true);
        await house.StoreAsync(house.Message("stat/fridge/POWER", "ON", backlog: true));

        await house.StoreAsync(house.Message("stat/fridge/POWER", "OFF", retained: true));

        Assert.True((await house.ChannelAsync()).IsOn);
    }

    [Fact]
    public async Task AState_ThatWasKeptAllTheTime_IsNotTakenForNew()
    {
        await using var house = await IngestHouse.CreateAsync();
        var kept = house.Message("stat/fridge/POWER", "OFF", retained: true);
        await house.StoreAsync(kept);
        await house.StoreAsync(house.Message("stat/fridge/POWER", "ON"));
        await ReconnectAsync(house, true);

        await house.StoreAsync(kept);

        Assert.True((await house.ChannelAsync()).IsOn);
        Assert.Equal(["fridge"], house.Asked.Select(plug => plug.Address));
    }

    [Theory]
    [InlineData(10, 77.0)]
    [InlineData(0, 100.0)]
    [InlineData(-10, 100.0)]
    public async Task AReading_WithATime_CountsWhereThatIsNewer(int seconds, double expected)
    {
        await using var house = await IngestHouse.CreateAsync();
        var heardAt = house.Now;
        await house.StoreAsync(house.Sensor(heardAt, 100, 5));
        await ReconnectAsync(house, true);
        // Said on this connection, but earlier than what is kept.
        await house.StoreAsync(house.Message("tele/fridge/LWT", "Online"));

        var keptAt = heardAt.AddSeconds(seconds).ToString("yyyy-MM-ddTHH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        await house.StoreAsync(house.Message("tele/fridge/SENSOR", $$$"""{"Time":"{{{keptAt}}}","ENERGY":{"Power":77,"Total":6}}""", retained: true));

        var channel = await house.ChannelAsync();
        Assert.Equal((expected, expected == 77 ? 6.0 : 5.0), (channel.ActivePowerWatts!.Value, channel.EnergyKilowattHours!.Value));
        Assert.Equal(1, await house.CountAsync<PowerSample>());
        Assert.Empty(house.Asked);
    }

    private static Task ReconnectAsync(IngestHouse house, bool sessionPresent)
    {
        house.Stores.Clock.Advance(TimeSpan.FromMinutes(3));
        return house.Ingest.BeginConnectionAsync(house.Lease, sessionPresent, CancellationToken.None);
    }
}

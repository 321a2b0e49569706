using MqttChat.Domain.Telemetry;

namespace MqttChat.Tests.Telemetry;

public class HouseStayTests
{
    [Fact]
    public async Task Store_RemovedAtElevenAndAdoptedAgainAtFifteen_CountsFromAdoptionOn()
    {
        await using var house = await IngestHouse.CreateAsync();
        var start = house.Now.AddHours(-10);
        await house.StoreAsync(house.Sensor(start, 100, 10.8), house.Sensor(start.AddHours(2), 100, 11));
        house.TakenInAgain(start.AddHours(3), start.AddHours(6));

        // Said before it was adopted and delivered after it: it lies outside.
        await house.StoreAsync(house.Sensor(start.AddHours(5), 900, 14, backlog: true));
        await house.StoreAsync(house.Sensor(start.AddHours(6.1), 100, 15));
        Assert.Equal(0.2, (await house.ChannelAsync()).EnergyCountedKilowattHours, 6);
        await house.StoreAsync(house.Sensor(start.AddHours(8), 100, 15.2));

        await AssertCountedAsync(house, 0.4);
        await using var store = await house.Stores.Telemetry.CreateDbContextAsync();
        Assert.Equal((MeterResetKind.Readopted, 11.0, 15.0), store.MeterResets.Select(row => new { row.Kind, row.FromKilowattHours, row.ToKilowattHours })
            .AsEnumerable().Select(row => (row.Kind, row.FromKilowattHours, row.ToKilowattHours)).Single());
    }

    [Fact]
    public async Task Recompute_LateReadingFromBeforeTheRemoval_LeavesWhatWasUsedOutsideUncounted()
    {
        await using var house = await IngestHouse.CreateAsync();
        var start = house.Now.AddHours(-10);
        await house.StoreAsync(house.Sensor(start, 100, 10.8), house.Sensor(start.AddHours(2), 100, 11));
        house.TakenInAgain(start.AddHours(3), start.AddHours(6));
        await house.StoreAsync(house.Sensor(start.AddHours(6.1), 100, 15), house.Sensor(start.AddHours(8), 100, 15.2));

        await house.StoreAsync(house.Sensor(start.AddHours(1), 100, 10.9));
        await house.RecomputeAllAsync();

        await AssertCountedAsync(house, 0.4);
    }

    [Fact]
    public async Task Recompute_OverAnEarlierStay_KeepsBothBeginnings()
    {
        await using var house = await IngestHouse.CreateAsync();
        var start = house.Now.AddHours(-12);
        await house.StoreAsync(house.Sensor(start, 100, 10), house.Sensor(start.AddHours(1), 100, 10.1));
        house.TakenInAgain(start.AddHours(2), start.AddHours(3));
        await house.StoreAsync(house.Sensor(start.AddHours(3.5), 100, 12), house.Sensor(start.AddHours(5), 100, 12.1));
        house.TakenInAgain(start.AddHours(6), start.AddHours(7));
        await house.StoreAsync(house.Sensor(start.AddHours(7.5), 100, 14), house.Sensor(start.AddHours(9), 100, 14.1));

        await house.StoreAsync(house.Sensor(start.AddMinutes(30), 100, 10.05));
        await house.RecomputeAllAsync();

        await AssertCountedAsync(house, 0.3);
    }

    [Fact]
    public async Task Store_PowerOnlyPlugTakenInAgain_BridgesNothing()
    {
        await using var house = await IngestHouse.CreateAsync();
        var start = house.Now.AddHours(-3);
        await house.StoreAsync([.. Enumerable.Range(0, 3).Select(n => house.Sensor(start.AddMinutes(30 * n), 1000, null))]);
        house.TakenInAgain(start.AddMinutes(70), start.AddMinutes(80));

        await house.StoreAsync(house.Sensor(start.AddMinutes(90), 1000, null), house.Sensor(start.AddMinutes(120), 1000, null));

        // Half an hour before it left, half an hour since; the very first one is not bridged, as no usual interval is known yet.
        await AssertCountedAsync(house, 1.0);
    }

    private static async Task AssertCountedAsync(IngestHouse house, double kilowattHours)
    {
        Assert.Equal(kilowattHours, (await house.ChannelAsync()).EnergyCountedKilowattHours, 6);
        Assert.Equal(kilowattHours, (await house.RollupsAsync(RollupResolution.Hour)).Sum(row => row.EnergyCountedKilowattHours), 6);
    }
}

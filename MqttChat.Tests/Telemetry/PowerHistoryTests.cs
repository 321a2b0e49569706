using Microsoft.Extensions.DependencyInjection;
using MqttChat.Domain;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Telemetry;

namespace MqttChat.Tests.Telemetry;

public sealed class PowerHistoryTests
{
    private static readonly Viewer Staff = new("staff", true);

    [Theory]
    [InlineData(15, HistoryResolution.Raw)]
    [InlineData(120, HistoryResolution.Raw)]
    [InlineData(121, HistoryResolution.FiveMinutes)]
    [InlineData(3 * 24 * 60, HistoryResolution.FiveMinutes)]
    [InlineData((3 * 24 * 60) + 1, HistoryResolution.Hour)]
    public async Task OfPlug_Auto_ChoosesByTheLength(int minutes, HistoryResolution expected)
    {
        await using var house = await PowerFeedTests.HouseWithPlugsAsync();
        await house.StoreAsync(house.Sensor(house.Now.AddMinutes(-5), 100, 1));

        var series = await Of(house).OfPlugAsync(Staff, 1, house.Now.AddMinutes(-minutes), house.Now, HistoryResolution.Auto, CancellationToken.None);

        Assert.Equal(expected, series.Resolution);
        Assert.Equal(("1", 100.0), (Assert.Single(series.Points).Channel, series.Points[0].Watts!.Value));
    }

    [Fact]
    public async Task OfPlug_Buckets_CarryMeanSmallestAndLargest()
    {
        await using var house = await PowerFeedTests.HouseWithPlugsAsync();
        await house.StoreAsync(
            house.Sensor(house.Now.AddMinutes(-10), 100, null), house.Sensor(house.Now.AddMinutes(-9), 400, null),
            house.Sensor(house.Now.AddMinutes(-8), 250, null));

        var series = await Of(house).OfPlugAsync(Staff, 1, house.Now.AddHours(-1), house.Now, HistoryResolution.FiveMinutes, CancellationToken.None);

        Assert.Equal(new PowerPoint("1", house.Now.AddMinutes(-10), 250, 100, 400), Assert.Single(series.Points));
    }

    [Fact]
    public async Task OfPlug_RangeEnd_IsExclusive()
    {
        await using var house = await PowerFeedTests.HouseWithPlugsAsync();
        await house.StoreAsync(house.Sensor(house.Now.AddMinutes(-10), 1, null), house.Sensor(house.Now.AddMinutes(-5), 2, null));

        var series = await Of(house).OfPlugAsync(Staff, 1, house.Now.AddMinutes(-10), house.Now.AddMinutes(-5), HistoryResolution.Raw, CancellationToken.None);

        Assert.Equal(1, Assert.Single(series.Points).Watts);
    }

    [Fact]
    public async Task OfPlug_TooManyReadings_AreDrawnCoarser()
    {
        await using var house = await PowerFeedTests.HouseWithPlugsAsync();
        house.Stores.Clock.Advance(TimeSpan.FromHours(4));
        var start = house.Now.AddHours(-3);
        foreach (var chunk in Enumerable.Range(0, 10_001).Chunk(1000))
        {
            await house.StoreAsync([.. chunk.Select(i => house.Sensor(start.AddSeconds(i), i, null))]);
        }

        var series = await Of(house).OfPlugAsync(Staff, 1, start, house.Now, HistoryResolution.Raw, CancellationToken.None);

        Assert.Equal(HistoryResolution.FiveMinutes, series.Resolution);
        Assert.InRange(series.Points.Count, 30, 40);
    }

    [Fact]
    public async Task OfPlug_RawOlderThanItsRetention_IsFiveMinutes()
    {
        await using var house = await PowerFeedTests.HouseWithPlugsAsync();
        await house.StoreAsync(house.Sensor(house.Now, 100, 1));
        var at = house.Now;
        house.Stores.Clock.Advance(TimeSpan.FromDays(30));

        var series = await Of(house).OfPlugAsync(Staff, 1, at.AddMinutes(-5), at.AddMinutes(5), HistoryResolution.Auto, CancellationToken.None);

        Assert.Equal(HistoryResolution.FiveMinutes, series.Resolution);
        Assert.Single(series.Points);
    }

    [Fact]
    public async Task OfPlug_NotTheViewers_IsNotFound()
    {
        await using var house = await PowerFeedTests.HouseWithPlugsAsync();
        var resident = await house.Stores.AddPersonAsync("ann");
        await PowerFeedTests.JoinKitchenAsync(house, resident);

        await Of(house).OfPlugAsync(resident, 1, house.Now.AddHours(-1), house.Now, HistoryResolution.Auto, CancellationToken.None);
        foreach (var id in new[] { 2, 99 })
        {
            var refused = await Assert.ThrowsAsync<RefusedException>(() =>
                Of(house).OfPlugAsync(resident, id, house.Now.AddHours(-1), house.Now, HistoryResolution.Auto, CancellationToken.None));
            Assert.Equal(("plug.notFound", RefusalKind.NotFound), (refused.Code, refused.Kind));
        }
    }

    [Fact]
    public async Task OfPlug_EmptyRange_IsRefused()
    {
        await using var house = await PowerFeedTests.HouseWithPlugsAsync();

        var refused = await Assert.ThrowsAsync<RefusedException>(() =>
            Of(house).OfPlugAsync(Staff, 1, house.Now, house.Now, HistoryResolution.Auto, CancellationToken.None));

        Assert.Equal("plug.range", refused.Code);
    }

    [Fact]
    public async Task OfHouse_TwoPlugs_AddsTheLastValuesUntilSilent()
    {
        await using var house = await PowerFeedTests.HouseWithPlugsAsync();
        var start = house.Now;
        house.Stores.Clock.Advance(TimeSpan.FromHours(1));
        await house.StoreAsync(house.Sensor(start.AddMinutes(10), 100, null), house.Sensor(start.AddMinutes(20), 40, null, "heater"));

        var series = await Of(house).OfHouseAsync(Staff, start, house.Now, CancellationToken.None);

        double? At(int minutes) => series.Points.Single(point => point.At == start.AddMinutes(minutes)).Watts;
        Assert.Equal([null, 100.0, 140.0, 40.0, null], [At(5), At(15), At(22), At(30), At(50)]);
        Assert.InRange(series.Points.Count, 300, 600);
    }

    [Fact]
    public async Task OfHouse_OfflinePlug_CountsNothingAfterItsLastReading()
    {
        await using var house = await PowerFeedTests.HouseWithPlugsAsync();
        var start = house.Now;
        house.Stores.Clock.Advance(TimeSpan.FromHours(1));
        await house.StoreAsync(house.Sensor(start.AddMinutes(50), 100, null), house.Message("tele/fridge/LWT", "Offline"));

        var series = await Of(house).OfHouseAsync(Staff, start, house.Now, CancellationToken.None);

        Assert.Null(series.Points.Single(point => point.At == start.AddMinutes(55)).Watts);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(30)]
    [InlineData(3000)]
    public async Task OfHouse_AnyLength_IsBounded(int days)
    {
        await using var house = await PowerFeedTests.HouseWithPlugsAsync();
        await house.StoreAsync(house.Sensor(house.Now, 100, null));

        var series = await Of(house).OfHouseAsync(Staff, house.Now.AddDays(-days), house.Now, CancellationToken.None);

        Assert.InRange(series.Points.Count, 1, 600);
    }

    [Fact]
    public async Task OfHouse_Resident_AddsOnlyTheirRooms()
    {
        await using var house = await PowerFeedTests.HouseWithPlugsAsync();
        var resident = await house.Stores.AddPersonAsync("ann");
        await PowerFeedTests.JoinKitchenAsync(house, resident);
        house.Stores.Clock.Advance(TimeSpan.FromMinutes(5));
        await house.StoreAsync(house.Sensor(house.Now.AddMinutes(-2), 100, null), house.Sensor(house.Now.AddMinutes(-2), 40, null, "heater"));

        var series = await Of(house).OfHouseAsync(resident, house.Now.AddMinutes(-5), house.Now, CancellationToken.None);

        Assert.Equal(100, series.Points[^1].Watts);
    }

    private static PowerHistory Of(IngestHouse house) => house.Stores.Services.GetRequiredService<PowerHistory>();
}

using Microsoft.Extensions.DependencyInjection;
using MqttChat.Domain;
using MqttChat.Domain.Accounts;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Signals;
using MqttChat.Domain.Telemetry;

namespace MqttChat.Tests.Telemetry;

/// <summary>Energy by the house's own days, from the rollups that ingest wrote. The house's clock stands at noon of 2 March 2026, UTC.</summary>
public sealed class EnergyHistoryTests
{
    private static readonly Viewer Staff = new("staff", true);

    [Theory]
    // Since when it is today, in hours before noon UTC: 21:00 in Tokyo, 17:30 in Kolkata, 7:00 in New York.
    [InlineData("UTC", 12.0)]
    [InlineData("Asia/Tokyo", 21.0)]
    [InlineData("Asia/Kolkata", 17.5)]
    [InlineData("Asia/Kathmandu", 17.75)]
    [InlineData("America/New_York", 7.0)]
    public async Task Today_InAnyZone_CountsFromItsMidnight_AndYesterdayUntilTheSameTime(string zone, double hours)
    {
        await using var house = await PowerFeedTests.HouseWithPlugsAsync();
        await RunEvenlyAsync(house, TimeSpan.FromHours(60), 0.1);
        using var energy = In(house, zone);

        var today = await energy.TodayAsync(Staff, CancellationToken.None);

        var fridge = today.Plugs[1];
        Assert.Equal(0.1 * hours, fridge.TodayKilowattHours, 6);
        Assert.Equal(0.1 * hours, fridge.YesterdayKilowattHours!.Value, 6);
        Assert.False(today.Plugs.ContainsKey(2));
    }

    [Fact]
    public async Task Today_WithinARunningBucket_CountsAllOfIt_AndOfYesterdaysOnlyItsShare()
    {
        await using var house = await PowerFeedTests.HouseWithPlugsAsync();
        house.Stores.Clock.Advance(TimeSpan.FromMinutes(2.5));
        await RunEvenlyAsync(house, TimeSpan.FromHours(48), 0.12);
        using var energy = In(house, "UTC");

        var fridge = (await energy.TodayAsync(Staff, CancellationToken.None)).Plugs[1];

        Assert.Equal(12 * 0.12 + 0.005, fridge.TodayKilowattHours, 6);
        Assert.Equal(12 * 0.12 + 0.005, fridge.YesterdayKilowattHours!.Value, 6);
    }

    [Theory]
    [InlineData("Europe/Berlin", "2026-03-29T20:00Z", 22, 2.2)]
    [InlineData("Europe/Berlin", "2026-10-25T20:00Z", 21, 2.1)]
    public async Task Today_OnTheDayTheClocksChange_IsAsLongAsItIs(string zone, string now, int clock, double expected)
    {
        await using var house = await PowerFeedTests.HouseWithPlugsAsync();
        house.Stores.Clock.SetUtcNow(DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture));
        await RunEvenlyAsync(house, TimeSpan.FromHours(72), 0.1);
        using var energy = In(house, zone);

        var fridge = (await energy.TodayAsync(Staff, CancellationToken.None)).Plugs[1];

        // An hour less than the clock says in spring, one more in autumn; yesterday was a day like any other.
        var isSpring = house.Now.Month == 3;
        Assert.Equal(expected + (isSpring ? -0.1 : 0.1), fridge.TodayKilowattHours, 6);
        Assert.Equal(0.1 * clock, fridge.YesterdayKilowattHours!.Value, 6);
    }

    [Fact]
    public async Task Today_OfAPlugThatIsNew_HasNothingToCompareWith()
    {
        await using var house = await PowerFeedTests.HouseWithPlugsAsync();
        await RunEvenlyAsync(house, TimeSpan.FromHours(2), 0.1);
        using var energy = In(house, "UTC");

        Assert.Equal(new EnergySoFar(0.2, null), Rounded((await energy.TodayAsync(Staff, CancellationToken.None)).Plugs[1]));
    }

    [Fact]
    public async Task Today_OneCounterForSeveralChannels_CountsOnce()
    {
        await using var house = await PowerFeedTests.HouseWithPlugsAsync();
        foreach (var (minutes, total) in new[] { (60, 436.5), (30, 436.6), (0, 436.7) })
        {
            await house.StoreAsync(house.Message(
                "tele/fridge/SENSOR", $$$"""{"Time":"{{{house.Now.AddMinutes(-minutes):yyyy-MM-ddTHH:mm:ss}}}+00:00","ENERGY":{"Total":{{{total}}},"Power":[100,100]}}"""));
        }

        using var energy = In(house, "UTC");

        Assert.Equal(0.2, (await energy.TodayAsync(Staff, CancellationToken.None)).Plugs[1].TodayKilowattHours, 6);
        Assert.Equal(0.2, (await energy.OfPlugAsync(Staff, 1, 1, CancellationToken.None))[0].KilowattHours!.Value, 6);
    }

    [Fact]
    public async Task Today_OfAResident_IsTheirRoomsOnly_AndReadOnceForAll()
    {
        await using var house = await PowerFeedTests.HouseWithPlugsAsync();
        var resident = await house.Stores.AddPersonAsync("ann");
        await PowerFeedTests.JoinKitchenAsync(house, resident);
        await house.StoreAsync(
            house.Sensor(house.Now.AddHours(-1), 1, 1), house.Sensor(house.Now, 1, 2), house.Sensor(house.Now.AddHours(-1), 1, 5, "heater"), house.Sensor(house.Now, 1, 8, "heater"));
        using var energy = In(house, "UTC");

        var all = await energy.TodayAsync(Staff, CancellationToken.None);
        var theirs = await energy.TodayAsync(resident, CancellationToken.None);

        Assert.Equal(4, all.Of(await FeedOf(house).VisibleToAsync(Staff, CancellationToken.None))!.Value.TodayKilowattHours, 6);
        Assert.Equal(1, Assert.Single(theirs.Plugs.Keys));
        Assert.Same(all, await energy.TodayAsync(Staff, CancellationToken.None));
        house.Stores.Clock.Advance(TimeSpan.FromSeconds(16));
        Assert.NotSame(all, await energy.TodayAsync(Staff, CancellationToken.None));
    }

    [Fact]
    public async Task OfPlug_DaysOfAZoneAtHalfPast_AddUpToWhatTheCounterCounted()
    {
        await using var house = await PowerFeedTests.HouseWithPlugsAsync();
        await RunEvenlyAsync(house, TimeSpan.FromHours(60), 0.1);
        using var energy = In(house, "Asia/Kolkata");

        var days = await energy.OfPlugAsync(Staff, 1, 4, CancellationToken.None);

        // 17.5 hours of today, two whole days but for half a day less of the first.
        Assert.Equal([new DateOnly(2026, 2, 27), new(2026, 2, 28), new(2026, 3, 1), new(2026, 3, 2)], days.Select(day => day.Day));
        Assert.Equal([null, 1.85, 2.4, 1.75], days.Select(day => day.KilowattHours is { } value ? Math.Round(value, 6) : (double?)null));
        Assert.Equal([false, true, false, false], days.Select(day => day.IsPart));
    }

    [Fact]
    public async Task OfPlug_SilentForADayAndAHalf_HasAGapBetweenTwoParts()
    {
        await using var house = await PowerFeedTests.HouseWithPlugsAsync();
        house.Stores.Clock.Advance(TimeSpan.FromHours(11));
        // A plug that measures power alone: what nobody heard, nobody knows.
        var quarters = Enumerable.Range(0, 329).Select(quarter => quarter / 4.0).Where(hours => hours is > 71 or < 30).Reverse();
        await house.StoreAsync([.. quarters.Select(hours => house.Sensor(house.Now.AddHours(-hours), 100, null))]);

        using var energy = In(house, "UTC");
        var days = await energy.OfPlugAsync(Staff, 1, 5, CancellationToken.None);

        Assert.Equal([false, true, false, true, true], days.Select(day => day.KilowattHours > 0));
        Assert.Equal([true, false, true, false, false], days.Select(day => day.KilowattHours is null));
        Assert.Equal([false, true, false, true, false], days.Select(day => day.IsPart));
    }

    [Fact]
    public async Task OfHouse_IsTheSumOfItsPlugs()
    {
        await using var house = await PowerFeedTests.HouseWithPlugsAsync();
        await RunEvenlyAsync(house, TimeSpan.FromHours(30), 0.1);
        await RunEvenlyAsync(house, TimeSpan.FromHours(30), 0.2, "heater");
        using var energy = In(house, "UTC");

        var days = await energy.OfHouseAsync(Staff, 2, CancellationToken.None);

        Assert.Equal([5.4, 3.6], days.Select(day => Math.Round(day.KilowattHours!.Value, 6)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(EnergyHistory.MostDays + 1)]
    public async Task OfHouse_NoDaysOrTooMany_IsRefused(int days)
    {
        await using var house = await PowerFeedTests.HouseWithPlugsAsync();
        using var energy = In(house, "UTC");

        var refused = await Assert.ThrowsAsync<RefusedException>(() => energy.OfHouseAsync(Staff, days, CancellationToken.None));

        Assert.Equal("plug.range", refused.Code);
    }

    // A report every half hour until now, so many kilowatt hours each hour.
    private static Task RunEvenlyAsync(IngestHouse house, TimeSpan past, double anHour, string plug = "fridge")
    {
        var reports = Enumerable.Range(0, (int)(past.TotalHours * 2) + 1)
            .Select(half => house.Sensor(house.Now - past + TimeSpan.FromHours(half / 2.0), 1000 * anHour, 10 + (anHour * half / 2.0), plug));
        return house.StoreAsync([.. reports]);
    }

    private static EnergySoFar Rounded(EnergySoFar energy) => energy with { TodayKilowattHours = Math.Round(energy.TodayKilowattHours, 6) };

    private static PowerFeed FeedOf(IngestHouse house) => house.Stores.Services.GetRequiredService<PowerFeed>();

    private static EnergyHistory In(IngestHouse house, string zone) => new(
        FeedOf(house), house.Stores.Services.GetRequiredService<ReadOnlyTelemetry>(), new HouseDays(TimeZoneInfo.FindSystemTimeZoneById(zone)),
        house.Stores.Services.GetRequiredService<SignalHub>(), house.Stores.Clock);
}

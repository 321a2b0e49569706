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

    [Fact]
    public async Task Today_InAnyZone_CountsFromItsMidnight_AndYesterdayUntilTheSameTime()
    {
        await using var house = await PowerFeedTests.HouseWithPlugsAsync();
        await RunEvenlyAsync(house, TimeSpan.FromHours(60), 0.1);

        // For how many hours it is today at noon UTC: 21:00 in Tokyo, 17:30 in Kolkata, 7:00 in New York.
        foreach (var (zone, hours) in new[] { ("UTC", 12), ("Asia/Tokyo", 21), ("Asia/Kolkata", 17.5), ("Asia/Kathmandu", 17.75), ("America/New_York", 7) })
        {
            using var energy = In(house, zone);
            var today = await energy.TodayAsync(Staff, CancellationToken.None);

            Assert.Equal(new EnergySoFar(0.1 * hours, 0.1 * hours), today.Plugs[1], AreSame);
            Assert.False(today.Plugs.ContainsKey(2));
        }
    }

    [Fact]
    public async Task Today_WithinARunningBucket_CountsAllOfIt_AndOfYesterdaysOnlyItsShare()
    {
        await using var house = await PowerFeedTests.HouseWithPlugsAsync();
        house.Stores.Clock.Advance(TimeSpan.FromMinutes(2.5));
        await RunEvenlyAsync(house, TimeSpan.FromHours(48), 0.12);
        using var energy = In(house, "UTC");

        var fridge = (await energy.TodayAsync(Staff, CancellationToken.None)).Plugs[1];

        Assert.Equal(12 * 0.12 + 0.005, fridge.TodayKilowattHours!.Value, 6);
        Assert.Equal(12 * 0.12 + 0.005, fridge.YesterdayKilowattHours!.Value, 6);
    }

    [Fact]
    public async Task Today_OnTheDayTheClocksChange_IsAsLongAsItIs()
    {
        await using var house = await PowerFeedTests.HouseWithPlugsAsync();
        using var energy = In(house, "Europe/Berlin");

        // 22:00 of a day that began an hour later, 21:00 of one that has an hour twice; yesterday was a day like any other.
        house.Stores.Clock.SetUtcNow(new(2026, 3, 29, 20, 0, 0, TimeSpan.Zero));
        await RunEvenlyAsync(house, TimeSpan.FromHours(72), 0.1);
        Assert.Equal(new EnergySoFar(2.1, 2.2), (await energy.TodayAsync(Staff, CancellationToken.None)).Plugs[1], AreSame);

        house.Stores.Clock.SetUtcNow(new(2026, 10, 25, 20, 0, 0, TimeSpan.Zero));
        await RunEvenlyAsync(house, TimeSpan.FromHours(72), 0.1, "heater");
        Assert.Equal(new EnergySoFar(2.2, 2.1), (await energy.TodayAsync(Staff, CancellationToken.None)).Plugs[2], AreSame);
    }

    [Fact]
    public async Task Today_OfAPlugThatIsNew_HasNothingToCompareWith_AndOfOneNotHeardTodayIsNotZero()
    {
        await using var house = await PowerFeedTests.HouseWithPlugsAsync();
        await RunEvenlyAsync(house, TimeSpan.FromHours(2), 0.1);
        using var energy = In(house, "UTC");

        Assert.Equal(new EnergySoFar(0.2, null), (await energy.TodayAsync(Staff, CancellationToken.None)).Plugs[1], AreSame);

        house.Stores.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(new EnergySoFar(null, 0.2), (await energy.TodayAsync(Staff, CancellationToken.None)).Plugs[1], AreSame);
    }

    [Fact]
    public async Task Today_OneCounterForSeveralChannels_CountsOnce()
    {
        await using var house = await PowerFeedTests.HouseWithPlugsAsync();
        foreach (var (minutes, total) in new[] { (60, 436.5), (30, 436.6), (0, 436.7) })
        {
            await house.StoreAsync(house.Message("tele/fridge/SENSOR", $$$"""{"ENERGY":{"Total":{{{total}}},"Power":[100,100]}}""") with
            {
                ReceivedAt = house.Now.AddMinutes(-minutes),
            });
        }

        using var energy = In(house, "UTC");

        Assert.Equal(0.2, (await energy.TodayAsync(Staff, CancellationToken.None)).Plugs[1].TodayKilowattHours!.Value, 6);
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

        Assert.Equal(4, all.Of(await FeedOf(house).VisibleToAsync(Staff, CancellationToken.None))!.Value.TodayKilowattHours!.Value, 6);
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
        Assert.Equal([null, 1.85, 2.4, 1.75], days.Select(day => Rounded(day.KilowattHours)));
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
    public async Task OfHouse_IsTheSumOfItsPlugs_OverAsManyDaysAsMayBe()
    {
        await using var house = await PowerFeedTests.HouseWithPlugsAsync();
        await RunEvenlyAsync(house, TimeSpan.FromHours(30), 0.1);
        await RunEvenlyAsync(house, TimeSpan.FromHours(30), 0.2, "heater");
        using var energy = In(house, "UTC");

        var days = await energy.OfHouseAsync(Staff, 2, CancellationToken.None);

        Assert.Equal([5.4, 3.6], days.Select(day => Math.Round(day.KilowattHours!.Value, 6)));
        Assert.Equal(EnergyHistory.MostDays, (await energy.OfHouseAsync(Staff, EnergyHistory.MostDays, CancellationToken.None)).Count);
        foreach (var refused in new[] { 0, EnergyHistory.MostDays + 1 })
        {
            Assert.Equal("plug.range", (await Assert.ThrowsAsync<RefusedException>(() => energy.OfHouseAsync(Staff, refused, CancellationToken.None))).Code);
        }
    }

    // A report every half hour until now, so many kilowatt hours each hour.
    private static Task RunEvenlyAsync(IngestHouse house, TimeSpan past, double anHour, string plug = "fridge")
    {
        var reports = Enumerable.Range(0, (int)(past.TotalHours * 2) + 1)
            .Select(half => house.Sensor(house.Now - past + TimeSpan.FromHours(half / 2.0), 1000 * anHour, 10 + (anHour * half / 2.0), plug));
        return house.StoreAsync([.. reports]);
    }

    private static bool AreSame(EnergySoFar one, EnergySoFar other) =>
        Rounded(one.TodayKilowattHours) == Rounded(other.TodayKilowattHours) && Rounded(one.YesterdayKilowattHours) == Rounded(other.YesterdayKilowattHours);

    private static double? Rounded(double? value) => value is { } known ? Math.Round(known, 6) : null;

    private static PowerFeed FeedOf(IngestHouse house) => house.Stores.Services.GetRequiredService<PowerFeed>();

    private static EnergyHistory In(IngestHouse house, string zone) => new(
        FeedOf(house), house.Stores.Services.GetRequiredService<ReadOnlyTelemetry>(), new HouseDays(TimeZoneInfo.FindSystemTimeZoneById(zone)),
        house.Stores.Services.GetRequiredService<SignalHub>(), house.Stores.Clock);
}

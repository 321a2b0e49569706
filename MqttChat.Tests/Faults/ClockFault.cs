using System.Globalization;
using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Telemetry;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Faults;

/// <summary>
/// Clocks that are wrong: the plugs' own in their reports, and the program's, which jumps while it runs and is another after a
/// restart. The house must have been started with a moved clock.
/// </summary>
internal static class ClockFault
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan TenYears = TimeSpan.FromDays(3653);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(40);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    /// <summary>An hour and ten years; <paramref name="full"/> is also backward from the true time, and a restart.</summary>
    public static async Task<string> RunAsync(FaultHouse house, int reportsEach, bool full)
    {
        var began = DateTimeOffset.UtcNow;
        await house.Staff.LoginAgainAsync();
        var plugs = await AdoptAsync(house);
        await plugs.RunAsync(reportsEach, Pause);
        TimeSpan[] stations = [Hour, TimeSpan.Zero, .. full ? (TimeSpan[])[-Hour, TimeSpan.Zero] : [], TenYears, TimeSpan.Zero, .. full ? (TimeSpan[])[-TenYears, TimeSpan.Zero] : []];
        var signedIn = await JumpAsync(house, plugs, reportsEach, stations);
        if (full)
        {
            await RestartWithAnotherClockAsync(house, plugs, reportsEach);
        }

        await house.Staff.LoginAgainAsync();

        var counts = await plugs.FinishAsync(TimeSpan.FromSeconds(60));
        Assert.True(counts.All(count => count.IsWhole), string.Join("; ", counts));
        foreach (var one in plugs.All)
        {
            await AssertTimesAsync(house, one, began);
        }

        return string.Create(CultureInfo.InvariantCulture,
            $"{plugs.All.Count} plugs' clocks, own clock +1 h, -1 h, +10 y, -10 y, restart at +10 y; {string.Join("; ", counts)}; no reading in the future; {signedIn} backward jumps, nobody signed out");
    }

    private static async Task<FaultPublishers> AdoptAsync(FaultHouse house)
    {
        // What a plug's clock is off by, at each report.
        Func<int, TimeSpan>[] clocks =
        [
            _ => TimeSpan.Zero, _ => Hour, _ => -Hour, _ => TenYears, _ => -TenYears,
            number => number % 2 == 0 ? TenYears : -TenYears, number => number % 3 == 0 ? TenYears : TimeSpan.Zero,
        ];
        var plugs = await FaultPublishers.AdoptAsync(house, "clock", clocks.Length * 2);
        foreach (var (one, index) in plugs.All.Select((one, index) => (one, index)))
        {
            var clock = clocks[index / 2];
            one.Clock = number => DateTimeOffset.UtcNow + clock(number);
        }

        return plugs;
    }

    // Forward and back by an hour and by ten years: who signed in before a backward jump is signed in after it.
    private static async Task<int> JumpAsync(FaultHouse house, FaultPublishers plugs, int reportsEach, TimeSpan[] stations)
    {
        var (at, backward) = (TimeSpan.Zero, 0);
        foreach (var station in stations)
        {
            using var visitor = await PageVisitor.SignInAsync(house.App.BaseAddress);
            await house.Staff.LoginAgainAsync();
            await house.App.MoveClockAsync(station);
            if (station < at)
            {
                backward++;
                await visitor.ReadAsync("/rooms");
                await visitor.ReadAsync("/dashboard");
                await house.Staff.GetAsync("rooms");
                await house.Staff.MakeRoomAsync($"Made at {station.TotalHours} h");
            }

            // Ten years back only the session is looked at: readings from before the house was built are no use to anyone.
            if (station != -TenYears)
            {
                await plugs.RunAsync(reportsEach, Pause);
                await StoredAsync(house, plugs);
            }

            at = station;
        }

        return backward;
    }

    // Killed while the clock was ahead, the program leaves everything dated there, its lease of ingest too.
    private static async Task RestartWithAnotherClockAsync(FaultHouse house, FaultPublishers plugs, int reportsEach)
    {
        await house.App.MoveClockAsync(TenYears);
        await plugs.RunAsync(reportsEach, Pause);
        await StoredAsync(house, plugs);
        await house.App.KillAsync();
        await house.App.StartAgainAsync(TimeSpan.FromSeconds(1));
        await plugs.RunAsync(reportsEach, Pause);
        await StoredAsync(house, plugs);
    }

    private static Task StoredAsync(FaultHouse house, FaultPublishers plugs) => Eventually.TrueAsync(
        async () => (await plugs.CountAsync()).All(count => count.Lost.Count == 0), Soon, "what was reported is stored");

    private static async Task AssertTimesAsync(FaultHouse house, FaultPublisher one, DateTimeOffset began)
    {
        await using var store = house.OpenTelemetry();
        ChannelState? channel = null;
        await Eventually.TrueAsync(
            async () =>
            {
                channel = await store.ChannelStates.AsNoTracking().SingleAsync(state => state.PlugId == one.Plug.Id && state.Channel == "1");
                return channel.DirtyFrom is null;
            },
            Soon, $"{one.Plug.Name} is counted again");
        var now = DateTimeOffset.UtcNow + TimeSpan.FromSeconds(5);
        var times = await store.PowerSamples.AsNoTracking().Where(sample => sample.ChannelId == channel!.Id).Select(sample => sample.At).ToListAsync();
        Assert.True(times.Max() <= now && times.Min() >= began - ReportClock.OldestBelieved, $"{one.Plug.Name}: {times.Min()} to {times.Max()}");
        Assert.True(channel!.ReportedAt <= now && channel.LastSampleAt <= now, $"{one.Plug.Name}: {channel.ReportedAt}, {channel.LastSampleAt}");
        Assert.True((await store.PlugStates.AsNoTracking().SingleAsync(state => state.PlugId == one.Plug.Id)).LastReportAt <= now);
        foreach (var resolution in Enum.GetValues<RollupResolution>())
        {
            var buckets = await store.EnergyRollups.AsNoTracking()
                .Where(rollup => rollup.ChannelId == channel.Id && rollup.Resolution == resolution).ToListAsync();
            Assert.True(buckets.All(bucket => bucket.BucketStart <= now), $"{one.Plug.Name} has a bucket in the future");
            Assert.Equal(channel.EnergyCountedKilowattHours, buckets.Sum(bucket => bucket.EnergyCountedKilowattHours), 6);
        }
    }
}

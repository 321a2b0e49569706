using System.Globalization;
using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Telemetry;
using MqttChat.Domain.Telemetry.Counting;

namespace MqttChat.Tests.Telemetry;

public class PlugShapeTests
{
    private const string Apart = """[1.9,0.6] [2.2,0.7] [2.6,0.9]""";

    /// <summary>What a plug tells, reading by reading ten minutes apart, and what was used.</summary>
    public static TheoryData<string, string, double> Changes => new()
    {
        { Apart + " 3.5 3.6", "[600,600]", 1.1 },
        { Apart + " 3.5 3.6", "1200", 1.1 },
        { "3.0 3.2 3.5 [2.7,1.0] [2.8,1.1]", "[600,600]", 0.9 },
        { "3.0 3.2 3.5 [2.7,1.0] [2.8,1.1]", "1200", 0.9 },
        { "[1.0,1.0] [1.1,1.2] 2.3 2.5 [1.2,1.3] [1.3,1.4]", "[600,600]", 0.7 },
        { "2.0 2.3 [1.2,1.3] [1.3,1.4] 2.9 3.1", "[600,600]", 1.1 },
        { "[1.0,1.0] [1.1,1.1] [1.2,1.2,5.0] [1.3,1.3,5.1]", "[600,600,600]", 0.7 },
        { "[1.0,1.0,5.0] [1.1,1.1,5.1] [1.2,1.2] [1.3,1.3]", "[600,600,600]", 0.7 },
        // By turns with every report.
        { "[1.0,1.0] 2.3 [1.2,1.3] 2.7 [1.4,1.5] 3.1 3.2 [1.7,1.7]", "[600,600]", 1.4 },
        { "2.0 [1.1,1.2] 2.5 [1.3,1.4] [1.3,1.4] 2.7 3.0", "1200", 1.0 },
        // Rounded apart and together.
        { "[1.06,1.06] 2.1 [1.16,1.16] 2.3 [1.26,1.26] 2.5 [1.36,1.36] 2.7", "[600,600]", 0.58 },
        // No sum of what was before: counting begins anew.
        { Apart + " 0.1 0.2", "[600,600]", 1.1 },
        { Apart + " 40.1 40.2", "[600,600]", 1.1 },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task Store_PlugTellsItsEnergyInAnotherShape_KeepsAndGoesOn(string totals, string power, double counted)
    {
        await using var house = await IngestHouse.CreateAsync();
        var at = house.Now.AddHours(-3);
        foreach (var total in totals.Split(' '))
        {
            await house.StoreAsync(Report(house, at, total, power));
            at = at.AddMinutes(10);
        }

        await AssertCountedAsync(house, counted);

        // A second counting of the same comes to the same.
        await house.SqlAsync($"UPDATE \"ChannelStates\" SET \"DirtyFrom\" = {house.Now.AddHours(-4).UtcTicks}");
        await house.Ingest.BeginConnectionAsync(house.Lease, false, CancellationToken.None);
        await house.RecomputeAllAsync();
        await AssertCountedAsync(house, counted);
    }

    /// <summary>What a plug tells in order of coming, each with its minute.</summary>
    [Theory]
    [InlineData("0 [1.0,1.0] 20 2.4 10 [1.1,1.1] 30 2.6")]
    [InlineData("0 [1.0,1.0] 20 2.4 30 2.6 10 2.2")]
    [InlineData("0 2.0 20 [1.2,1.2] 10 2.2 30 [1.3,1.3]")]
    [InlineData("0 2.0 20 [1.2,1.2] 30 [1.3,1.3] 10 [1.1,1.1]")]
    [InlineData("-20 1.6 -10 1.8 0 [1.0,1.0] 20 2.4 30 2.6 10 2.2", 1.0)]
    [InlineData("-20 [0.8,0.8] -10 [0.9,0.9] 0 2.0 20 [1.2,1.2] 30 [1.3,1.3] 10 [1.1,1.1]", 1.0)]
    public async Task Recompute_LateReadingsOfEitherShapeAroundTheChange_CountOnce(string told, double counted = 0.6)
    {
        await using var house = await IngestHouse.CreateAsync();
        foreach (var report in told.Split(' ').Chunk(2))
        {
            var at = house.Now.AddHours(-2).AddMinutes(int.Parse(report[0], CultureInfo.InvariantCulture));
            await house.StoreAsync(Report(house, at, report[1], "[600,600]"));
        }

        await house.RecomputeAllAsync();

        await AssertCountedAsync(house, counted);
    }

    [Fact]
    public async Task Store_TheSumGoesOn_EachChannelHasItsShareAndTheChangeIsShown()
    {
        await using var house = await IngestHouse.CreateAsync();
        var at = house.Now.AddHours(-2);
        foreach (var (total, n) in new[] { "[2.0,1.0]", "3.4", "[2.6,1.2]" }.Select((total, n) => (total, n)))
        {
            await house.StoreAsync(Report(house, at.AddMinutes(20 * n), total, "[600,600]"));
        }

        var (first, second) = (await house.ChannelAsync(channel: "1"), await house.ChannelAsync(channel: "2"));
        Assert.Equal((0.3, 0.1), (Math.Round(first.EnergyCountedKilowattHours, 6), Math.Round(second.EnergyCountedKilowattHours, 6)));
        await using var store = await house.Stores.Telemetry.CreateDbContextAsync();
        var breaks = await store.MeterResets.AsNoTracking().OrderBy(row => row.At).ThenBy(row => row.ChannelId).ToListAsync();
        Assert.All(breaks, row => Assert.Equal(MeterResetKind.Continued, row.Kind));
        Assert.Equal([(3.0, 3.4), (2.3, 2.6), (1.1, 1.2)], breaks.Select(row => (Math.Round(row.FromKilowattHours, 6), row.ToKilowattHours)));
    }

    [Fact]
    public async Task Store_ShapeChangedWhileThePlugWasOutside_CountsNothingOfThatTime()
    {
        await using var house = await IngestHouse.CreateAsync();
        var at = house.Now.AddHours(-3);
        await house.StoreAsync(Report(house, at, "[1.0,1.0]", "[600,600]"));
        house.TakenInAgain(at.AddMinutes(10), at.AddMinutes(40));

        await house.StoreAsync(Report(house, at.AddMinutes(50), "3.0", "[600,600]"));
        await house.StoreAsync(Report(house, at.AddMinutes(60), "3.2", "[600,600]"));

        Assert.Equal(0.2, (await house.ChannelAsync(channel: "")).EnergyCountedKilowattHours, 6);
        Assert.Equal(0.2, (await house.RollupsAsync(RollupResolution.Hour)).Sum(row => row.EnergyCountedKilowattHours), 6);
    }

    [Fact]
    public async Task Store_ShorterArrayThanBefore_IsNotTheSum()
    {
        await using var house = await IngestHouse.CreateAsync();
        var at = house.Now.AddHours(-3);
        string[] totals = ["[1.0,1.0,0.1]", "2.1", "[1.1,1.1]", "[1.2,1.2]"];
        for (var n = 0; n < totals.Length; n++)
        {
            await house.StoreAsync(Report(house, at.AddMinutes(10 * n), totals[n], "[600,600]"));
        }

        Assert.Equal(0.2, (await house.RollupsAsync(RollupResolution.Hour)).Sum(row => row.EnergyCountedKilowattHours), 6);
    }

    [Fact]
    public async Task Recompute_TwoHighPowersInARow_IsTheSameFold()
    {
        await using var house = await IngestHouse.CreateAsync();
        var at = house.Now.AddHours(-2);
        double[] watts = [10, 9000, 9000, 9100, 10];
        for (var n = 0; n < watts.Length; n++)
        {
            await house.StoreAsync(house.Sensor(at.AddMinutes(5 * n), watts[n], null));
        }

        var live = await house.ChannelAsync();
        await house.SqlAsync($"UPDATE \"ChannelStates\" SET \"DirtyFrom\" = {at.UtcTicks}");
        await house.Ingest.BeginConnectionAsync(house.Lease, false, CancellationToken.None);
        await house.RecomputeAllAsync();

        var again = await house.ChannelAsync();
        Assert.Null(again.DirtyFrom);
        Assert.Equal(live.Account, again.Account);
        var held = (await house.SamplesAsync())[1];
        Assert.Null(held.ActivePowerWatts);
        Assert.Equal(9000, held.HeldPowerWatts);
    }

    [Fact]
    public async Task Store_LateReadingWithAPowerThatCannotBe_IsShownNowhere()
    {
        await using var house = await IngestHouse.CreateAsync();
        await house.StoreAsync(house.Sensor(house.Now.AddHours(-2), 10, 1.0), house.Sensor(house.Now, 10, 1.02));

        await house.StoreAsync(house.Sensor(house.Now.AddHours(-1), 85899, 1.01));

        Assert.Equal(10, (await house.ChannelAsync()).ActivePowerWatts);
        Assert.DoesNotContain(await house.SamplesAsync(), sample => sample.ActivePowerWatts > 10);
        await house.RecomputeAllAsync();
        Assert.Equal(10, (await house.RollupsAsync(RollupResolution.Hour)).Max(row => row.MaxWatts));
    }

    private static IncomingReport Report(IngestHouse house, DateTimeOffset at, string total, string power)
    {
        // Tasmota: an array of counters means channels only beside an array of powers.
        var watts = total.StartsWith('[') ? $"[{string.Join(',', total.Split(',').Select(_ => "600"))}]" : power;
        var time = at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);
        return house.Message("tele/fridge/SENSOR", $$$"""{"Time":"{{{time}}}+00:00","ENERGY":{"Total":{{{total}}},"Power":{{{watts}}}}}""") with
        {
            ReceivedAt = at,
        };
    }

    private static async Task AssertCountedAsync(IngestHouse house, double counted)
    {
        await using var store = await house.Stores.Telemetry.CreateDbContextAsync();
        var channels = await store.ChannelStates.AsNoTracking().ToListAsync();
        var sum = channels.Sum(channel => channel.EnergyCountedKilowattHours - EnergyAccount.FromJson(channel.Account).CoveredKilowattHours!.Value);
        Assert.InRange(sum, counted - 0.021, counted + 0.021);
        Assert.Equal(sum, (await house.RollupsAsync(RollupResolution.Hour)).Sum(row => row.EnergyCountedKilowattHours), 6);
        Assert.Equal(sum, (await house.RollupsAsync(RollupResolution.FiveMinutes)).Sum(row => row.EnergyCountedKilowattHours), 6);
    }
}

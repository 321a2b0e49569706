using System.Globalization;
using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Telemetry;
using MqttChat.Domain.Telemetry.Counting;

namespace MqttChat.Tests.Telemetry;

public class PlugShapeTests
{
    private const string Apart = """[1.9,0.6] [2.2,0.7] [2.6,0.9]""";

    /// <summary>What a plug tells, reading by reading ten minutes apart, and what was used; an interval of 0.2 kWh in which the shape changed may be missing.</summary>
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
        Assert.InRange(sum, counted - 0.21, counted + 0.01);
        Assert.Equal(sum, (await house.RollupsAsync(RollupResolution.Hour)).Sum(row => row.EnergyCountedKilowattHours), 6);
        Assert.Equal(sum, (await house.RollupsAsync(RollupResolution.FiveMinutes)).Sum(row => row.EnergyCountedKilowattHours), 6);
    }
}

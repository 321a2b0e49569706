using System.Data.Common;
using MqttChat.Domain.Devices;
using MqttChat.Domain.Signals;
using MqttChat.Domain.Telemetry;

namespace MqttChat.Tests.Telemetry;

public class ReportIngestTests
{
    [Fact]
    public async Task Store_LiveReport_WritesSampleStatesAndSignalsOnce()
    {
        await using var house = await IngestHouse.CreateAsync();
        var signals = 0;
        using var subscription = house.Stores.Signals.Subscribe(ReloadSignal.Power, () => signals++);

        await house.StoreAsync(house.Sensor(house.Now, 100, 5.0), house.Sensor(house.Now, 40, 1.0, "heater"));

        var channel = await house.ChannelAsync();
        Assert.Equal((100.0, 5.0, house.Now), (channel.ActivePowerWatts!.Value, channel.EnergyKilowattHours!.Value, channel.ReportedAt!.Value));
        Assert.Equal(2, (await house.SamplesAsync()).Count);
        var plug = await house.PlugAsync();
        Assert.Equal((Availability.Online, house.Now), (plug!.Availability, plug.LastReportAt!.Value));
        Assert.Equal(1, signals);
        Assert.Equal(2, house.Counters.Stored);
    }

    [Fact]
    public async Task Store_ValuesBeyondAllMeasure_HoldNothingUp()
    {
        await using var house = await IngestHouse.CreateAsync();

        await house.StoreAsync(
            [.. ((double[])[1e308, 1e308, -1e308, -1e308]).Select(watts => house.Sensor(null, watts, 1e308)), house.Sensor(null, 40, 5.0)]);

        var channel = await house.ChannelAsync();
        Assert.Equal((40.0, 5.0), (channel.ActivePowerWatts!.Value, channel.EnergyKilowattHours!.Value));
        Assert.All(await house.RollupsAsync(RollupResolution.Hour), rollup => Assert.Equal(40, rollup.SumWatts));
    }

    [Fact]
    public async Task Store_ClockPutBack_ShowsWhatIsSaidNow()
    {
        await using var house = await IngestHouse.CreateAsync();
        var ahead = house.Now.AddHours(9);
        await house.StoreAsync(
            house.Sensor(null, 100, 5.0) with { ReceivedAt = ahead },
            house.Message("stat/fridge/POWER", "ON") with { ReceivedAt = ahead });

        await house.StoreAsync(house.Sensor(null, 50, 5.1), house.Message("stat/fridge/POWER", "OFF"));
        await house.RecomputeAllAsync();

        var channel = await house.ChannelAsync();
        Assert.Equal((50.0, 5.1, house.Now), (channel.ActivePowerWatts!.Value, channel.EnergyKilowattHours!.Value, channel.ReportedAt!.Value));
        Assert.False(channel.IsOn);
        Assert.Equal(house.Now, (await house.PlugAsync())!.LastReportAt);
    }

    [Fact]
    public async Task Store_MessageOfNobody_WritesNothing()
    {
        await using var house = await IngestHouse.CreateAsync();

        await house.StoreAsync(house.Message("tele/stranger/SENSOR", """{"ENERGY":{"Power":1}}"""), house.Message("cmnd/fridge/POWER", "ON"));

        Assert.Equal(0, await house.CountAsync<PowerSample>());
        Assert.Equal(0, await house.CountAsync<ChannelState>());
    }

    [Fact]
    public async Task Store_ReportsOfTheSameSecond_KeepsAllInOrder()
    {
        await using var house = await IngestHouse.CreateAsync();

        await house.StoreAsync(house.Sensor(house.Now, 1, 1), house.Sensor(house.Now, 2, 1), house.Sensor(house.Now, 3, 1));
        await house.StoreAsync(house.Sensor(house.Now, 4, 1));

        var samples = await house.SamplesAsync();
        Assert.Equal([1, 2, 3, 4], samples.Select(sample => sample.ActivePowerWatts!.Value));
        Assert.Equal([0, 1, 2, 3], samples.Select(sample => (sample.At - house.Now).Ticks));
    }

    [Fact]
    public async Task Store_RetainedReading_IsStateButNoSample()
    {
        await using var house = await IngestHouse.CreateAsync();

        await house.StoreAsync(house.Sensor(house.Now, 77, 5, retained: true));

        Assert.Equal(77, (await house.ChannelAsync()).ActivePowerWatts);
        Assert.Equal(0, await house.CountAsync<PowerSample>());
        Assert.NotEqual(Availability.Online, (await house.PlugAsync())?.Availability ?? Availability.Unknown);
    }

    [Fact]
    public async Task Store_RetainedReadingAfterALiveOne_ChangesNothing()
    {
        await using var house = await IngestHouse.CreateAsync();
        await house.StoreAsync(house.Sensor(house.Now, 100, 5));

        await house.StoreAsync(house.Sensor(house.Now, 77, 4, retained: true));

        Assert.Equal(100, (await house.ChannelAsync()).ActivePowerWatts);
        Assert.Equal(1, await house.CountAsync<PowerSample>());
    }

    [Fact]
    public async Task Store_Availability_SetsThePlugState()
    {
        await using var house = await IngestHouse.CreateAsync();

        await house.StoreAsync(house.Message("tele/fridge/LWT", "Offline", retained: true));

        Assert.Equal(Availability.Offline, (await house.PlugAsync())!.Availability);
    }

    [Fact]
    public async Task Store_OnOffOnly_ChangesStateWithoutSample()
    {
        await using var house = await IngestHouse.CreateAsync();

        await house.StoreAsync(house.Message("stat/fridge/POWER", "ON"));

        var channel = await house.ChannelAsync();
        Assert.Equal((true, house.Now), (channel.IsOn, channel.ReportedAt!.Value));
        Assert.Equal(0, await house.CountAsync<PowerSample>());
    }

    [Fact]
    public async Task Store_UnreadablePayload_BecomesADeadLetterAndTheRestIsStored()
    {
        await using var house = await IngestHouse.CreateAsync();

        await house.StoreAsync(house.Message("tele/fridge/SENSOR", "{\"ENERGY\":", packetId: 4), house.Sensor(house.Now, 1, 1, packetId: 5));

        Assert.Equal(1, await house.CountAsync<DeadLetter>());
        Assert.Equal(1, await house.CountAsync<PowerSample>());
        Assert.Equal(1, house.Counters.Rejected);
    }

    [Fact]
    public async Task Store_MoreDeadLettersThanTheBound_KeepsTheNewest()
    {
        await using var house = await IngestHouse.CreateAsync();
        for (var i = 0; i < 11; i++)
        {
            await house.StoreAsync([.. Enumerable.Range(0, 1000).Select(_ => house.Message("tele/fridge/SENSOR", "{"))]);
        }

        Assert.Equal(10_000, await house.CountAsync<DeadLetter>());
    }

    [Fact]
    public async Task Store_OneTotalForSeveralChannels_IsTheEmptyChannelsCounter()
    {
        await using var house = await IngestHouse.CreateAsync();

        await house.StoreAsync(house.Message("tele/fridge/SENSOR", """{"ENERGY":{"Total":436.786,"Power":[298,7,0]}}"""));

        Assert.Equal(436.786, (await house.ChannelAsync(1, "")).EnergyKilowattHours);
        Assert.Equal(298, (await house.ChannelAsync(1, "1")).ActivePowerWatts);
        Assert.Equal(7, (await house.ChannelAsync(1, "2")).ActivePowerWatts);
        Assert.Equal(0, (await house.ChannelAsync(1, "3")).ActivePowerWatts);
    }

    [Fact]
    public async Task Store_FailureInTheMiddle_LeavesNothingAndTheNextTryIsWhole()
    {
        await using var house = await IngestHouse.CreateAsync();
        await house.StoreAsync(house.Sensor(house.Now, 100, 5.0, packetId: 1));
        await house.SqlAsync("ALTER TABLE \"PendingAcknowledgements\" RENAME TO \"Away\"");
        house.Stores.Clock.Advance(TimeSpan.FromMinutes(5));
        var batch = new[] { house.Sensor(house.Now, 200, 5.1, packetId: 2), house.Sensor(house.Now, 9, 1, "heater", packetId: 3) };

        await Assert.ThrowsAnyAsync<DbException>(() => house.StoreAsync(batch));

        Assert.Equal(1, await house.CountAsync<PowerSample>());
        Assert.Equal(1, await house.CountAsync<ChannelState>());
        Assert.Equal(100, (await house.ChannelAsync()).ActivePowerWatts);
        await house.SqlAsync("ALTER TABLE \"Away\" RENAME TO \"PendingAcknowledgements\"");
        await house.StoreAsync(batch);
        Assert.Equal(3, await house.CountAsync<PowerSample>());
        Assert.Equal(0.1, (await house.ChannelAsync()).EnergyCountedKilowattHours, 9);
    }

    [Fact]
    public async Task Store_DatabaseLocked_ThrowsAndLosesNothing()
    {
        await using var house = await IngestHouse.CreateAsync();
        var report = house.Sensor(house.Now, 100, 5.0, packetId: 1);
        await using (await house.Stores.LockAsync(telemetry: true))
        {
            await Assert.ThrowsAnyAsync<DbException>(() => house.StoreAsync(report));
        }

        await house.StoreAsync(report);

        Assert.Equal(1, await house.CountAsync<PowerSample>());
    }

    [Fact]
    public async Task Store_OldFencingNumber_WritesNothing()
    {
        await using var house = await IngestHouse.CreateAsync();
        await house.StoreAsync(house.Sensor(house.Now, 100, 5.0));
        house.Stores.Clock.Advance(IngestLeases.Duration);
        Assert.NotNull(await house.Leases.TryAcquireAsync(0, 1, "second", CancellationToken.None));

        await Assert.ThrowsAsync<LeaseLostException>(() => house.StoreAsync(house.Sensor(house.Now, 1, 6.0)));

        Assert.Equal(1, await house.CountAsync<PowerSample>());
        Assert.Equal(100, (await house.ChannelAsync()).ActivePowerWatts);
    }

    [Fact]
    public async Task Store_PlugOfAnotherPartition_IsLeftToIts()
    {
        await using var house = await IngestHouse.CreateAsync();
        var lease = (await house.Leases.TryAcquireAsync(1, 2, "first", CancellationToken.None))!;
        await house.Ingest.BeginConnectionAsync(lease, false, CancellationToken.None);

        await house.Ingest.StoreAsync(
            lease, [house.Sensor(house.Now, 1, 1), house.Sensor(house.Now, 2, 2, "heater")], CancellationToken.None);

        var sample = Assert.Single(await house.SamplesAsync());
        Assert.Equal(1, sample.ActivePowerWatts);
    }
}

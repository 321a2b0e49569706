using MqttChat.Domain.Telemetry;

namespace MqttChat.Tests.Telemetry;

public class RedeliveryTests
{
    [Fact]
    public async Task Store_KilledBetweenCommitAndAcknowledgement_StoresNothingTwice()
    {
        await using var house = await IngestHouse.CreateAsync();
        var batch = Enumerable.Range(1, 8).Select(i => house.Sensor(house.Now.AddSeconds(i - 60), i, i, packetId: (ushort)i)).ToArray();
        await house.StoreAsync(batch);

        var restarted = house.Restarted();
        await restarted.BeginConnectionAsync(house.Lease, true, CancellationToken.None);
        await restarted.StoreAsync(house.Lease, batch, CancellationToken.None);

        Assert.Equal(8, await house.CountAsync<PowerSample>());
        Assert.Equal(7, (await house.ChannelAsync()).EnergyCountedKilowattHours, 9);
    }

    [Fact]
    public async Task Store_SamePacketAgainAfterItsRedelivery_IsNew()
    {
        await using var house = await IngestHouse.CreateAsync();
        var report = house.Message("tele/fridge/SENSOR", """{"ENERGY":{"Power":5}}""", packetId: 7);
        await house.StoreAsync(report);
        await house.Ingest.BeginConnectionAsync(house.Lease, true, CancellationToken.None);

        await house.StoreAsync(report);
        await house.StoreAsync(report);

        Assert.Equal(2, await house.CountAsync<PowerSample>());
        Assert.Equal(1, house.Counters.Redelivered);
    }

    [Fact]
    public async Task Store_SamePacketAfterTheBacklog_IsNew()
    {
        await using var house = await IngestHouse.CreateAsync();
        var report = house.Message("tele/fridge/SENSOR", """{"ENERGY":{"Power":5}}""", packetId: 7);
        await house.StoreAsync(report);
        await house.Ingest.BeginConnectionAsync(house.Lease, true, CancellationToken.None);

        // The broker delivers again before anything new: what comes later only looks the same.
        await house.Ingest.EndBacklogAsync(house.Lease, CancellationToken.None);
        await house.StoreAsync(report);

        Assert.Equal(2, await house.CountAsync<PowerSample>());
    }

    [Fact]
    public async Task Store_SamePacketOnTheSameConnection_IsNew()
    {
        await using var house = await IngestHouse.CreateAsync();
        var report = house.Message("tele/fridge/SENSOR", """{"ENERGY":{"Power":5}}""", packetId: 7);

        await house.StoreAsync(report);
        await house.StoreAsync(report);

        Assert.Equal(2, await house.CountAsync<PowerSample>());
    }

    [Fact]
    public async Task Store_SamePacketWithOtherContent_IsNew()
    {
        await using var house = await IngestHouse.CreateAsync();
        await house.StoreAsync(house.Sensor(house.Now, 5, null, packetId: 7));
        await house.Ingest.BeginConnectionAsync(house.Lease, true, CancellationToken.None);

        await house.StoreAsync(house.Sensor(house.Now, 6, null, packetId: 7));

        Assert.Equal(2, await house.CountAsync<PowerSample>());
    }

    [Fact]
    public async Task Begin_SessionGone_ForgetsWhatWasPending()
    {
        await using var house = await IngestHouse.CreateAsync();
        var report = house.Sensor(house.Now, 5, null, packetId: 7);
        await house.StoreAsync(report);

        await house.Ingest.BeginConnectionAsync(house.Lease, false, CancellationToken.None);

        Assert.Equal(0, await house.CountAsync<PendingAcknowledgement>());
        await house.StoreAsync(report);
        Assert.Equal(2, await house.CountAsync<PowerSample>());
    }

    [Fact]
    public async Task Store_AfterTheWindow_CountsAsNew()
    {
        await using var house = await IngestHouse.CreateAsync();
        var report = house.Message("tele/fridge/SENSOR", """{"ENERGY":{"Power":5}}""", packetId: 7);
        await house.StoreAsync(report);
        await house.Ingest.BeginConnectionAsync(house.Lease, true, CancellationToken.None);
        await house.StoreAsync([.. Enumerable.Range(0, IngestHouse.ReceiveMaximum).Select(i => house.Sensor(house.Now, i, null, packetId: (ushort)(100 + i)))]);

        await house.StoreAsync(report);

        Assert.Equal(IngestHouse.ReceiveMaximum + 2, await house.CountAsync<PowerSample>());
    }

    [Fact]
    public async Task Store_ManyBatches_KeepsPendingBounded()
    {
        await using var house = await IngestHouse.CreateAsync();
        for (var i = 0; i < 30; i++)
        {
            await house.StoreAsync([.. Enumerable.Range(0, 5).Select(k => house.Sensor(house.Now, k, null, packetId: (ushort)((i * 5) + k + 1)))]);
        }

        // Four batches of five make ReceiveMaximum; the batch before them is needed no more.
        Assert.Equal(IngestHouse.ReceiveMaximum / 5, await house.CountAsync<PendingAcknowledgement>());
    }

    [Fact]
    public async Task Store_RedeliveryInABatchThatFails_IsKnownAtTheNextTry()
    {
        await using var house = await IngestHouse.CreateAsync();
        var report = house.Sensor(house.Now, 5, null, packetId: 7);
        await house.StoreAsync(report);
        await house.Ingest.BeginConnectionAsync(house.Lease, true, CancellationToken.None);
        await house.SqlAsync("ALTER TABLE \"PendingAcknowledgements\" RENAME TO \"Away\"");
        await Assert.ThrowsAnyAsync<Exception>(() => house.StoreAsync(report));
        await house.SqlAsync("ALTER TABLE \"Away\" RENAME TO \"PendingAcknowledgements\"");

        await house.StoreAsync(report);

        Assert.Equal(1, await house.CountAsync<PowerSample>());
    }
}

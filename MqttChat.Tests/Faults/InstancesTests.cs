using Microsoft.EntityFrameworkCore;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Faults;

/// <summary>Two instances on one database and one broker: what becomes of ingest when one of them dies or stands still.</summary>
[Collection(FaultProcesses.Crowded)]
public sealed class InstancesTests
{
    [FaultFact]
    public async Task Ingest_HolderFrozenAndWoken_TheOtherGoesOnAndTheWokenWritesNothing()
    {
        await using var house = await InstancesHouse.StartAsync(instances: 2, partitions: 1);
        var plugs = await FaultPublishers.AdoptAsync(house.House, "frozen", 4);
        var first = (await house.HoldersAsync())[0];
        using var stop = new CancellationTokenSource();
        var publishing = plugs.RunAsync(100_000, TimeSpan.FromMilliseconds(25), stop.Token);
        await Eventually.TrueAsync(() => plugs.Sent > 200);

        await house.FreezeAsync(first);
        await house.TakenOverAsync(first, [0]);
        await AssertStoringAsync(house);
        await first.ThawAsync();
        await InstancesHouse.GivenUpAsync(first);

        await InstancesHouse.EndAsync(publishing, stop);
        var counts = await plugs.FinishAsync(within: TimeSpan.FromSeconds(20));
        Assert.All(counts, count => Assert.True(count.IsWhole, count.ToString()));
        Assert.NotSame(first, (await house.HoldersAsync())[0]);
    }

    [FaultFact]
    public Task Partitions_Fewer_WhatWasQueuedBeforeIsStored() => AssertMovedAsync(before: 3, after: 1);

    [FaultFact]
    public Task Partitions_More_WhatWasQueuedBeforeIsStored() => AssertMovedAsync(before: 1, after: 3);

    private static async Task AssertMovedAsync(int before, int after)
    {
        await using var house = await FaultHouse.StartAsync(default, $"Ingest:Partitions={before}");
        var plugs = await FaultPublishers.AdoptAsync(house, "moved", 6);
        await plugs.RunAsync(50);
        await house.App.StopAsync();
        await plugs.RunAsync(500);

        await using var app = await AppProcess.StartAsync(
            [.. HouseApi.FirstStaff, .. house.Broker.AppSettings, $"Ingest:Partitions={after}", $"Data:Directory={house.App.DataDirectory}"]);
        await Eventually.TrueAsync(() => app.Output.Contains($"divided into {after} partitions", StringComparison.Ordinal), TimeSpan.FromSeconds(30));
        await AssertHeardAsync(house, plugs);

        var counts = await plugs.FinishAsync(within: TimeSpan.FromSeconds(20));
        Assert.All(counts, count => Assert.True(count.IsWhole, count.ToString()));
    }

    [FaultFact]
    public async Task Partitions_SeveralInstances_AreSharedAndTakenOver()
    {
        await using var house = await InstancesHouse.StartAsync(instances: 2, partitions: 2);
        await house.SpreadAsync(2);
        var held = await house.HoldersAsync();

        await held[1].StopAsync();
        await house.TakenOverAsync(held[1], [1]);

        Assert.Same(held[0], (await house.HoldersAsync())[1]);
    }

    // The new sessions subscribe a moment after the old ones ended.
    private static async Task AssertHeardAsync(FaultHouse house, FaultPublishers plugs)
    {
        await using var peer = await house.ConnectPlugAsync();
        await using var store = house.OpenTelemetry();
        await Eventually.TrueAsync(
            async () =>
            {
                foreach (var plug in plugs.All)
                {
                    await peer.PublishAsync($"stat/{plug.Plug.Name}/RESULT", """{"POWER":"OFF"}""");
                }

                return await store.ChannelStates.AsNoTracking().AllAsync(channel => channel.IsOn == false);
            },
            TimeSpan.FromSeconds(30), "every plug is heard");
    }

    internal static async Task AssertStoringAsync(InstancesHouse house)
    {
        await using var store = house.House.OpenTelemetry();
        var stored = await store.PowerSamples.CountAsync();
        await Eventually.TrueAsync(async () => await store.PowerSamples.CountAsync() > stored, TimeSpan.FromSeconds(15), "reports are stored");
    }
}

namespace MqttChat.Tests.Faults;

/// <summary>The disk under both stores is full, and then has room again.</summary>
internal static class DiskFullFault
{
    public static async Task<string> RunAsync(FaultHouse house, TimeSpan length)
    {
        await using var fault = await StoreFault.BeginAsync(house, "full", 10);
        await using var disk = await SmallDisk.PutUnderAsync(house.App);
        return await fault.RunAsync(
            length,
            () =>
            {
                disk.Fill();
                return Task.FromResult<IAsyncDisposable>(new Ballast(disk));
            },
            async () =>
            {
                // What SQLite deletes of its own, or has room for in its last page, is filled up as well.
                disk.Fill();
                await fault.PostIsRefusedAsync();
                await StandStillAsync(fault, disk);
            });
    }

    // The log's file keeps its size over a checkpoint, and takes some more batches into what it has.
    private static async Task StandStillAsync(StoreFault fault, SmallDisk disk)
    {
        for (var tries = 0; tries < 10; tries++)
        {
            disk.Fill();
            if (await fault.StandsStillAsync(TimeSpan.FromSeconds(1)))
            {
                return;
            }
        }

        Assert.Fail("Reports go on being stored on a full disk.");
    }

    private sealed class Ballast(SmallDisk disk) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            disk.Free();
            return ValueTask.CompletedTask;
        }
    }
}

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
                disk.Fill();
                await fault.NothingIsStoredAsync(TimeSpan.FromSeconds(1));
            });
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

namespace MqttChat.Tests.Faults;

/// <summary>A store whose file someone else holds the write lock of.</summary>
internal static class StoreLockFault
{
    private const int Plugs = 10;
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The readings' file. Killed at the end of it, the program must get everything again: what it had acknowledged without
    /// storing would be lost.
    /// </summary>
    public static async Task<string> TelemetryAsync(FaultHouse house, TimeSpan length, bool kill)
    {
        await using var fault = await StoreFault.BeginAsync(house, kill ? "killed" : "locked", Plugs);
        var figures = await fault.RunAsync(
            length,
            async () => await StoreLock.TakeAsync(house.App.DataDirectory, StoreLock.Telemetry),
            async () =>
            {
                await fault.NothingIsStoredAsync(Moment);
                await fault.PostIsStoredAsync();
            },
            kill ? house.App.KillAsync : null,
            kill ? () => house.App.StartAgainAsync() : null);
        return figures;
    }

    /// <summary>The house's file: readings go on being stored.</summary>
    public static async Task<string> HouseAsync(FaultHouse house, TimeSpan length)
    {
        await using var fault = await StoreFault.BeginAsync(house, "housed", Plugs);
        return await fault.RunAsync(
            length,
            async () => await StoreLock.TakeAsync(house.App.DataDirectory, StoreLock.House),
            async () =>
            {
                await fault.SomethingIsStoredAsync();
                await fault.PostIsRefusedAsync();
            });
    }

    /// <summary>Both at once.</summary>
    public static async Task<string> BothAsync(FaultHouse house, TimeSpan length)
    {
        await using var fault = await StoreFault.BeginAsync(house, "both", Plugs);
        return await fault.RunAsync(
            length,
            async () => new Locks(
                await StoreLock.TakeAsync(house.App.DataDirectory, StoreLock.Telemetry),
                await StoreLock.TakeAsync(house.App.DataDirectory, StoreLock.House)),
            async () =>
            {
                await fault.NothingIsStoredAsync(Moment);
                await fault.PostIsRefusedAsync();
            });
    }

    private sealed class Locks(StoreLock telemetry, StoreLock house) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await telemetry.DisposeAsync();
            await house.DisposeAsync();
        }
    }
}

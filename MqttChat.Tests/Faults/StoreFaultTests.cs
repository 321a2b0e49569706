using MqttChat.Tests.Support;

namespace MqttChat.Tests.Faults;

/// <summary>A locked store, a full disk and bad payloads, for seconds; <see cref="StoreFaultFullTests"/> has them at full length.</summary>
[Collection(FaultProcesses.Name)]
public sealed class StoreFaultTests(StoreFaultTests.OneHouse fixture) : IClassFixture<StoreFaultTests.OneHouse>
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(5);

    [Fact]
    public Task StoresLocked_ForFiveSeconds_NothingIsAcknowledged_AndNothingIsLost() => StoreLockFault.BothAsync(fixture.House, Short);

    [SmallDiskFact]
    public Task DiskFull_ForFiveSeconds_NothingIsAcknowledged_AndNothingIsLost() => DiskFullFault.RunAsync(fixture.House, Short);

    [Fact]
    public Task BadPayloads_5000BetweenGoodOnes_EveryGoodOneIsStored() => BadPayloadFault.RunAsync(fixture.House, 5_000, 100);

    /// <summary>One house for all: each test has plugs of its own.</summary>
    public sealed class OneHouse : IAsyncLifetime
    {
        public FaultHouse House { get; private set; } = null!;

        public async Task InitializeAsync() => House = await FaultHouse.StartAsync();

        public Task DisposeAsync() => House.DisposeAsync().AsTask();
    }
}

/// <summary>Wrong clocks, a few reports each.</summary>
[Collection(FaultProcesses.Name)]
public sealed class ClockFaultTests
{
    [FaultFact]
    public async Task Clocks_OffAndJumping_NoReadingIsInTheFuture_AndNobodyIsSignedOut()
    {
        await using var house = await FaultHouse.StartAsync(clockOffset: TimeSpan.FromSeconds(1));
        await ClockFault.RunAsync(house, 5, full: false);
    }
}

/// <summary>The same at full length.</summary>
[Collection(FaultProcesses.Name)]
public sealed class StoreFaultFullTests
{
    [FaultFact]
    public async Task TelemetryLocked_For60Seconds_NothingIsAcknowledged_AndNothingIsLost()
    {
        await using var house = await FaultHouse.StartAsync();
        FaultReport.Write("telemetry store write-locked for 60 s", await StoreLockFault.TelemetryAsync(house, TimeSpan.FromSeconds(60), kill: false));
        FaultReport.Write("telemetry store write-locked, app killed meanwhile", await StoreLockFault.TelemetryAsync(house, TimeSpan.FromSeconds(15), kill: true));
    }

    [FaultFact]
    public async Task HouseLocked_For60Seconds_PostsAreToldToTryAgain()
    {
        await using var house = await FaultHouse.StartAsync();
        FaultReport.Write("house store write-locked for 60 s", await StoreLockFault.HouseAsync(house, TimeSpan.FromSeconds(60)));
    }

    [SmallDiskFaultFact]
    public async Task DiskFull_For30Seconds_NothingIsAcknowledged_AndNothingIsLost()
    {
        await using var house = await FaultHouse.StartAsync();
        FaultReport.Write("disk full for 30 s and freed", await DiskFullFault.RunAsync(house, TimeSpan.FromSeconds(30)));
    }

    [FaultFact]
    public async Task BadPayloads_100000BetweenGoodOnes_EveryGoodOneIsStored()
    {
        await using var house = await FaultHouse.StartAsync();
        FaultReport.Write("100,000 bad payloads between good ones", await BadPayloadFault.RunAsync(house, 100_000, 1_000));
    }

    [FaultFact]
    public async Task Clocks_OffAndJumping_NoReadingIsInTheFuture_AndNobodyIsSignedOut()
    {
        await using var house = await FaultHouse.StartAsync(clockOffset: TimeSpan.FromSeconds(1));
        FaultReport.Write("clocks an hour and ten years off, jumping", await ClockFault.RunAsync(house, 50, full: true));
    }
}

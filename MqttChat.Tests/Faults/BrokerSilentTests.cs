using MqttChat.Tests.Support;

namespace MqttChat.Tests.Faults;

/// <summary>A broker that is there and says nothing, and a way to it that is slow: staff are told, and nothing is lost.</summary>
[Collection(FaultProcesses.Brokers)]
public sealed class BrokerSilentTests
{
    private const int Plugs = 8;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan NoticedWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Way_HalfOpen_IsNoticedWithin10SecondsAndNothingIsLost()
    {
        await using var house = await FaultHouse.StartAsync();
        await RunAsync(house, () => Fall(house, true), () => Fall(house, false), TimeSpan.Zero);
    }

    [Fact]
    public async Task Way_DrippingAndDelayed_EveryReportArrives()
    {
        await using var house = await FaultHouse.StartAsync();
        var publishers = await FaultPublishers.AdoptAsync(house, "drip", Plugs);

        // One report at a time. Where what is unacknowledged takes longer than the 5 s that the broker has for an answer, the
        // answer to the subscription comes too late at each try: slower than this is not promised.
        (house.Way.Delay, house.Way.DripBytes) = (TimeSpan.FromMilliseconds(100), 200);
        house.Way.CutAll();

        await publishers.RunAsync(8);

        var counts = await publishers.FinishAsync(TimeSpan.FromSeconds(60));
        Assert.True(counts.All(count => count.IsWhole), string.Join(Environment.NewLine, counts));
    }

    [FaultFact]
    public async Task Broker_FrozenForAMinute_IsNoticedWithin10SecondsAndNothingIsLost()
    {
        await using var house = await FaultHouse.StartAsync();
        await RunAsync(house, house.Broker.FreezeAsync, house.Broker.ThawAsync, Long, "broker frozen for 60 s");
    }

    [FaultFact]
    public async Task Broker_CutOffForAMinute_IsNoticedWithin10SecondsAndNothingIsLost()
    {
        await using var house = await FaultHouse.StartAsync();
        await RunAsync(house, () => Fall(house, true), () => Fall(house, false), Long, "broker cut off (half-open) for 60 s");
    }

    private static Task Fall(FaultHouse house, bool silent)
    {
        house.Way.IsHalfOpen = silent;
        return Task.CompletedTask;
    }

    private static async Task RunAsync(FaultHouse house, Func<Task> begin, Func<Task> end, TimeSpan length, string? row = null)
    {
        var publishers = await FaultPublishers.AdoptAsync(house, "silent", Plugs);
        var (noticed, back) = (TimeSpan.Zero, default(FaultReturn));
        await publishers.RunDuringAsync(20, Pause, async () =>
        {
            await publishers.PublishedAsync(0.5);
            await Eventually.TrueAsync(async () => (await house.BrokerStatusAsync()).Connected, what: "staff are told that the broker is there");
            await begin();
            noticed = await NoticedAsync(house);
            if (length > noticed)
            {
                using var wait = new PeriodicTimer(length - noticed);
                await wait.WaitForNextTickAsync();
            }

            back = await house.BackAsync(end);
        });
        var counts = await publishers.FinishAsync(TimeSpan.FromSeconds(60));
        if (row is not null)
        {
            FaultReport.Write(row, $"{string.Join("; ", counts)}; staff told after {noticed.TotalSeconds:0.0} s; ready {back.Ready.TotalSeconds:0.0} s after its end, storing after {back.Storing.TotalSeconds:0.0} s");
        }

        Assert.True(counts.All(count => count.IsWhole), string.Join(Environment.NewLine, counts));
        Assert.True(noticed <= NoticedWithin, $"Noticed after {noticed}");
    }

    private static async Task<TimeSpan> NoticedAsync(FaultHouse house)
    {
        var began = FairTime.Now;
        await Eventually.TrueAsync(
            async () => await house.BrokerStatusAsync() is (false, "silent"), TimeSpan.FromSeconds(30), "staff are told that the broker is silent");
        return FairTime.Since(began);
    }
}

using MqttChat.Benchmarks.Load;

namespace MqttChat.Benchmarks;

/// <summary>What the app uses of the machine with 10,000 plugs that report at a steady 1,000 a second, nobody looking.</summary>
public sealed class LargeHouseBenchmark : Benchmark
{
    private const int Plugs = 10_000;
    private const int PerSecond = 1000;

    // Every plug has reported once by then.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(13);
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(20);

    public override string Name => "plugs";

    public override async Task RunAsync(ICollection<Figure> figures, CancellationToken cancellation)
    {
        await using var house = await PlugHouse.StartAsync(Brokers.EverySecond.Settings, Plugs, cancellation);
        using var publisher = await RawPublisher.OpenAsync(house.Broker, Plugs, 1, cancellation);
        var published = await publisher.PublishSteadilyAsync(PerSecond, WarmUp, null, cancellation);
        var before = ProcessCost.Of(house.App.ProcessId);
        var brokerBefore = ProcessCost.Of(house.Broker.ProcessId);
        published += await publisher.PublishSteadilyAsync(PerSecond, Measured, null, cancellation);
        var after = ProcessCost.Of(house.App.ProcessId);
        var brokerAfter = ProcessCost.Of(house.Broker.ProcessId);
        await house.CommittedAsync(published, TimeSpan.FromSeconds(10), cancellation);

        figures.Add(new Figure("10,000 plugs, 1,000 reports/s: processor of the app", after.ShareSince(before) * 100, "% of a core")
            .Beside("Mosquitto's", brokerAfter.ShareSince(brokerBefore) * 100).AtMost(25));
        figures.Add(new Figure("10,000 plugs, 1,000 reports/s: memory of the app, resident", ProcessCost.Megabytes(house.App.ProcessId), "MB")
            .Beside("its highest, the start included", ProcessCost.Megabytes(house.App.ProcessId, "VmHWM")).AtMost(300));
    }
}

using System.Diagnostics;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MqttChat.Benchmarks.Load;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Telemetry;
using MqttChat.Tests.Support;

namespace MqttChat.Benchmarks.Chat;

/// <summary>Key to paint while the house is busy: five thousand reports a second, and old readings being deleted.</summary>
public sealed class BusyPaintBenchmark : Benchmark
{
    private const int Plugs = 200;
    private const int ReportsPerSecond = 5000;
    private const int OldReadings = 1_500_000;
    private const int Keys = 60;

    public override string Name => "chat-busy";

    public override async Task RunAsync(ICollection<Figure> figures, CancellationToken cancellation)
    {
        await using var broker = await MosquittoProcess.StartAsync(Brokers.EverySecond.Settings);
        await using var house = await BenchHouse.StartAsync(broker.AppSettings);
        await house.AddPlugsAsync(Plugs, days: 1, cancellation);
        var people = await house.MoveInAsync("Typist", 2, cancellation);
        var room = await house.MakeRoomAsync("Small", people, 100, cancellation);
        using var publisher = await RawPublisher.OpenAsync(broker, Plugs, 1, cancellation);
        await publisher.PublishSteadilyAsync(1000, TimeSpan.FromSeconds(2), null, cancellation);
        await house.AddOldSamplesAsync(OldReadings, cancellation);
        await using var chromium = await OpenChromium.StartAsync();
        var calm = await PaintBenchmark.KeysAsync(chromium.Browser, house.App.BaseAddress, people, room, Keys / 2, cancellation);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var publishing = PublishAsync(publisher, over.Token);
        var sweeping = SweepAsync(house, over.Token);
        var busy = await PaintBenchmark.KeysAsync(chromium.Browser, house.App.BaseAddress, people, room, Keys, cancellation);
        await over.CancelAsync();
        var (rate, (deleted, time)) = (await publishing, await sweeping);
        figures.Add(new Figure($"key -> painted during {ReportsPerSecond:N0} reports/s and the clean-up, p95", Percentile(busy.Select(key => key.All), 95), "ms")
        {
            Note = string.Create(
                CultureInfo.InvariantCulture,
                $"p50 {Median(busy.Select(key => key.All)):0.0} ms; {rate:N0} reports/s came in, {deleted:N0} old readings went in {time.TotalSeconds:0.0} s; {KeyTimes.Shares(busy)}"),
        }.Beside("calm house", Percentile(calm.Select(key => key.All), 95)).AtMost(40));
    }

    private static async Task<double> PublishAsync(RawPublisher publisher, CancellationToken stop)
    {
        var (total, began) = (0, Stopwatch.GetTimestamp());
        while (!stop.IsCancellationRequested)
        {
            total += await publisher.PublishSteadilyAsync(ReportsPerSecond, TimeSpan.FromMilliseconds(500), null, CancellationToken.None);
        }

        return total / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    // The program's own clean-up, run beside it on the same file: it comes by itself only once an hour.
    private static async Task<(int Deleted, TimeSpan Time)> SweepAsync(BenchHouse house, CancellationToken stop)
    {
        await using var stores = DatabaseSetup.BuildStores(DatabaseOptions.SqliteIn(house.App.DataDirectory));
        var retention = new TelemetryRetention(
            stores.GetRequiredService<IDbContextFactory<TelemetryDbContext>>(), Options.Create(new TelemetryOptions()), TimeProvider.System);
        var began = Stopwatch.GetTimestamp();
        var before = await CountAsync(stores);
        try
        {
            return (await Task.Run(() => retention.SweepAsync(stop), CancellationToken.None), Stopwatch.GetElapsedTime(began));
        }
        catch (OperationCanceledException)
        {
            return (before - await CountAsync(stores), Stopwatch.GetElapsedTime(began));
        }
    }

    private static async Task<int> CountAsync(ServiceProvider stores)
    {
        await using var telemetry = await stores.GetRequiredService<IDbContextFactory<TelemetryDbContext>>().CreateDbContextAsync();
        var old = DateTimeOffset.UtcNow.AddDays(-11);
        return await telemetry.PowerSamples.CountAsync(sample => sample.At < old);
    }
}

using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MqttChat.Domain.Devices;
using MqttChat.Domain.Persistence;
using MqttChat.Tests.Support;

namespace MqttChat.Benchmarks.Load;

/// <summary>The published program with its Mosquitto and as many adopted plugs as are asked for.</summary>
internal sealed class PlugHouse : IAsyncDisposable
{
    private readonly SqliteConnection _telemetry;
    private readonly SqliteCommand _count;

    private PlugHouse(MosquittoProcess broker, AppProcess app)
    {
        (Broker, App) = (broker, app);
        _telemetry = new SqliteConnection($"Data Source={Path.Combine(app.DataDirectory, "telemetry.db")};Mode=ReadWrite;Default Timeout=5");
        _telemetry.Open();
        _count = _telemetry.CreateCommand();
        // Every reading is in one of these few rows, so that looking costs nothing.
        _count.CommandText = "SELECT coalesce(sum(SampleCount), 0) FROM EnergyRollups WHERE Resolution = 60";
    }

    public MosquittoProcess Broker { get; }

    public AppProcess App { get; }

    /// <summary>Starts all of it; returns when the broker queues for ingest.</summary>
    public static async Task<PlugHouse> StartAsync(MosquittoSettings settings, int plugs, CancellationToken cancellation)
    {
        var broker = await MosquittoProcess.StartAsync(settings);
        var app = await AppProcess.StartAsync([.. HouseApi.FirstStaff, .. broker.AppSettings]);
        await app.StopAsync();
        await AdoptAsync(app.DataDirectory, plugs, cancellation);

        // Ingest tells itself when it has subscribed.
        var subscribed = new TaskCompletionSource();
        await using var listener = await Listener.OpenAsync(
            broker, "mqttchat/ingest/+/marker", durable: false, _ => subscribed.TrySetResult(), cancellation);
        await app.StartAgainAsync();
        await subscribed.Task.WaitAsync(TimeSpan.FromSeconds(60), cancellation);
        return new PlugHouse(broker, app);
    }

    /// <summary>Readings committed so far.</summary>
    public long Committed() => (long)_count.ExecuteScalar()!;

    /// <summary>Waits until so many readings are committed; throws when they do not come.</summary>
    public async Task CommittedAsync(long readings, TimeSpan within, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(within);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (Committed() is var committed && committed < readings)
        {
            try
            {
                await timer.WaitForNextTickAsync(either.Token);
            }
            catch (OperationCanceledException) when (deadline.IsCancellationRequested)
            {
                throw new TimeoutException($"Only {committed} of {readings} readings were committed.");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _count.Dispose();
        _telemetry.Dispose();
        SqliteConnection.ClearPool(_telemetry);
        await App.DisposeAsync();
        await Broker.DisposeAsync();
    }

    private static async Task AdoptAsync(string folder, int plugs, CancellationToken cancellation)
    {
        await using var stores = DatabaseSetup.BuildStores(DatabaseOptions.SqliteIn(folder));
        await using var house = await stores.GetRequiredService<IDbContextFactory<HouseDbContext>>().CreateDbContextAsync(cancellation);
        house.Plugs.AddRange(Enumerable.Range(0, plugs).Select(plug => new Plug
        {
            Family = "tasmota",
            Address = PlugReports.NameOf(plug),
            TopicTemplate = $"%prefix%/{PlugReports.NameOf(plug)}",
            Name = PlugReports.NameOf(plug),
            FirstHeardAt = DateTimeOffset.UnixEpoch,
            AdoptedAt = DateTimeOffset.UnixEpoch,
            ClockOffsetMinutes = 0,
        }));
        await house.SaveChangesAsync(cancellation);
    }
}

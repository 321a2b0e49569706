using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using MqttChat.Domain.Telemetry;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Faults;

/// <summary>Several instances of one house: one Mosquitto, one folder of data, and a proxy before them that keeps each browser at its instance.</summary>
public sealed class InstancesHouse : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private InstancesHouse(FaultHouse house, IReadOnlyList<AppProcess> apps, StickyProxy proxy) => (House, Apps, Proxy) = (house, apps, proxy);

    public FaultHouse House { get; }

    public IReadOnlyList<AppProcess> Apps { get; }

    public StickyProxy Proxy { get; }

    public static async Task<InstancesHouse> StartAsync(int instances, int partitions)
    {
        string[] settings = [$"Ingest:Partitions={partitions}", "Limits:PostsPerPersonPerMinute=0"];
        var house = await FaultHouse.StartAsync(default, settings);
        var others = Enumerable.Range(1, instances - 1).Select(_ => AppProcess.StartAsync(
            [.. HouseApi.FirstStaff, .. house.Broker.AppSettings, .. settings, $"Data:Directory={house.App.DataDirectory}"]));
        AppProcess[] apps = [house.App, .. await Task.WhenAll(others)];
        return new(house, apps, await StickyProxy.StartAsync(apps.Select(app => app.BaseAddress)));
    }

    /// <summary>Who holds which partition, as far as its lease is not over.</summary>
    public async Task<Dictionary<int, AppProcess>> HoldersAsync()
    {
        await using var store = House.OpenTelemetry();
        var now = DateTimeOffset.UtcNow;
        var leases = await store.IngestLeases.AsNoTracking().Where(lease => lease.Partition >= 0 && lease.ExpiresAt > now).ToListAsync();
        return leases.Select(lease => (lease.Partition, App: Apps.FirstOrDefault(app => IsOf(lease, app))))
            .Where(held => held.App is not null).ToDictionary(held => held.Partition, held => held.App!);
    }

    /// <summary>Waits until every partition is served, and by as many instances as there can be.</summary>
    public Task SpreadAsync(int partitions) => Eventually.TrueAsync(
        async () => await HoldersAsync() is { } held && held.Count == partitions && held.Values.Distinct().Count() == Math.Min(partitions, Apps.Count),
        Patience, $"{partitions} partitions are served by {Math.Min(partitions, Apps.Count)} instances");

    /// <summary>Waits until others hold what <paramref name="before"/> held; how long that took.</summary>
    public async Task<TimeSpan> TakenOverAsync(AppProcess before, IReadOnlyCollection<int> partitions)
    {
        var began = TimeProvider.System.GetTimestamp();
        await Eventually.TrueAsync(
            async () => await HoldersAsync() is { } held && partitions.All(partition => held.TryGetValue(partition, out var app) && app != before),
            Patience, "another instance holds the lease");
        return TimeProvider.System.GetElapsedTime(began);
    }

    /// <summary>
    /// Freezes an instance at a moment when it does not hold SQLite's lock: a file that is locked by a frozen process is locked
    /// for everybody, and no lease can be taken over.
    /// </summary>
    public async Task FreezeAsync(AppProcess app)
    {
        for (var tries = 0; tries < 50; tries++)
        {
            await app.FreezeAsync();
            if (await IsWritableAsync("telemetry.db") && await IsWritableAsync("house.db"))
            {
                return;
            }

            await app.ThawAsync();
        }

        Assert.Fail("It was in a transaction at every try.");
    }

    /// <summary>Waits until a woken instance has nothing in hand any more; it may learn from the broker or from the lease that it is not the holder.</summary>
    public static Task GivenUpAsync(AppProcess woken) => Eventually.TrueAsync(
        async () =>
        {
            using var staff = await HouseApi.StaffAsync(woken.BaseAddress);
            return (await staff.GetAsync("status")).GetProperty("ingest").GetProperty("waiting").GetInt64() == 0;
        },
        Patience, "the woken one has nothing in hand");

    /// <summary>Ends publishers that would go on for ever.</summary>
    public static async Task EndAsync(Task publishing, CancellationTokenSource stop)
    {
        await stop.CancelAsync();
        await publishing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public async ValueTask DisposeAsync()
    {
        await Proxy.DisposeAsync();
        foreach (var app in Apps.Skip(1))
        {
            await app.DisposeAsync();
        }

        await House.DisposeAsync();
    }

    private static bool IsOf(IngestLease lease, AppProcess app) => lease.Holder.Contains($"-{app.ProcessId}-", StringComparison.Ordinal);

    private async Task<bool> IsWritableAsync(string file)
    {
        var path = Path.Combine(House.App.DataDirectory, file);
        await using var connection = new SqliteConnection($"Data Source={path};Default Timeout=1;Pooling=False");
        await connection.OpenAsync();
        try
        {
            await using var transaction = connection.BeginTransaction(deferred: false);
            return true;
        }
        catch (SqliteException error) when (error.SqliteErrorCode == 5)
        {
            return false;
        }
    }
}

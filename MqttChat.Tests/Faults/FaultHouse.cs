using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Telemetry;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Faults;

/// <summary>The published program, its Mosquitto and a member of staff at the API, all real and on their own.</summary>
public sealed class FaultHouse : IAsyncDisposable
{
    private readonly ServiceProvider _stores;

    private FaultHouse(MosquittoProcess broker, TcpFaultProxy way, AppProcess app, HouseApi staff, DatabaseOptions? database)
    {
        Broker = broker;
        Way = way;
        App = app;
        Staff = staff;
        _stores = DatabaseSetup.BuildStores(database ?? DatabaseOptions.SqliteIn(app.DataDirectory));
    }

    public MosquittoProcess Broker { get; }

    /// <summary>Between the program and its broker; plugs do not go through it.</summary>
    public TcpFaultProxy Way { get; }

    public AppProcess App { get; }

    public HouseApi Staff { get; }

    /// <param name="clockOffset">How far off the program's clock is.</param>
    /// <param name="settings">Further settings of the program.</param>
    public static Task<FaultHouse> StartAsync(TimeSpan clockOffset = default, params string[] settings) =>
        StartAsync(all => AppProcess.StartAsync(clockOffset, all), null, settings);

    /// <summary>Starts it on another database than files of its own.</summary>
    /// <param name="database">How the test reads it.</param>
    /// <param name="settings">How the program does, and further ones.</param>
    public static Task<FaultHouse> StartOnAsync(DatabaseOptions database, params string[] settings) =>
        StartAsync(all => AppProcess.StartAsync(all), null, settings, database: database);

    /// <summary>Starts it with a broker that is going to be ended itself, and so saves at each change.</summary>
    /// <param name="seen">Sees what goes between the program and its broker (<see cref="TcpFaultProxy.Seen"/>).</param>
    public static Task<FaultHouse> StartWithASavingBrokerAsync(Action<int, bool, byte[]>? seen = null) =>
        StartAsync(all => AppProcess.StartAsync(all), seen, [], new MosquittoSettings());

    /// <summary>Starts it so that the program can be asked for figures.</summary>
    public static Task<FaultHouse> StartProbedAsync(params string[] settings) => StartAsync(AppProcess.StartProbedAsync, null, settings);

    /// <summary>Kills the program and starts it again at once; how long until it was ready, and until it stored again.</summary>
    public async Task<FaultReturn> RestartAppAsync(TimeSpan clockOffset = default)
    {
        await App.KillAsync();
        return await BackAsync(() => App.StartAgainAsync(clockOffset));
    }

    /// <summary>Starts what was ended; how long until the health is ready, and until readings are stored. Plugs must go on publishing.</summary>
    public async Task<FaultReturn> BackAsync(Func<Task> start)
    {
        await using var store = OpenTelemetry();
        var began = Stopwatch.GetTimestamp();
        await start();
        await ReadyAsync();
        var ready = Stopwatch.GetElapsedTime(began);
        var change = await LastChangeAsync(store);
        try
        {
            await Eventually.TrueAsync(async () => await LastChangeAsync(store) > change, TimeSpan.FromSeconds(120), "readings are stored again");
        }
        catch (Exception error)
        {
            throw new InvalidOperationException($"{error.Message} The program's last words:\n{string.Join('\n', App.Output.Split('\n').TakeLast(30))}", error);
        }

        return new(ready, Stopwatch.GetElapsedTime(began));
    }

    /// <summary>Waits until the program says that it is ready, its broker included.</summary>
    public async Task ReadyAsync()
    {
        using var http = new HttpClient { BaseAddress = App.BaseAddress, Timeout = TimeSpan.FromSeconds(30) };
        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    return (await http.GetFromJsonAsync<JsonElement>("/health/ready")).GetProperty("status").GetString() == "ready";
                }
                catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
                {
                    // It says itself that it is not, or is slow on a machine that has much to do.
                    return false;
                }
            },
            TimeSpan.FromMinutes(2), "the health is ready");
    }

    /// <summary>What staff are told of the broker.</summary>
    public async Task<(bool Connected, string? Reason)> BrokerStatusAsync()
    {
        var broker = (await Staff.GetAsync("status")).GetProperty("broker");
        return (broker.GetProperty("connected").GetBoolean(), broker.GetProperty("reason").GetString());
    }

    /// <summary>A connection as the plugs have it.</summary>
    public Task<MqttTestClient> ConnectPlugAsync() => Broker.ConnectAsync();

    /// <summary>Lets a plug be heard, adopts it, and sends its zero point: watts 0, total 100.</summary>
    public async Task<int> AdoptTasmotaAsync(string name, DateTimeOffset now)
    {
        await using var plug = await ConnectPlugAsync();
        await plug.PublishAsync($"tele/{name}/STATE", """{"POWER":"ON"}""");
        var id = await Staff.AdoptAsync(name);
        await using var store = OpenTelemetry();
        var stored = await CountReadingsAsync(store);

        // The subscription follows the adoption; until it stands, a report is nobody's.
        await Eventually.TrueAsync(
            async () =>
            {
                if (await store.PlugStates.AsNoTracking().AnyAsync(state => state.PlugId == id && state.LastReportAt != null))
                {
                    return true;
                }

                await plug.PublishAsync($"tele/{name}/STATE", """{"POWER":"ON"}""");
                return false;
            },
            what: $"{name}'s reports are stored");
        await plug.PublishAsync($"tele/{name}/SENSOR", Report(now, 0, 100));
        await Eventually.TrueAsync(async () => await CountReadingsAsync(store) > stored, what: $"{name}'s zero point is stored");
        return id;
    }

    /// <summary>Adopts many plugs at once, as <see cref="AdoptTasmotaAsync"/> does one; sets their ids.</summary>
    public async Task AdoptTasmotasAsync(IReadOnlyList<FaultPlug> plugs, DateTimeOffset now)
    {
        await using var peer = await ConnectPlugAsync();
        async Task SayAsync(IEnumerable<FaultPlug> who)
        {
            foreach (var plug in who)
            {
                await peer.PublishAsync($"tele/{plug.Name}/STATE", """{"POWER":"ON"}""");
            }
        }

        await SayAsync(plugs);
        foreach (var plug in plugs)
        {
            plug.Id = await Staff.AdoptAsync(plug.Name);
        }

        await using var store = OpenTelemetry();
        var stored = await CountReadingsAsync(store);
        await Eventually.TrueAsync(
            async () =>
            {
                var heard = await store.PlugStates.AsNoTracking().Where(state => state.LastReportAt != null).Select(state => state.PlugId).ToListAsync();
                var deaf = plugs.Where(plug => !heard.Contains(plug.Id)).ToList();
                await SayAsync(deaf);
                return deaf.Count == 0;
            },
            what: "the plugs' reports are stored");
        foreach (var plug in plugs)
        {
            await peer.PublishAsync(plug.Topic, Report(now, 0, FaultPlug.ZeroPoint));
        }

        await Eventually.TrueAsync(
            async () => await CountReadingsAsync(store) >= stored + plugs.Count, what: "the plugs' zero points are stored");
    }

    /// <summary>A Tasmota SENSOR payload, with the plug's clock in UTC or without a time.</summary>
    public static string Report(DateTimeOffset? at, int watts, double total)
    {
        var time = at is { } clock ? $"\"Time\":\"{clock.UtcDateTime:yyyy-MM-ddTHH:mm:ss}\"," : "";
        return string.Create(CultureInfo.InvariantCulture, $$$"""{{{{time}}}"ENERGY":{"Total":{{{total:0.000000}}},"Power":{{{watts}}}}}""");
    }

    /// <summary>The program's own telemetry file, read beside it.</summary>
    public TelemetryDbContext OpenTelemetry() => _stores.GetRequiredService<IDbContextFactory<TelemetryDbContext>>().CreateDbContext();

    /// <summary>How many readings carry power; on/off reports do not.</summary>
    public Task<int> CountReadingsAsync(TelemetryDbContext store) =>
        store.PowerSamples.CountAsync(sample => sample.ActivePowerWatts != null);

    /// <summary>A plug's watts in order of time, and what was counted.</summary>
    public async Task<(List<double> Watts, double Counted)> ReadingsOfAsync(TelemetryDbContext store, int plugId)
    {
        var channel = await ChannelOfAsync(store, plugId);
        var watts = await store.PowerSamples.AsNoTracking()
            .Where(sample => sample.ChannelId == channel.Id && sample.ActivePowerWatts != null)
            .OrderBy(sample => sample.At).Select(sample => sample.ActivePowerWatts!.Value).ToListAsync();
        return (watts, channel.EnergyCountedKilowattHours);
    }

    /// <summary>A plug's five-minute buckets in order.</summary>
    public async Task<List<EnergyRollup>> BucketsOfAsync(TelemetryDbContext store, int plugId)
    {
        var channel = await ChannelOfAsync(store, plugId);
        return await store.EnergyRollups.AsNoTracking()
            .Where(rollup => rollup.ChannelId == channel.Id && rollup.Resolution == RollupResolution.FiveMinutes)
            .OrderBy(rollup => rollup.BucketStart).ToListAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Staff.Dispose();
        await _stores.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        await App.DisposeAsync();
        await Way.DisposeAsync();
        await Broker.DisposeAsync();
    }

    private static Task<long> LastChangeAsync(TelemetryDbContext store) => store.ChannelStates.MaxAsync(state => state.Change);

    private static async Task<FaultHouse> StartAsync(
        Func<string[], Task<AppProcess>> start, Action<int, bool, byte[]>? seen, string[] settings, MosquittoSettings? saving = null,
        DatabaseOptions? database = null)
    {
        var broker = await MosquittoProcess.StartAsync(saving ?? MosquittoSettings.SavesEverySecond);
        var way = new TcpFaultProxy(broker.Port) { Seen = seen };
        AppProcess? app = null;
        try
        {
            app = await start([.. HouseApi.FirstStaff, .. broker.AppSettings, $"Mqtt:Port={way.Port}", .. settings]);
            return new FaultHouse(broker, way, app, await HouseApi.StaffAsync(app.BaseAddress), database);
        }
        catch
        {
            await (app?.DisposeAsync() ?? ValueTask.CompletedTask);
            await way.DisposeAsync();
            await broker.DisposeAsync();
            throw;
        }
    }

    private static Task<ChannelState> ChannelOfAsync(TelemetryDbContext store, int plugId) =>
        store.ChannelStates.AsNoTracking().SingleAsync(state => state.PlugId == plugId && state.Channel == "1");
}

/// <summary>How long something took to come back after its start.</summary>
/// <param name="Ready">Until the health was ready.</param>
/// <param name="Storing">Until a reading was stored.</param>
public readonly record struct FaultReturn(TimeSpan Ready, TimeSpan Storing);

/// <summary>
/// Fault tests run whole programs: those of a collection one after another. All together have much to wait for and little to
/// compute; at full length, where time is judged, <c>test.sh</c> lets only one test run.
/// </summary>
[CollectionDefinition(Name)]
public sealed class FaultProcesses
{
    public const string Name = "fault processes";

    /// <summary>The collection of those whose fault is the broker's.</summary>
    public const string Brokers = "fault processes of brokers";

    /// <summary>The collection of those with many circuits or instances.</summary>
    public const string Crowded = "fault processes with crowds";
}

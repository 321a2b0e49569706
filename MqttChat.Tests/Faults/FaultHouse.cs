using System.Globalization;
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

    private FaultHouse(MosquittoProcess broker, AppProcess app, HouseApi staff)
    {
        Broker = broker;
        App = app;
        Staff = staff;
        _stores = DatabaseSetup.BuildStores(DatabaseOptions.SqliteIn(app.DataDirectory));
    }

    public MosquittoProcess Broker { get; }

    public AppProcess App { get; }

    public HouseApi Staff { get; }

    public static async Task<FaultHouse> StartAsync(TimeSpan clockOffset = default)
    {
        var broker = await MosquittoProcess.StartAsync();
        var app = await AppProcess.StartAsync(clockOffset, [.. HouseApi.FirstStaff, .. broker.AppSettings]);
        return new FaultHouse(broker, app, await HouseApi.StaffAsync(app.BaseAddress));
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
            TimeSpan.FromSeconds(20), $"{name}'s reports are stored");
        await plug.PublishAsync($"tele/{name}/SENSOR", Report(now, 0, 100));
        await Eventually.TrueAsync(async () => await CountReadingsAsync(store) > stored, TimeSpan.FromSeconds(20), $"{name}'s zero point is stored");
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
            TimeSpan.FromSeconds(30), "the plugs' reports are stored");
        foreach (var plug in plugs)
        {
            await peer.PublishAsync(plug.Topic, Report(now, 0, FaultPlug.ZeroPoint));
        }

        await Eventually.TrueAsync(
            async () => await CountReadingsAsync(store) >= stored + plugs.Count, TimeSpan.FromSeconds(30), "the plugs' zero points are stored");
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
        await Broker.DisposeAsync();
    }

    private static Task<ChannelState> ChannelOfAsync(TelemetryDbContext store, int plugId) =>
        store.ChannelStates.AsNoTracking().SingleAsync(state => state.PlugId == plugId && state.Channel == "1");
}

/// <summary>Fault tests run whole programs: one after another.</summary>
[CollectionDefinition("fault processes")]
public sealed class FaultProcesses;

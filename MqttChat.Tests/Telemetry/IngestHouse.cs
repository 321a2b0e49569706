using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MqttChat.Domain.Devices;
using MqttChat.Domain.Telemetry;
using MqttChat.Tests.Support;

namespace MqttChat.Tests.Telemetry;

/// <summary>Ingest over real files, with Tasmota plugs 1 (fridge) and 2 (heater) adopted and the lease of partition 0 held.</summary>
public sealed class IngestHouse : IAsyncDisposable
{
    public const int ReceiveMaximum = 20;

    private readonly List<Plug> _plugs;

    private IngestHouse(TestStores stores, List<Plug> plugs) => (Stores, _plugs) = (stores, plugs);

    public TestStores Stores { get; }

    public HeldLease Lease { get; private set; } = new(0, 1, 0);

    public ReportIngest Ingest => Stores.Services.GetRequiredService<ReportIngest>();

    public IngestCounters Counters => Stores.Services.GetRequiredService<IngestCounters>();

    public IngestLeases Leases => Stores.Services.GetRequiredService<IngestLeases>();

    /// <summary>Plugs that were to be asked for their state.</summary>
    public required IReadOnlyList<Plug> Asked { get; init; }

    public DateTimeOffset Now => Stores.Clock.GetUtcNow();

    public static async Task<IngestHouse> CreateAsync(int receiveMaximum = ReceiveMaximum)
    {
        List<Plug> asked = [];
        List<Plug> plugs = [Plug(1, "fridge"), Plug(2, "heater"), Plug(3, "zoneless", clockOffsetMinutes: null)];
        var stores = await TestStores.CreateAsync(services => AddTo(services.AddSingleton<PlugInDoubt>(asked.Add), receiveMaximum, plugs));
        var house = new IngestHouse(stores, plugs) { Asked = asked };
        house.Lease = (await house.Leases.TryAcquireAsync(0, 1, "first", CancellationToken.None))!;
        await house.Ingest.BeginConnectionAsync(house.Lease, false, CancellationToken.None);
        return house;
    }

    public static Plug Plug(int id, string name, int? clockOffsetMinutes = 0) => new()
    {
        Id = id,
        Family = "tasmota",
        Address = name,
        TopicTemplate = $"%prefix%/{name}",
        Name = name,
        AdoptedAt = DateTimeOffset.UnixEpoch,
        ClockOffsetMinutes = clockOffsetMinutes,
    };

    /// <summary>A fresh process over the same files: nothing in memory survives.</summary>
    public ReportIngest Restarted(int receiveMaximum = ReceiveMaximum)
    {
        var services = new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(Stores.Clock).AddSingleton(Stores.Signals)
            .AddSingleton(Stores.Services.GetRequiredService<MqttChat.Domain.Persistence.DatabaseOptions>())
            .AddSingleton(Stores.Telemetry);
        AddTo(services, receiveMaximum, _plugs);
        return services.BuildServiceProvider().GetRequiredService<ReportIngest>();
    }

    public Task StoreAsync(params IncomingReport[] batch) => Ingest.StoreAsync(Lease, batch, CancellationToken.None);

    /// <summary>A past of so many days in which the heater was off, until eight hours ago; it is on since.</summary>
    public Task StoreHeaterLeftOnAsync(int days)
    {
        var counter = 100.0;
        List<IncomingReport> past = [];
        for (var at = Now.AddDays(-days); at <= Now; at = at.AddMinutes(15))
        {
            var watts = at > Now.AddHours(-8) ? 1200 : 1.0;
            past.Add(Sensor(null, watts, counter += watts / 4000, "heater") with { ReceivedAt = at });
        }

        return Ingest.StorePastAsync(Lease, past, Now.AddDays(-10), CancellationToken.None);
    }

    public async Task RecomputeAllAsync()
    {
        for (var i = 0; i < 100 && await Ingest.RecomputeAsync(Lease, CancellationToken.None); i++)
        {
        }
    }

    /// <summary>
    /// A SENSOR report whose own time has a zone; null for one without any time. A live one with a time of the past was received then.
    /// </summary>
    public IncomingReport Sensor(
        DateTimeOffset? at, double? watts, double? kilowattHours, string plug = "fridge", ushort packetId = 0, bool backlog = false,
        bool retained = false)
    {
        List<string> energy = [];
        if (kilowattHours is { } total)
        {
            energy.Add(FormattableString.Invariant($"\"Total\":{total}"));
        }

        if (watts is { } power)
        {
            energy.Add(FormattableString.Invariant($"\"Power\":{power}"));
        }

        var time = at is { } own ? $"\"Time\":\"{own.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture)}+00:00\"," : "";
        var message = Message($"tele/{plug}/SENSOR", $"{{{time}\"ENERGY\":{{{string.Join(',', energy)}}}}}", packetId, backlog, retained);
        return at < Now && !backlog ? message with { ReceivedAt = at.Value } : message;
    }

    public IncomingReport Message(string topic, string payload, ushort packetId = 0, bool backlog = false, bool retained = false) =>
        new(topic, Encoding.UTF8.GetBytes(payload), retained, packetId, Now, backlog);

    public async Task<List<PowerSample>> SamplesAsync()
    {
        await using var store = await Stores.Telemetry.CreateDbContextAsync();
        return await store.PowerSamples.AsNoTracking().OrderBy(sample => sample.ChannelId).ThenBy(sample => sample.At).ToListAsync();
    }

    public async Task<List<EnergyRollup>> RollupsAsync(RollupResolution resolution)
    {
        await using var store = await Stores.Telemetry.CreateDbContextAsync();
        return await store.EnergyRollups.AsNoTracking().Where(rollup => rollup.Resolution == resolution)
            .OrderBy(rollup => rollup.ChannelId).ThenBy(rollup => rollup.BucketStart).ToListAsync();
    }

    public async Task<ChannelState> ChannelAsync(int plugId = 1, string channel = "1")
    {
        await using var store = await Stores.Telemetry.CreateDbContextAsync();
        return await store.ChannelStates.AsNoTracking().SingleAsync(state => state.PlugId == plugId && state.Channel == channel);
    }

    public async Task<PlugState?> PlugAsync(int plugId = 1)
    {
        await using var store = await Stores.Telemetry.CreateDbContextAsync();
        return await store.PlugStates.AsNoTracking().SingleOrDefaultAsync(state => state.PlugId == plugId);
    }

    public async Task<int> CountAsync<T>()
        where T : class
    {
        await using var store = await Stores.Telemetry.CreateDbContextAsync();
        return await store.Set<T>().CountAsync();
    }

    public async Task SqlAsync(string sql)
    {
        await using var store = await Stores.Telemetry.CreateDbContextAsync();
        await store.Database.ExecuteSqlRawAsync(TestEngine.IsPostgres ? $"SET search_path TO telemetry; {sql}" : sql);
    }

    public ValueTask DisposeAsync() => Stores.DisposeAsync();

    /// <summary>Staff set the most that the fridge's channel can draw.</summary>
    public void Limited(double watts)
    {
        var plug = Plug(1, "fridge");
        plug.Channels.Add(new PlugChannel { Channel = "1", LimitWatts = watts });
        _plugs[0] = plug;
    }

    /// <summary>The fridge was outside the house between two times, and is back.</summary>
    public void TakenInAgain(DateTimeOffset removedAt, DateTimeOffset adoptedAt)
    {
        var plug = Plug(1, "fridge");
        (plug.RemovedAt, plug.AdoptedAt) = (removedAt, adoptedAt);
        _plugs[0] = plug;
    }

    private static void AddTo(IServiceCollection services, int receiveMaximum, List<Plug> plugs)
    {
        services.AddSingleton<AdoptedPlugsSource>(_ => _ => Task.FromResult(new AdoptedPlugs([.. plugs])));
        services.AddTelemetryCore();
        services.Configure<IngestOptions>(options => (options.ReceiveMaximum, options.MostRedelivered) = (receiveMaximum, receiveMaximum));
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using MqttChat.Domain.Devices;
using MqttChat.Domain.Telemetry;

namespace MqttChat.Benchmarks;

/// <summary>Reports decoded and stored with all that belongs to them, against bare rows inserted by the engine.</summary>
public sealed class StoreBenchmark : Benchmark
{
    private const int Plugs = 1000;
    private const int Batch = 1000;
    private const int Batches = 20;
    private const int Rounds = 3;

    public override string Name => "store";

    public override bool NeedsProgram => false;

    public override async Task RunAsync(ICollection<Figure> figures, CancellationToken cancellation)
    {
        var adopted = new AdoptedPlugs([.. Enumerable.Range(1, Plugs).Select(Plug)]);
        await using var stores = await Stores.CreateAsync(
            services => services.AddSingleton<AdoptedPlugsSource>(_ => _ => Task.FromResult(adopted)).AddTelemetryCore(), cancellation);
        var leases = stores.Services.GetRequiredService<IngestLeases>();
        var ingest = stores.Services.GetRequiredService<ReportIngest>();
        var lease = await leases.TryAcquireAsync(0, 1, Name, cancellation) ?? throw new InvalidOperationException("The lease of a new store is free.");
        await ingest.BeginConnectionAsync(lease, sessionPresent: false, cancellation);
        using var raw = stores.OpenRaw("CREATE TABLE Sample (ChannelId INTEGER, At INTEGER, Watts REAL, Energy REAL, PRIMARY KEY (ChannelId, At))");

        var (stored, bare, number) = (new List<double>(), new List<double>(), 0);
        await StoreAsync(ingest, lease, number++, cancellation);
        for (var round = 0; round < Rounds; round++)
        {
            var watch = Stopwatch.StartNew();
            for (var batch = 0; batch < Batches; batch++)
            {
                await StoreAsync(ingest, lease, number++, cancellation);
            }

            stored.Add(Batch * Batches / watch.Elapsed.TotalSeconds);
            bare.Add(InsertBare(raw, round));
            await leases.RenewAsync(lease, cancellation);
        }

        figures.Add(new Figure("reports decoded and committed (samples, states, energy, rollups), batches of 1,000, in one process", Median(stored), "reports/s")
            .Beside("bare rows by SQLite FULL, batches of 1,000", Median(bare)));
    }

    private static Plug Plug(int id) => new()
    {
        Id = id,
        Family = "tasmota",
        Address = $"plug{id}",
        TopicTemplate = $"%prefix%/plug{id}",
        Name = $"plug{id}",
        AdoptedAt = DateTimeOffset.UnixEpoch,
        ClockOffsetMinutes = 0,
    };

    private static Task StoreAsync(ReportIngest ingest, HeldLease lease, int number, CancellationToken cancellation)
    {
        var now = DateTimeOffset.UtcNow;
        var reports = Enumerable.Range(0, Batch).Select(i => new IncomingReport(
            $"tele/plug{(i % Plugs) + 1}/SENSOR",
            Encoding.UTF8.GetBytes(string.Create(
                CultureInfo.InvariantCulture,
                $$$"""{"Time":"{{{now.UtcDateTime:yyyy-MM-ddTHH:mm:ss}}}","ENERGY":{"TotalStartTime":"2022-09-09T12:32:17","Total":{{{10 + (number * 0.001):0.000}}},"Yesterday":1.069,"Today":0.462,"Period":6,"Power":{{{number % 2000}}},"ApparentPower":102,"ReactivePower":67,"Factor":0.75,"Voltage":233,"Current":0.436}}""")),
            Retained: false, (ushort)((number * Batch % 60_000) + (i % 60_000) + 1), now, IsBacklog: false)).ToArray();
        return ingest.StoreAsync(lease, reports, cancellation);
    }

    private static double InsertBare(SqliteConnection raw, int round)
    {
        var watch = Stopwatch.StartNew();
        for (var batch = 0; batch < Batches; batch++)
        {
            using var transaction = raw.BeginTransaction();
            using var command = raw.CreateCommand();
            command.Transaction = transaction;
            command.CommandText = "INSERT INTO Sample VALUES ($channel, $at, $watts, $energy)";
            var (channel, at, watts, energy) = (
                command.Parameters.Add("$channel", SqliteType.Integer), command.Parameters.Add("$at", SqliteType.Integer),
                command.Parameters.Add("$watts", SqliteType.Real), command.Parameters.Add("$energy", SqliteType.Real));
            for (var i = 0; i < Batch; i++)
            {
                (channel.Value, at.Value, watts.Value, energy.Value) = (i, (((long)round * Batches) + batch) * 10_000_000, 120.0, 10.5);
                command.ExecuteNonQuery();
            }

            transaction.Commit();
        }

        return Batch * Batches / watch.Elapsed.TotalSeconds;
    }
}

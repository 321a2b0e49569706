using System.Globalization;
using MqttChat.Domain.Telemetry;
using MqttChat.Tests.Support;
using MqttChat.Tests.Telemetry;
using MqttChat.Web.Mqtt;

namespace MqttChat.Tests.Mqtt;

/// <summary>The session, a real Mosquitto and the real store together.</summary>
public sealed class IngestIntoTheStoreTests
{
    // Every change makes Mosquitto write its whole queue: more of them only wait for the disk.
    private const int Reports = 1_000;
    private const byte Acknowledgement = 0x40;

    [Fact]
    public async Task TornDownBrutally_Reports_AreStoredOnceEach()
    {
        await using var broker = await MosquittoProcess.StartAsync(MosquittoSettings.SavesEverySecond);
        var atAnAcknowledgement = 0;
        await using var cut = new TcpFaultProxy(broker.Port)
        {
            Seen = (_, toBroker, bytes) =>
            {
                if (toBroker && bytes[0] == Acknowledgement && Interlocked.Exchange(ref atAnAcknowledgement, 0) == 1)
                {
                    throw new IOException("Cut off.");
                }
            },
        };
        await using var rig = new MqttRig(MqttRig.For(cut.Port));
        await using var house = await IngestHouse.CreateAsync(ushort.MaxValue);
        // The session receives by the system's clock; a house months behind it would take each reading for one of the future.
        house.Stores.Clock.AdjustTime(TimeProvider.System.GetUtcNow());
        using var stop = new CancellationTokenSource();
        var session = rig.Ingest(Work(house), receiveMaximum: 1000);
        var running = session.RunAsync(stop.Token);
        await Eventually.TrueAsync(() => session.IsSubscribed);

        var publishing = Task.WhenAll(PublishAsync(broker, "fridge"), PublishAsync(broker, "heater"));
        for (var cuts = 1; cuts <= 4; cuts++)
        {
            await Eventually.TrueAsync(() => house.Counters.Stored >= cuts * 350, TimeSpan.FromMinutes(3));
            if (cuts % 2 == 0)
            {
                // What was stored and whose acknowledgement never comes is delivered again, whatever else is under way.
                Volatile.Write(ref atAnAcknowledgement, 1);
                await Eventually.TrueAsync(() => Volatile.Read(ref atAnAcknowledgement) == 0 || house.Counters.Stored >= 2 * Reports);
            }

            cut.CutAll();
        }

        await publishing;
        await Eventually.TrueAsync(async () => await house.CountAsync<PowerSample>() >= 2 * Reports, TimeSpan.FromMinutes(3));
        await stop.CancelAsync();
        await running;

        var lost = (2 * Reports) - await house.CountAsync<PowerSample>();
        var doubled = house.Counters.Stored - (2 * Reports);
        Assert.True(lost == 0 && doubled == 0, $"LOST {lost} DOUBLE {doubled}");
        Assert.True(house.Counters.Redelivered > 0, "The broker delivered nothing again: the test proves nothing.");
    }

    private static IngestWork Work(IngestHouse house) => new()
    {
        TryAcquire = (partition, cancellation) => house.Leases.TryAcquireAsync(partition, 1, "first", cancellation),
        Renew = house.Leases.RenewAsync,
        Release = house.Leases.ReleaseAsync,
        Filters = (_, _) => Task.FromResult<IReadOnlyList<string>>(["tele/fridge/SENSOR", "tele/heater/SENSOR"]),
        BeginConnection = house.Ingest.BeginConnectionAsync,
        Store = house.Ingest.StoreAsync,
        EndBacklog = house.Ingest.EndBacklogAsync,
        Recompute = house.Ingest.RecomputeAsync,
    };

    /// <summary>Each report has a second of its own, so that no two can pass for one.</summary>
    private static async Task PublishAsync(MosquittoProcess broker, string plug)
    {
        await using var client = await broker.ConnectAsync();
        var first = TimeProvider.System.GetUtcNow().AddHours(-6);
        foreach (var chunk in Enumerable.Range(0, Reports).Chunk(20))
        {
            await Task.WhenAll(chunk.Select(i => client.PublishAsync(
                $"tele/{plug}/SENSOR",
                string.Create(CultureInfo.InvariantCulture, $$$"""{"Time":"{{{first.AddSeconds(i):yyyy-MM-ddTHH:mm:ss}}}Z","ENERGY":{"Power":{{{i % 2000}}}}}"""))));
        }
    }
}

using System.Text;
using Microsoft.Extensions.Options;
using MqttChat.Domain.Telemetry;
using MqttChat.Web.Mqtt;

namespace MqttChat.Web.Demo;

/// <summary>
/// Tells a plug's past up to now, through ingest itself: the same messages that the plug would have sent, read, counted and summed up as
/// if they had come then. It goes on from the newest reading that is stored, so a start that was cut short is made good by the next.
/// </summary>
internal sealed class DemoHistory(
    ReportIngest ingest, IngestLeases leases, ThisInstance instance, IOptions<TelemetryOptions> options, TimeProvider clock)
{
    private const int BatchSize = 7000;
    private static readonly TimeSpan LeaseWithin = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan[] Paces = [TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(5)];

    // The last hour is drawn from single readings.
    private static readonly TimeSpan Closely = TimeSpan.FromMinutes(61);

    /// <summary>Fills the time from where the plug's meter stands until now.</summary>
    public async Task FillAsync(SimulatedPlug plug, CancellationToken cancellation)
    {
        var keepFrom = clock.GetUtcNow() - options.Value.RawRetention;

        // A demo that nobody started for a year goes on as a house whose server was away.
        plug.Meter.Count(clock.GetUtcNow() - DemoPlugs.Past);
        while (plug.Meter.CountedUntil is var from && clock.GetUtcNow() - from > Paces[0])
        {
            await StoreAsync(await Task.Run(() => Tell(plug, keepFrom), cancellation), keepFrom, cancellation);
        }
    }

    private List<IncomingReport> Tell(SimulatedPlug plug, DateTimeOffset keepFrom)
    {
        var now = clock.GetUtcNow();
        var reports = new List<IncomingReport>();
        while (reports.Count < BatchSize && Next(plug.Meter.CountedUntil, keepFrom, now) is { } at)
        {
            plug.Meter.Count(at);
            reports.Add(Report(plug.Speech.SensorTopic, plug.Speech.Sensor(), at));
        }

        // What is on and off is told as well, as plugs do now and then.
        reports.Add(Report(plug.Speech.StateTopic, plug.Speech.State(), plug.Meter.CountedUntil));
        return reports;
    }

    // Whole seconds, as plugs tell time.
    private static DateTimeOffset? Next(DateTimeOffset last, DateTimeOffset keepFrom, DateTimeOffset now)
    {
        var pace = Paces[now - last <= Closely ? 0 : last >= keepFrom ? 1 : 2];
        var next = last.AddTicks(pace.Ticks - (last.Ticks % TimeSpan.TicksPerSecond));
        return next <= now ? next : null;
    }

    private static IncomingReport Report(string topic, string payload, DateTimeOffset at) =>
        new(topic, Encoding.UTF8.GetBytes(payload), Retained: false, PacketId: 0, at, IsBacklog: false);

    private async Task StoreAsync(List<IncomingReport> reports, DateTimeOffset keepFrom, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(LeaseWithin, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline.Token);
        while (true)
        {
            try
            {
                await ingest.StorePastAsync(await LeaseAsync(either.Token), reports, keepFrom, cancellation);
                return;
            }
            catch (LeaseLostException)
            {
                // Ingest's own connection has begun anew meanwhile: nothing was written.
            }
        }
    }

    // The lease is this instance's own: what is told of the past goes in between two of ingest's batches.
    private async Task<HeldLease> LeaseAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var now = clock.GetUtcNow();
            foreach (var lease in await leases.ReadAsync(cancellation))
            {
                if (lease.Partition == 0 && lease.Holder == instance.Name && lease.ExpiresAt > now)
                {
                    return new HeldLease(0, 1, lease.FencingNumber);
                }
            }

            await Task.Delay(AskAgain, clock, cancellation);
        }
    }
}

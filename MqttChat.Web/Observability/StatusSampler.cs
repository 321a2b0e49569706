using MqttChat.Domain.Chat;
using MqttChat.Domain.Persistence;
using MqttChat.Domain.Telemetry;
using MqttChat.Web.Accounts;

namespace MqttChat.Web.Observability;

/// <summary>Takes a sample of the counters every second, and measures the stores twice a minute.</summary>
internal sealed class StatusSampler(
    CounterHistory history, IngestCounters ingest, PostWriter posts, CircuitLimit circuits, StoreSizes sizes, TimeProvider clock,
    ILogger<StatusSampler> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private const int SamplesPerMeasuring = 30;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            for (var taken = 0; ; taken++)
            {
                history.Take(Sample());
                if (taken % SamplesPerMeasuring == 0)
                {
                    await MeasureAsync(stoppingToken);
                }

                await timer.WaitForNextTickAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The program ends.
        }
    }

    private CounterSample Sample() => new(
        ingest.Stored, ingest.Rejected, ingest.Dropped, posts.Counters.Stored, posts.Counters.Failed, circuits.Refused);

    private async Task MeasureAsync(CancellationToken cancellation)
    {
        try
        {
            await sizes.MeasureAsync(cancellation);
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            logger.LogDebug(error, "The stores could not be measured");
        }
    }
}

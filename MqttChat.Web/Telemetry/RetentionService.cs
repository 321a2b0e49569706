using MqttChat.Domain.Telemetry;

namespace MqttChat.Web.Telemetry;

/// <summary>Deletes old readings every hour, first a few minutes after the start, when there is less to do.</summary>
internal sealed class RetentionService(TelemetryRetention retention, TimeProvider clock, ILogger<RetentionService> logger) : BackgroundService
{
    private static readonly TimeSpan FirstAfter = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var wait = FirstAfter;
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(wait, clock, stoppingToken);
            wait = Interval;
            try
            {
                var deleted = await retention.SweepAsync(stoppingToken);
                logger.LogInformation("Deleted {Count} readings that were older than the raw retention", deleted);
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                logger.LogWarning(error, "Old readings could not be deleted; the next try is in an hour");
            }
        }
    }
}

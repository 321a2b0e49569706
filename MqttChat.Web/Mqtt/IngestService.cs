using Microsoft.Extensions.Options;
using MqttChat.Domain.Devices;
using MqttChat.Domain.Signals;
using MqttChat.Domain.Telemetry;

namespace MqttChat.Web.Mqtt;

/// <summary>One ingest session for each partition; which instance serves which is settled by their leases.</summary>
internal sealed class IngestService(
    IServiceProvider services, IOptions<IngestOptions> options, IngestCounters counters, ThisInstance instance, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan CountEvery = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var work = IngestWork.Of(
            services.GetRequiredService<ReportIngest>(), services.GetRequiredService<IngestLeases>(),
            services.GetRequiredService<DeviceRegistry>(), options.Value.Partitions, instance.Name);
        var sessions = Enumerable.Range(0, options.Value.Partitions)
            .Select(partition => ActivatorUtilities.CreateInstance<IngestSession>(services, partition, work)).ToList();
        var running = Task.WhenAll(sessions.Select(session => session.RunAsync(stoppingToken)));
        while (!running.IsCompleted)
        {
            counters.Waiting = sessions.Sum(session => (long)session.Waiting);
            await Task.WhenAny(running, Task.Delay(CountEvery, clock, CancellationToken.None)).ConfigureAwait(false);
        }

        await running.ConfigureAwait(false);
    }
}

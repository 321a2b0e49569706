using Microsoft.Extensions.Options;
using MqttChat.Domain.Devices;
using MqttChat.Domain.Telemetry;

namespace MqttChat.Web.Mqtt;

/// <summary>One ingest session for each partition; which instance serves which is settled by their leases and each one's share.</summary>
internal sealed class IngestService(
    IServiceProvider services, IngestInstances instances, ThisInstance instance, IOptions<IngestOptions> options, IngestCounters counters,
    TimeProvider clock, ILogger<IngestService> logger) : BackgroundService
{
    private static readonly TimeSpan CountEvery = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LeaveWithin = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var holder = instance.Name;
        await ActivatorUtilities.CreateInstance<IngestMove>(services).RunAsync(options.Value.Partitions, holder, stoppingToken).ConfigureAwait(false);
        var share = new IngestShare(options.Value.Partitions, stop => instances.AnnounceAsync(holder, stop), clock, logger);
        var work = Work(holder, share);
        var sessions = Enumerable.Range(0, options.Value.Partitions)
            .Select(partition => ActivatorUtilities.CreateInstance<IngestSession>(services, partition, work)).ToList();
        var running = Task.WhenAll([
            .. sessions.Select(session => session.RunAsync(stoppingToken)),
            share.RunAsync(excess => GiveBackAsync(sessions, excess), stoppingToken)]);
        while (!running.IsCompleted)
        {
            counters.Waiting = sessions.Sum(session => (long)session.Waiting);
            await Task.WhenAny(running, Task.Delay(CountEvery, clock, CancellationToken.None)).ConfigureAwait(false);
        }

        await running.ConfigureAwait(false);
        await LeaveAsync().ConfigureAwait(false);
    }

    private IngestWork Work(string holder, IngestShare share)
    {
        var work = IngestWork.Of(
            services.GetRequiredService<ReportIngest>(), services.GetRequiredService<IngestLeases>(),
            services.GetRequiredService<DeviceRegistry>(), options.Value.Partitions, holder);
        return work with
        {
            TryAcquire = (partition, cancellation) => share.TryAcquireAsync(() => work.TryAcquire(partition, cancellation)),
            Left = share.Left,
        };
    }

    private static Task GiveBackAsync(List<IngestSession> sessions, int count) =>
        Task.WhenAll(sessions.Where(session => session.IsSubscribed).TakeLast(count).Select(session => session.GiveBackAsync()));

    private async Task LeaveAsync()
    {
        using var limit = new CancellationTokenSource(LeaveWithin, clock);
        try
        {
            await instances.LeaveAsync(limit.Token).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            logger.LogDebug("This instance is counted for some seconds more: {Reason}", error.Message);
        }
    }
}

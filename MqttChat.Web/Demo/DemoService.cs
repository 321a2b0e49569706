using MqttChat.Domain;
using MqttChat.Web.Mqtt;

namespace MqttChat.Web.Demo;

/// <summary>Runs the simulated plugs, and furnishes the house once.</summary>
internal sealed class DemoService(DemoHouse house, EmbeddedBroker broker, TimeProvider clock, ILogger<DemoService> logger) : BackgroundService
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(3);

    private readonly SimulatedPlug[] _plugs =
    [
        new("fridge", "Fridge", "A4CF12000001", "Nous A1T", new FridgeLoad(), clock),
        new("kettle", "Kettle", "A4CF12000002", "Athom Plug V2", new KettleLoad(), clock),
    ];

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll([.. _plugs.Select(plug => KeepAsync(plug, stoppingToken)), FurnishAsync(stoppingToken)]);

    private async Task FurnishAsync(CancellationToken stop)
    {
        try
        {
            if (await house.FurnishAsync(stop) is { } kitchen)
            {
                await house.AdoptAsync(kitchen, _plugs, stop);
            }
        }
        catch (Exception error) when (error is RefusedException or OperationCanceledException or System.Data.Common.DbException)
        {
            if (!stop.IsCancellationRequested)
            {
                logger.LogError(error, "The demo house could not be furnished");
            }
        }
    }

    private async Task KeepAsync(SimulatedPlug plug, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await plug.RunAsync(broker, stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                logger.LogWarning(error, "The simulated plug {Plug} lost the broker", plug.Topic);
            }

            await Task.Delay(Retry, clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}

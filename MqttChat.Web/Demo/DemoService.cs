using MqttChat.Web.Mqtt;

namespace MqttChat.Web.Demo;

/// <summary>Runs the demo: plugs that speak and obey, a house that is furnished around them, people who talk.</summary>
internal sealed class DemoService(
    DemoMemory memory, DemoWords words, DemoHouse house, DemoAdoption adoption, DemoHistory history, DemoChatter chatter,
    EmbeddedBroker broker, IHostApplicationLifetime app, TimeProvider clock, ILogger<DemoService> logger) : BackgroundService
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(3);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The broker and the sessions are up then, and the house has its first member of staff.
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (app.ApplicationStarted.Register(started.SetResult))
        {
            await started.Task.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        try
        {
            stoppingToken.ThrowIfCancellationRequested();
            await memory.LoadAsync(stoppingToken);
            var plugs = DemoPlugs.Of(words, memory.Zone, memory.MadeAt, clock);
            await Task.WhenAll([.. plugs.Select(plug => KeepAsync(plug.Plug, stoppingToken)), OpenAsync(plugs, stoppingToken)]);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The program ends.
        }
        catch (Exception error)
        {
            logger.LogError(error, "The demo house could not be opened");
        }
    }

    private async Task OpenAsync(IReadOnlyList<DemoPlug> plugs, CancellationToken stop)
    {
        if (await house.OpenAsync(stop) is not { } open)
        {
            logger.LogWarning("The demo's stores hold another house: {Directory}", memory.Directory);
            return;
        }

        var isNew = !memory.IsFurnished;
        await Task.WhenAll(FurnishAsync(open, plugs, stop), TellPastAsync(open, stop));
        await memory.FurnishedAsync(stop);
        await chatter.RunAsync(open, isNew, stop);
    }

    private Task TellPastAsync(OpenHouse open, CancellationToken stop) =>
        memory.IsFurnished ? Task.CompletedTask : house.TellPastAsync(open, stop);

    // A few at a time: the first ones move while the last ones are still remembering.
    private async Task FurnishAsync(OpenHouse open, IReadOnlyList<DemoPlug> plugs, CancellationToken stop)
    {
        var began = clock.GetTimestamp();
        var some = new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = stop };
        await Parallel.ForEachAsync(plugs, some, async (demo, cancellation) => await WakeAsync(open, demo, cancellation));
        logger.LogInformation("The demo's plugs have told their past, within {Seconds:0.0} s", clock.GetElapsedTime(began).TotalSeconds);
    }

    private async Task WakeAsync(OpenHouse open, DemoPlug demo, CancellationToken cancellation)
    {
        if (await adoption.AdoptAsync(open, demo, cancellation))
        {
            await history.FillAsync(demo.Plug, cancellation);
        }

        if (demo.IsLeftOn)
        {
            demo.Plug.Switched = Switched;
        }

        demo.Plug.Begin();
    }

    private void Switched(bool on)
    {
        if (!on)
        {
            chatter.HeaterIsOff();
        }
    }

    private async Task KeepAsync(SimulatedPlug plug, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var pause = plug.Reach?.Leaves ?? Retry;
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
                logger.LogWarning("The simulated plug {Plug} lost the broker: {Reason}", plug.Label.Topic, error.Message);
                pause = Retry;
            }

            await Task.Delay(pause, clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}

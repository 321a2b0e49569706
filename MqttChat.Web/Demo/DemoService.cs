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
        try
        {
            if (await house.OpenAsync(stop) is { } open)
            {
                await LiveAsync(open, plugs, stop);
            }
            else
            {
                logger.LogWarning("The demo's stores hold another house: {Directory}", memory.Directory);
            }
        }
        catch (Exception error) when (!stop.IsCancellationRequested)
        {
            // The plugs speak on; what is missing is made at the next start.
            logger.LogError(error, "The demo house could not be furnished");
        }
    }

    private async Task LiveAsync(OpenHouse open, IReadOnlyList<DemoPlug> plugs, CancellationToken stop)
    {
        var isNew = !memory.IsFurnished;
        var telling = isNew ? house.TellPastAsync(open, stop) : Task.CompletedTask;
        var waking = WakeAllAsync(open, plugs, stop);
        await Task.WhenAll(waking, telling);
        if (await waking)
        {
            await memory.FurnishedAsync(stop);
        }

        await chatter.RunAsync(open, isNew, stop);
    }

    // A few at a time: the first ones move while the last ones are still remembering.
    private async Task<bool> WakeAllAsync(OpenHouse open, IReadOnlyList<DemoPlug> plugs, CancellationToken stop)
    {
        var began = clock.GetTimestamp();
        var some = new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = stop };
        var failed = 0;
        await Parallel.ForEachAsync(plugs, some, async (demo, cancellation) =>
        {
            if (!await WakeAsync(open, demo, cancellation))
            {
                Interlocked.Increment(ref failed);
            }
        });
        logger.LogInformation("The demo's plugs have told their past, within {Seconds:0.0} s", clock.GetElapsedTime(began).TotalSeconds);
        return failed == 0;
    }

    private async Task<bool> WakeAsync(OpenHouse open, DemoPlug demo, CancellationToken cancellation)
    {
        try
        {
            if (await adoption.AdoptAsync(open, demo, cancellation))
            {
                await history.FillAsync(demo.Plug, cancellation);
            }

            return true;
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            logger.LogError(error, "The simulated plug {Plug} has no past", demo.Plug.Label.Topic);
            return false;
        }
        finally
        {
            demo.Plug.Switched = demo.IsLeftOn ? Switched : null;
            demo.Plug.Begin();
        }
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

namespace MqttChat.Web.Mqtt;

/// <summary>One loop per session: serve a connection until it is lost, report why, pause, begin again.</summary>
internal sealed class ReconnectLoop(TimeProvider clock, ILogger logger, string session)
{
    private static readonly TimeSpan StoodWell = TimeSpan.FromSeconds(10);
    private string? _lastReason;

    /// <summary>
    /// Runs until stopped, or until <paramref name="serve"/> returns true. Neither the broker's absence nor a fault in
    /// serving ends it.
    /// </summary>
    public async Task RunAsync(Func<CancellationToken, Task<bool>> serve, Action<string> onAway, CancellationToken stop)
    {
        var backOff = BackOff.ForBroker();
        while (!stop.IsCancellationRequested)
        {
            var began = clock.GetTimestamp();
            try
            {
                if (await serve(stop).ConfigureAwait(false))
                {
                    return;
                }
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (BrokerAwayException away)
            {
                Report(away, onAway);
            }
            catch (Exception error)
            {
                logger.LogError(error, "The {Session} session failed", session);
                onAway(BrokerReasons.Closed);
            }

            if (clock.GetElapsedTime(began) > StoodWell)
            {
                backOff.Reset();
            }

            await Task.Delay(backOff.Next(), clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Call when connected, so that the next loss is logged again.</summary>
    public void Connected()
    {
        logger.LogInformation("The {Session} session is connected", session);
        _lastReason = null;
    }

    private void Report(BrokerAwayException away, Action<string> onAway)
    {
        if (away.Reason != _lastReason)
        {
            _lastReason = away.Reason;
            logger.LogWarning("The {Session} session has no broker: {Reason} ({Detail})", session, away.Reason, away.InnerException?.Message);
        }

        onAway(away.Reason);
    }
}

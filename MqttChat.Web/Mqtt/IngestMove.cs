using Microsoft.Extensions.Options;
using MqttChat.Domain.Devices;
using MqttChat.Domain.Telemetry;

namespace MqttChat.Web.Mqtt;

/// <summary>
/// Moves ingest to another number of partitions. Each old session is served as before until what the broker had queued for it is
/// stored, and ended there; only then is the new number in force. One instance does it; the others wait.
/// </summary>
internal sealed class IngestMove(
    IServiceProvider services, IngestLayout layout, IngestLeases leases, BrokerConnector connector, IOptions<MqttOptions> mqtt, TimeProvider clock,
    ILogger<IngestMove> logger)
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(2);

    /// <summary>Returns when this number of partitions is in force, or at the stop.</summary>
    public async Task RunAsync(int wanted, string holder, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                if (await TryMoveAsync(wanted, holder, stop).ConfigureAwait(false))
                {
                    return;
                }
            }
            catch (Exception error) when (!stop.IsCancellationRequested)
            {
                logger.LogError(error, "Ingest cannot be divided into {Partitions} partitions yet", wanted);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await Task.Delay(AskAgain, clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> TryMoveAsync(int wanted, string holder, CancellationToken stop)
    {
        if (await layout.InForceAsync(stop).ConfigureAwait(false) == wanted)
        {
            return true;
        }

        if (await layout.TryBeginAsync(holder, stop).ConfigureAwait(false) is not { } right)
        {
            return false;
        }

        using var moving = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var renewing = RenewAsync(right, moving);
        var before = await layout.InForceAsync(stop).ConfigureAwait(false);
        for (var partition = 0; partition < before && before != wanted; partition++)
        {
            await DrainAsync(partition, before, holder, moving.Token).ConfigureAwait(false);
        }

        moving.Token.ThrowIfCancellationRequested();
        await layout.PutInForceAsync(right, wanted, moving.Token).ConfigureAwait(false);
        logger.LogInformation("Ingest is divided into {Partitions} partitions; before: {Before}", wanted, before);
        await moving.CancelAsync().ConfigureAwait(false);
        await renewing.ConfigureAwait(false);
        return true;
    }

    private async Task DrainAsync(int partition, int partitions, string holder, CancellationToken stop)
    {
        using var drained = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var work = IngestWork.Of(
            services.GetRequiredService<ReportIngest>(), leases, services.GetRequiredService<DeviceRegistry>(), partitions, holder);
        var draining = work with
        {
            EndBacklog = async (lease, cancellation) =>
            {
                await work.EndBacklog(lease, cancellation).ConfigureAwait(false);
                await drained.CancelAsync().ConfigureAwait(false);
            },
        };
        await ActivatorUtilities.CreateInstance<IngestSession>(services, partition, draining).RunAsync(drained.Token).ConfigureAwait(false);
        stop.ThrowIfCancellationRequested();

        // A login without a memory ends the session, and with it its subscriptions: nothing more is queued for nobody.
        var login = new BrokerLogin(IngestSession.ClientIdOf(mqtt.Value, partition));
        await using var ending = await connector.ConnectAsync(login, _ => { }, stop).ConfigureAwait(false);
    }

    private async Task RenewAsync(HeldLease right, CancellationTokenSource moving)
    {
        while (!moving.IsCancellationRequested)
        {
            await Task.Delay(IngestLeases.Duration / 3, clock, moving.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                moving.Token.ThrowIfCancellationRequested();
                await leases.RenewAsync(right, moving.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (LeaseLostException)
            {
                await moving.CancelAsync().ConfigureAwait(false);
            }
            catch (Exception error)
            {
                logger.LogWarning("The right to divide ingest anew cannot be renewed: {Reason}", error.Message);
            }
        }
    }
}

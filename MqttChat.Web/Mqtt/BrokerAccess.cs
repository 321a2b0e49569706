using Microsoft.Extensions.Options;
using MqttChat.Domain;
using MqttChat.Domain.Devices;

namespace MqttChat.Web.Mqtt;

/// <summary>Accounts at whichever broker the settings name.</summary>
internal sealed class BrokerAccess(
    IOptions<MqttOptions> settings, EmbeddedBroker embedded, DynamicSecurity security, TimeProvider clock, ILogger<BrokerAccess> logger) : IBrokerAccess
{
    private static readonly TimeSpan UndoWithin = TimeSpan.FromSeconds(10);

    // The page asks, and then whoever makes the account: a broker does not change its ways in between.
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(1);

    private volatile Known? _known;

    /// <inheritdoc/>
    public async Task<BrokerAccounts> FindAccountsAsync(CancellationToken cancellation)
    {
        if (settings.Value.IsEmbedded)
        {
            return BrokerAccounts.Embedded;
        }

        try
        {
            if (_known is { } known && clock.GetElapsedTime(known.At) < Remembered)
            {
                return known.Accounts;
            }

            var accounts = await security.IsThereAsync(cancellation).ConfigureAwait(false) ? BrokerAccounts.DynamicSecurity : BrokerAccounts.Files;
            _known = new(accounts, clock.GetTimestamp());
            return accounts;
        }
        catch (BrokerAwayException away)
        {
            throw Away(away);
        }
    }

    /// <inheritdoc/>
    public bool IsReserved(string userName) =>
        Same(userName, settings.Value.Username) || Same(userName, settings.Value.ClientId) || Same(userName, settings.Value.TopicPrefix.Split('/')[0]);

    /// <inheritdoc/>
    public async Task GrantAsync(PlugCredential credential, string password, CancellationToken cancellation)
    {
        if (credential.Accounts != BrokerAccounts.DynamicSecurity)
        {
            return;
        }

        try
        {
            await security.GrantAsync(credential, password, cancellation).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not RefusedException)
        {
            await UndoAsync(credential).ConfigureAwait(false);
            if (error is BrokerAwayException or SecurityUnansweredException)
            {
                throw Away(error);
            }

            throw;
        }
    }

    /// <inheritdoc/>
    public async Task WithdrawAsync(PlugCredential credential, CancellationToken cancellation)
    {
        // What lives at a broker that is no longer the house's cannot be reached, and opens nothing any more.
        if (credential.Accounts == BrokerAccounts.Embedded && settings.Value.IsEmbedded)
        {
            embedded.Plugs.Forget(credential.UserName);
            await embedded.CutAsync(credential.UserName).ConfigureAwait(false);
        }
        else if (credential.Accounts == BrokerAccounts.DynamicSecurity && !settings.Value.IsEmbedded)
        {
            try
            {
                await security.WithdrawAsync(credential, cancellation).ConfigureAwait(false);
            }
            catch (Exception error) when (error is BrokerAwayException or SecurityUnansweredException)
            {
                throw Away(error);
            }
        }
    }

    // What cannot be undone is an account with a password that nobody knows; the next try for that name replaces it.
    private async Task UndoAsync(PlugCredential credential)
    {
        using var timeout = new CancellationTokenSource(UndoWithin, clock);
        try
        {
            await security.WithdrawAsync(credential, timeout.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is BrokerAwayException or SecurityUnansweredException or OperationCanceledException)
        {
            logger.LogWarning("A half-made account at the broker could not be taken back: {Reason}", error.Message);
        }
    }

    private RefusedException Away(Exception error)
    {
        _known = null;
        logger.LogWarning("The broker did not manage an account: {Reason}", error.Message);
        return new(RefusalKind.Unavailable, "connect.brokerAway");
    }

    private sealed record Known(BrokerAccounts Accounts, long At);

    private static bool Same(string userName, string own) => string.Equals(userName, own, StringComparison.OrdinalIgnoreCase);
}

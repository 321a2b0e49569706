namespace MqttChat.Domain.Devices;

/// <summary>The accounts at the broker; the broker's edge.</summary>
public interface IBrokerAccess
{
    /// <summary>
    /// How accounts are made at the broker that is in use now. Throws <see cref="RefusedException"/> (<c>connect.brokerAway</c>) when it
    /// cannot be asked.
    /// </summary>
    Task<BrokerAccounts> FindAccountsAsync(CancellationToken cancellation);

    /// <summary>Whether a name is the app's own, or that of the topics it speaks on.</summary>
    bool IsReserved(string userName);

    /// <summary>
    /// Makes the account. What an earlier try left behind is replaced; somebody else's account of that name is refused
    /// (<c>connect.nameTaken</c>). When it throws, nothing is left that anybody could use.
    /// </summary>
    Task GrantAsync(PlugCredential credential, string password, CancellationToken cancellation);

    /// <summary>
    /// Takes the account away and ends its connection at once; an account that is not there is no error. Throws
    /// <see cref="RefusedException"/> (<c>connect.brokerAway</c>) when the broker does not confirm it.
    /// </summary>
    Task WithdrawAsync(PlugCredential credential, CancellationToken cancellation);
}

using MqttChat.Domain;
using MqttChat.Domain.Devices;

namespace MqttChat.Tests.Devices;

/// <summary>A broker's edge that keeps which accounts stand.</summary>
internal sealed class FakeBrokerAccess : IBrokerAccess
{
    public Dictionary<string, string> Passwords { get; } = [];

    public BrokerAccounts Accounts { get; set; } = BrokerAccounts.DynamicSecurity;

    public bool IsAway { get; set; }

    public Task<BrokerAccounts> FindAccountsAsync(CancellationToken cancellation) => Task.FromResult(Accounts);

    public bool IsReserved(string userName) => userName == "mqttapp";

    public Task GrantAsync(PlugCredential credential, string password, CancellationToken cancellation)
    {
        RequireThere();
        Passwords[credential.UserName] = password;
        return Task.CompletedTask;
    }

    public Task WithdrawAsync(PlugCredential credential, CancellationToken cancellation)
    {
        RequireThere();
        Passwords.Remove(credential.UserName);
        return Task.CompletedTask;
    }

    private void RequireThere()
    {
        if (IsAway)
        {
            throw new RefusedException(RefusalKind.Unavailable, "connect.brokerAway");
        }
    }
}

using System.Collections;
using System.Collections.Concurrent;
using MqttChat.Domain.Devices;
using MQTTnet.Server;

namespace MqttChat.Web.Mqtt;

/// <summary>What the embedded broker asks the house about its plugs.</summary>
/// <param name="Find">The standing account of a user name; null when there is none.</param>
/// <param name="IsOpen">Whether staff opened the broker to the house's network.</param>
internal sealed record LoginWork(
    Func<string, CancellationToken, Task<PlugCredential?>> Find, Func<CancellationToken, Task<bool>> IsOpen)
{
    /// <summary>A house without plugs that have accounts.</summary>
    public static LoginWork None { get; } = new((_, _) => Task.FromResult<PlugCredential?>(null), _ => Task.FromResult(false));
}

/// <summary>A plug that came in with an account of its own.</summary>
internal sealed record PlugLogin(int CredentialId, string UserName, PlugTopics Topics);

/// <summary>
/// Plugs with accounts of their own at the embedded broker. The account is read at every login and once more when the connection
/// stands: one that is revoked in between is cut.
/// </summary>
internal sealed class EmbeddedPlugs(LoginWork logins, TimeProvider clock)
{
    // Of more accounts than a house has, nobody needs to know.
    private const int MostWrong = PlugCredentials.Most;
    private const string Item = "plug";
    private static readonly TimeSpan DatabaseTimeout = TimeSpan.FromSeconds(10);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _wrongAt = new(StringComparer.Ordinal);

    /// <summary>The plug whose session it is; null for the app and for clients that came in with the house's password.</summary>
    public static PlugLogin? LoginOf(IDictionary sessionItems) => sessionItems[Item] as PlugLogin;

    /// <summary>When somebody last tried that account with a wrong password, and nobody with the right one since.</summary>
    public DateTimeOffset? WrongPasswordAt(string userName) => _wrongAt.TryGetValue(userName, out var at) ? at : null;

    /// <summary>Whether the login is that of a plug's account; then its session is held to the plug's topics.</summary>
    public async Task<bool> MayEnterAsync(ValidatingConnectionEventArgs login)
    {
        if (string.IsNullOrEmpty(login.UserName) || await FindAsync(login.UserName).ConfigureAwait(false) is not { } account)
        {
            return false;
        }

        if (!BrokerPassword.Matches(login.Password, account.PasswordHash))
        {
            if (_wrongAt.Count < MostWrong)
            {
                _wrongAt[account.UserName] = clock.GetUtcNow();
            }

            return false;
        }

        _wrongAt.TryRemove(account.UserName, out _);
        login.SessionItems[Item] = new PlugLogin(account.Id, account.UserName, account.Topics);
        return true;
    }

    /// <summary>Whether the account by which a session came in still stands; true for sessions without one.</summary>
    public async Task<bool> IsStandingAsync(IDictionary sessionItems) =>
        LoginOf(sessionItems) is not { } login || (await FindAsync(login.UserName).ConfigureAwait(false))?.Id == login.CredentialId;

    /// <summary>An account is gone.</summary>
    public void Forget(string userName) => _wrongAt.TryRemove(userName, out _);

    private async Task<PlugCredential?> FindAsync(string userName)
    {
        using var timeout = new CancellationTokenSource(DatabaseTimeout, clock);
        return await logins.Find(userName, timeout.Token).ConfigureAwait(false);
    }
}

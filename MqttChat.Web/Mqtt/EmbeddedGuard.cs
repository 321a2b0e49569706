using System.Collections;
using System.Net;
using MqttChat.Domain.Accounts;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace MqttChat.Web.Mqtt;

/// <summary>
/// Who may do what on the embedded broker. The app's own sessions log in with a password that never leaves the process; nobody
/// else can take their client ids (and with them the queued reports) or speak on the app's topics. A plug with an account of its own
/// is held to its own topics (<see cref="EmbeddedPlugs"/>).
/// </summary>
internal sealed class EmbeddedGuard(MqttOptions settings, LoginWork logins, TimeProvider clock, string ownPassword, Action<string> onNotKept)
{
    public const string OwnUser = "$app";

    /// <summary>Far above what a plug says; keeps one client from filling the memory.</summary>
    private const long MaxPayloadBytes = 1024 * 1024;

    private const string OwnItem = "own";

    private static readonly TimeSpan WarnEvery = TimeSpan.FromMinutes(10);

    private readonly OwnTopics _topics = new(settings.TopicPrefix);
    private long _warnedAt;

    public string OwnPassword => ownPassword;

    /// <summary>Nobody comes in without a user and a password, not even from this machine.</summary>
    public bool EveryoneNeedsLogin { get; set; }

    /// <summary>The plugs that have accounts of their own.</summary>
    public EmbeddedPlugs Plugs { get; } = new(logins, clock);

    /// <summary>What it keeps for clients that come later.</summary>
    public RetainedLedger Retained { get; } = new();

    /// <summary>Whether a session is the app's own.</summary>
    public static bool IsOwn(IDictionary sessionItems) => sessionItems.Contains(OwnItem);

    public void Protect(MqttServer server)
    {
        EmbeddedExpiry.Watch(server);
        server.ValidatingConnectionAsync += async login =>
        {
            login.ReasonCode = await JudgeAsync(server, login).ConfigureAwait(false);
            if (string.IsNullOrEmpty(login.ClientId))
            {
                login.AssignedClientIdentifier = NamingAdapter.NewId();
            }
        };
        server.ClientConnectedAsync += async connected =>
        {
            if (!await Plugs.IsStandingAsync(connected.SessionItems).ConfigureAwait(false))
            {
                await server.DisconnectClientAsync(connected.ClientId, MqttDisconnectReasonCode.NotAuthorized).ConfigureAwait(false);
            }
        };
        server.InterceptingPublishAsync += publish =>
        {
            Judge(publish);
            return Task.CompletedTask;
        };
        server.InterceptingSubscriptionAsync += subscription =>
        {
            if (EmbeddedPlugs.LoginOf(subscription.SessionItems) is { } plug && !plug.Topics.MaySubscribe(subscription.TopicFilter.Topic))
            {
                subscription.ProcessSubscription = false;
                subscription.Response.ReasonCode = MqttSubscribeReasonCode.NotAuthorized;
            }

            return Task.CompletedTask;
        };
    }

    private async Task<MqttConnectReasonCode> JudgeAsync(MqttServer server, ValidatingConnectionEventArgs login)
    {
        if (login.UserName == OwnUser)
        {
            if (!SecretCode.Same(login.Password ?? "", ownPassword))
            {
                return MqttConnectReasonCode.BadUserNameOrPassword;
            }

            login.SessionItems[OwnItem] = true;
            return MqttConnectReasonCode.Success;
        }

        if (!MayEnter(login) && !await Plugs.MayEnterAsync(login).ConfigureAwait(false))
        {
            return MqttConnectReasonCode.BadUserNameOrPassword;
        }

        if (login.ClientId?.StartsWith(settings.ClientId + "-", StringComparison.Ordinal) == true)
        {
            return MqttConnectReasonCode.ClientIdentifierNotValid;
        }

        return await EmbeddedSessions.HasRoomAsync(server, login.ClientId ?? "", EmbeddedPlugs.LoginOf(login.SessionItems)?.UserName).ConfigureAwait(false)
            ? MqttConnectReasonCode.Success
            : MqttConnectReasonCode.ServerBusy;
    }

    /// <summary>With the house's password; and without any, whoever is on this machine while nobody else can come.</summary>
    private bool MayEnter(ValidatingConnectionEventArgs login)
    {
        if (settings.Password.Length > 0)
        {
            return login.UserName == settings.Username && SecretCode.Same(login.Password ?? "", settings.Password);
        }

        return !EveryoneNeedsLogin && string.IsNullOrEmpty(login.UserName)
            && login.RemoteEndPoint is IPEndPoint remote && IPAddress.IsLoopback(remote.Address);
    }

    private void Judge(InterceptingPublishEventArgs publish)
    {
        if (IsOwn(publish.SessionItems))
        {
            return;
        }

        var (topic, plug) = (publish.ApplicationMessage.Topic, EmbeddedPlugs.LoginOf(publish.SessionItems));
        if (publish.ApplicationMessage.Payload.Length > MaxPayloadBytes)
        {
            publish.ProcessPublish = false;
            publish.CloseConnection = true;
        }
        else if (_topics.IsOwn(topic) || plug?.Topics.MayWrite(topic) == false)
        {
            publish.ProcessPublish = false;
            publish.Response.ReasonCode = MqttPubAckReasonCode.NotAuthorized;
        }
        else if (publish.ApplicationMessage.Retain && !Retained.TryKeep(plug?.UserName ?? "", topic, publish.ApplicationMessage.Payload.Length))
        {
            publish.ApplicationMessage.Retain = false;
            WarnNotKept(plug?.UserName ?? publish.ClientId);
        }
    }

    // Who does it once does it all day long.
    private void WarnNotKept(string client)
    {
        var last = Interlocked.Read(ref _warnedAt);
        if (last == 0 || clock.GetElapsedTime(last) >= WarnEvery)
        {
            Interlocked.Exchange(ref _warnedAt, clock.GetTimestamp());
            onNotKept(client);
        }
    }
}

using System.Net;
using System.Security.Cryptography;
using System.Text;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace MqttChat.Web.Mqtt;

/// <summary>
/// Who may do what on the embedded broker. The app's own sessions log in with a password that never leaves the process; nobody
/// else can take their client ids (and with them the queued reports) or speak on the app's topics.
/// </summary>
internal sealed class EmbeddedGuard(MqttOptions settings, string ownPassword)
{
    public const string OwnUser = "$app";

    /// <summary>Far above what a plug says; keeps one client from filling the memory.</summary>
    private const long MaxPayloadBytes = 1024 * 1024;

    private const string OwnItem = "own";

    private readonly OwnTopics _topics = new(settings.TopicPrefix);

    public string OwnPassword => ownPassword;

    public void Protect(MqttServer server)
    {
        server.ValidatingConnectionAsync += login =>
        {
            login.ReasonCode = Judge(login);
            if (string.IsNullOrEmpty(login.ClientId))
            {
                login.AssignedClientIdentifier = NamingAdapter.NewId();
            }

            return Task.CompletedTask;
        };
        server.InterceptingPublishAsync += publish =>
        {
            Judge(publish);
            return Task.CompletedTask;
        };
    }

    private MqttConnectReasonCode Judge(ValidatingConnectionEventArgs login)
    {
        if (login.UserName == OwnUser && Same(login.Password, ownPassword))
        {
            login.SessionItems[OwnItem] = true;
            return MqttConnectReasonCode.Success;
        }

        if (login.UserName == OwnUser || !MayEnter(login))
        {
            return MqttConnectReasonCode.BadUserNameOrPassword;
        }

        return login.ClientId?.StartsWith(settings.ClientId + "-", StringComparison.Ordinal) == true
            ? MqttConnectReasonCode.ClientIdentifierNotValid
            : MqttConnectReasonCode.Success;
    }

    /// <summary>On this machine anyone; from beyond it, and where a password is given, only with the right one.</summary>
    private bool MayEnter(ValidatingConnectionEventArgs login) =>
        settings.Password.Length == 0
            ? login.RemoteEndPoint is IPEndPoint remote && IPAddress.IsLoopback(remote.Address)
            : login.UserName == settings.Username && Same(login.Password, settings.Password);

    private void Judge(InterceptingPublishEventArgs publish)
    {
        if (publish.SessionItems.Contains(OwnItem))
        {
            return;
        }

        if (publish.ApplicationMessage.Payload.Length > MaxPayloadBytes)
        {
            publish.ProcessPublish = false;
            publish.CloseConnection = true;
        }
        else if (_topics.IsOwn(publish.ApplicationMessage.Topic))
        {
            publish.ProcessPublish = false;
            publish.Response.ReasonCode = MqttPubAckReasonCode.NotAuthorized;
        }
    }

    private static bool Same(string? given, string expected) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given ?? ""), Encoding.UTF8.GetBytes(expected));
}

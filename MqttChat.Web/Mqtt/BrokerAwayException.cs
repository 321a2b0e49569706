using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Security.Authentication;
using MQTTnet;
using MQTTnet.Adapter;
using MQTTnet.Exceptions;

namespace MqttChat.Web.Mqtt;

/// <summary>The broker cannot be reached, refused the login, or went away. The reason is one of <see cref="BrokerReasons"/>.</summary>
[SuppressMessage("Design", "CA1032", Justification = "The reason is what it is for.")]
internal sealed class BrokerAwayException(string reason, Exception? inner = null) : Exception($"Broker away: {reason}", inner)
{
    public string Reason { get; } = reason;
}

/// <summary>Why the broker is away, as stable codes; and how failures of the client library become one.</summary>
internal static class BrokerReasons
{
    public const string Unreachable = "unreachable";
    public const string Silent = "silent";
    public const string Closed = "closed";
    public const string Tls = "tls";
    public const string PortTaken = "portTaken";
    public const string Credentials = "refused.credentials";
    public const string Refused = "refused";
    public const string TakenOver = "takenOver";

    /// <summary>A refused login comes as a result code, not as an exception.</summary>
    public static string Of(MqttClientConnectResultCode code) => code switch
    {
        MqttClientConnectResultCode.BadUserNameOrPassword or MqttClientConnectResultCode.NotAuthorized
            or MqttClientConnectResultCode.Banned or MqttClientConnectResultCode.BadAuthenticationMethod => Credentials,
        _ => Refused,
    };

    /// <summary>Why a connection that stood has ended.</summary>
    public static string Of(MqttClientDisconnectedEventArgs ended) => ended.Reason switch
    {
        MqttClientDisconnectReason.SessionTakenOver => TakenOver,
        MqttClientDisconnectReason.KeepAliveTimeout => Silent,
        MqttClientDisconnectReason.NotAuthorized => Credentials,
        _ => ended.Exception is MqttCommunicationTimedOutException ? Silent : Closed,
    };

    /// <summary>Why a connection could not be made.</summary>
    public static string Of(Exception error)
    {
        for (var cause = error; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case AuthenticationException:
                    return Tls;
                case SocketException:
                    return Unreachable;
                case TimeoutException:
                    return Silent;
                case MqttConnectingFailedException { InnerException: OperationCanceledException or MqttCommunicationTimedOutException }:
                    return Silent;
            }
        }

        return Unreachable;
    }
}

using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MQTTnet.Adapter;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Server;
using MQTTnet.Server.Internal.Adapter;

namespace MqttChat.Web.Mqtt;

/// <summary>
/// The embedded broker's way in over TCP. A client that gives no id gets one (MQTT 3.1.1 and 5, 3.1.3.1), as from Mosquitto;
/// the library refuses it. A session that is to be kept needs an id of the client's own: without, 3.1.1 still refuses. Who comes
/// with a plug's name begins a new session: one that was kept may have been somebody else's, with his subscriptions and rights.
/// </summary>
internal sealed class NamingAdapter(string houseUser) : IMqttServerAdapter
{
    private MqttTcpServerAdapter _tcp = new();
    private IMqttNetLogger? _logger;

    public Func<IMqttChannelAdapter, Task>? ClientHandler { get; set; }

    public Task StartAsync(MqttServerOptions options, IMqttNetLogger logger)
    {
        _logger = logger;
        _tcp.ClientHandler = async channel =>
        {
            using var naming = new NamingChannel(channel, houseUser);
            await (ClientHandler?.Invoke(naming) ?? Task.CompletedTask).ConfigureAwait(false);
        };
        return _tcp.StartAsync(options, logger);
    }

    /// <summary>Listens elsewhere; connections that stand are not touched. Throws when it cannot, and listens nowhere then.</summary>
    public async Task MoveAsync(MqttServerOptions options)
    {
        await _tcp.StopAsync().ConfigureAwait(false);
        _tcp.Dispose();
        _tcp = new();
        await StartAsync(options, _logger!).ConfigureAwait(false);
    }

    public Task StopAsync() => _tcp.StopAsync();

    public void Dispose() => _tcp.Dispose();

    /// <summary>One client's channel: looks at its first packet and passes on all else.</summary>
    private sealed class NamingChannel(IMqttChannelAdapter inner, string houseUser) : IMqttChannelAdapter
    {
        private bool _greeted;

        public long BytesReceived => inner.BytesReceived;

        public long BytesSent => inner.BytesSent;

        public X509Certificate2? ClientCertificate => inner.ClientCertificate;

        public EndPoint RemoteEndPoint => inner.RemoteEndPoint;

        public EndPoint LocalEndPoint => inner.LocalEndPoint;

        public bool IsSecureConnection => inner.IsSecureConnection;

        public MqttPacketFormatterAdapter PacketFormatterAdapter => inner.PacketFormatterAdapter;

        public Task ConnectAsync(CancellationToken cancellationToken) => inner.ConnectAsync(cancellationToken);

        public Task DisconnectAsync(CancellationToken cancellationToken) => inner.DisconnectAsync(cancellationToken);

        public Task<MqttPacket?> ReceivePacketAsync(CancellationToken cancellationToken) =>
            _greeted ? inner.ReceivePacketAsync(cancellationToken) : ReceiveFirstAsync(cancellationToken);

        public void ResetStatistics() => inner.ResetStatistics();

        public Task SendPacketAsync(MqttPacket packet, CancellationToken cancellationToken) => inner.SendPacketAsync(packet, cancellationToken);

        public void Dispose() => inner.Dispose();

        private async Task<MqttPacket?> ReceiveFirstAsync(CancellationToken cancellationToken)
        {
            var packet = await inner.ReceivePacketAsync(cancellationToken).ConfigureAwait(false);
            _greeted = true;
            if (packet is MqttConnectPacket { Username: { Length: > 0 } user } named && user != EmbeddedGuard.OwnUser && user != houseUser)
            {
                // Nor does it keep one: nobody would ever come back to it.
                (named.CleanSession, named.SessionExpiryInterval) = (true, 0);
            }

            if (packet is MqttConnectPacket { CleanSession: true } login && string.IsNullOrEmpty(login.ClientId)
                && PacketFormatterAdapter.ProtocolVersion != MqttProtocolVersion.V500)
            {
                login.ClientId = NewId();
            }

            return packet;
        }
    }

    /// <summary>An id that no other client has and nobody can guess.</summary>
    public static string NewId() => $"auto-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12))}";
}

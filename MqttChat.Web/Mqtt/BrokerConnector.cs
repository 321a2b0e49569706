using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Net.Security;
using Microsoft.Extensions.Options;
using MQTTnet;
using MQTTnet.Formatter;

namespace MqttChat.Web.Mqtt;

/// <summary>Who connects, and with what kind of session.</summary>
internal sealed record BrokerLogin(string ClientId)
{
    /// <summary>0 for a clean session; else how long the broker keeps it without us.</summary>
    public uint SessionExpirySeconds { get; init; }

    /// <summary>How many messages may be delivered without an acknowledgement.</summary>
    public ushort ReceiveMaximum { get; init; } = 1000;

    /// <summary>The broker does not deliver what is larger.</summary>
    public uint MaximumPacketBytes { get; init; } = 64 * 1024;
}

/// <summary>Where the broker is at this moment.</summary>
internal sealed record BrokerEndpoint(string Host, int Port, string Username, string Password);

/// <summary>Makes connections to whichever broker the settings name; the embedded one is no different.</summary>
internal sealed class BrokerConnector(IOptions<MqttOptions> settings, EmbeddedBroker embedded, TimeProvider clock)
{
    private readonly MqttClientFactory _clients = new();

    /// <summary>Where the broker is looked for, as a person writes it: host and port, and nothing of the login.</summary>
    public string Address
    {
        get
        {
            var (host, port) = settings.Value is { IsEmbedded: false } named ? (named.Host.Trim(), named.Port)
                : (embedded.Endpoint?.Host ?? "localhost", embedded.Endpoint?.Port ?? settings.Value.Port);
            // A host that somebody wrote as in an address, with user and password before it.
            host = host[(host.LastIndexOf('@') + 1)..];
            return host.Contains(':', StringComparison.Ordinal) && !host.StartsWith('[') ? $"[{host}]:{port}" : $"{host}:{port}";
        }
    }

    /// <summary>
    /// Logs in; throws <see cref="BrokerAwayException"/>. <paramref name="onMessage"/> is called for one message after the
    /// other, also before this returns; it must neither wait nor throw.
    /// </summary>
    public async Task<BrokerConnection> ConnectAsync(
        BrokerLogin login, Action<MqttApplicationMessageReceivedEventArgs> onMessage, CancellationToken cancellation)
    {
        var options = Options(login, Endpoint());
        var channels = new BufferedChannels(clock);
        var client = _clients.CreateMqttClient(channels);
        client.ApplicationMessageReceivedAsync += received =>
        {
            onMessage(received);
            return Task.CompletedTask;
        };
        var connection = new BrokerConnection(client, channels, login, settings.Value.KeepAlive, clock);
        try
        {
            await connection.OpenAsync(options, cancellation).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private BrokerEndpoint Endpoint() => settings.Value.IsEmbedded
        ? embedded.Endpoint ?? throw new BrokerAwayException(embedded.Trouble)
        : new(settings.Value.Host, settings.Value.Port, settings.Value.Username, settings.Value.Password);

    private MqttClientOptions Options(BrokerLogin login, BrokerEndpoint endpoint)
    {
        var builder = new MqttClientOptionsBuilder().WithProtocolVersion(MqttProtocolVersion.V500)
            .WithClientId(login.ClientId).WithCleanStart(login.SessionExpirySeconds == 0)
            .WithSessionExpiryInterval(login.SessionExpirySeconds).WithReceiveMaximum(login.ReceiveMaximum)
            .WithMaximumPacketSize(login.MaximumPacketBytes).WithKeepAlivePeriod(settings.Value.KeepAlive)
            .WithTimeout(BrokerConnection.AnswerTimeout);
        if (endpoint.Username.Length > 0)
        {
            builder.WithCredentials(endpoint.Username, endpoint.Password);
        }

        if (settings.Value.WebSocketPath.Length > 0)
        {
            var scheme = settings.Value.UseTls ? "wss" : "ws";
            var uri = new UriBuilder(scheme, endpoint.Host, endpoint.Port, settings.Value.WebSocketPath).Uri;
            builder.WithWebSocketServer(socket => socket.WithUri(uri.ToString()));
        }
        else
        {
            builder.WithTcpServer(endpoint.Host, endpoint.Port);
        }

        return (settings.Value.UseTls ? builder.WithTlsOptions(Tls) : builder).Build();
    }

    private void Tls(MqttClientTlsOptionsBuilder tls)
    {
        tls.UseTls().WithSslProtocols(SslProtocols.None);
        if (settings.Value.CaFile.Length > 0)
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(settings.Value.CaPath);
            tls.WithCertificateValidationHandler(seen => IsSignedBy(authorities, seen));
        }
    }

    /// <summary>Nothing but the given authorities is trusted, and the name must still fit.</summary>
    private static bool IsSignedBy(X509Certificate2Collection authorities, MqttClientCertificateValidationEventArgs seen)
    {
        if (seen.Certificate is null
            || (seen.SslPolicyErrors & (SslPolicyErrors.RemoteCertificateNameMismatch | SslPolicyErrors.RemoteCertificateNotAvailable)) != 0)
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        // A house's own authority publishes no revocation list.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        foreach (var element in seen.Chain?.ChainElements.AsEnumerable() ?? [])
        {
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        using var certificate = X509CertificateLoader.LoadCertificate(seen.Certificate.GetRawCertData());
        return chain.Build(certificate);
    }
}

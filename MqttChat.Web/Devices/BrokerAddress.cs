using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using MqttChat.Web.Mqtt;

namespace MqttChat.Web.Devices;

/// <summary>The broker as a plug has to type it.</summary>
/// <param name="Host">Its name or address; null when it cannot be told from here.</param>
/// <param name="Others">Addresses that may be meant instead: this machine has several.</param>
/// <param name="Port">Its port.</param>
internal sealed record PlugAddress(string? Host, IReadOnlyList<string> Others, int Port);

/// <summary>
/// Works out what to type into a plug so that it finds the broker. What the app itself connects to is often of no use to a plug
/// (<c>localhost</c>, a container's name); then the broker is taken to be on this machine. <c>Mqtt:PlugHost</c> ends all guessing.
/// </summary>
internal sealed class BrokerAddress(IOptions<MqttOptions> settings, EmbeddedBroker embedded)
{
    private MqttOptions Mqtt => settings.Value;

    /// <summary>For somebody who reaches this site under <paramref name="site"/>.</summary>
    public PlugAddress For(Uri site)
    {
        var hosts = Hosts(site).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        return new(hosts.FirstOrDefault(), hosts.Skip(1).Take(3).ToList(), Port);
    }

    private int Port => Mqtt.PlugPort > 0 ? Mqtt.PlugPort
        : Mqtt.IsEmbedded ? embedded.Endpoint?.Port ?? Mqtt.Port
        // A WebSocket's port speaks no plain MQTT.
        : Mqtt.WebSocketPath.Length > 0 ? 1883 : Mqtt.Port;

    private IEnumerable<string> Hosts(Uri site)
    {
        if (Mqtt.PlugHost.Length > 0)
        {
            return [Mqtt.PlugHost];
        }

        if (!Mqtt.IsEmbedded && IsForPlugs(Mqtt.Host))
        {
            return [Mqtt.Host];
        }

        if (Mqtt.IsEmbedded && Mqtt.Embedded.TryParse(out var listen) && IsForPlugs(listen.Address.ToString()))
        {
            return [listen.Address.ToString()];
        }

        // A container's own addresses are the container's network's; whoever reached this page from the house knows a better one.
        string[] seen = IsForPlugs(site.Host) ? [site.Host] : [];
        var own = Environment.GetEnvironmentVariable("DOTNET_RUNNING_IN_CONTAINER") == "true" ? [] : OwnAddresses();
        return IPAddress.TryParse(site.Host, out _) ? seen.Concat(own) : own.Concat(seen);
    }

    /// <summary>A name with a dot, or an address that is more than this machine's for itself.</summary>
    private static bool IsForPlugs(string host) => IPAddress.TryParse(host.Trim('[', ']'), out var address)
        ? !IPAddress.IsLoopback(address) && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any)
        : host.Contains('.', StringComparison.Ordinal) && !host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);

    /// <summary>Those of networks that lead somewhere come first: a machine has virtual ones too.</summary>
    private static IEnumerable<string> OwnAddresses() =>
        from network in NetworkInterface.GetAllNetworkInterfaces()
        where network.OperationalStatus == OperationalStatus.Up && network.NetworkInterfaceType != NetworkInterfaceType.Loopback
        let properties = network.GetIPProperties()
        orderby properties.GatewayAddresses.Count > 0 descending
        from address in properties.UnicastAddresses
        where address.Address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address.Address)
        select address.Address.ToString();
}

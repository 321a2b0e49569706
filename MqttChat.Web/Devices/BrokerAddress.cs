using System.Net;
using MqttChat.Web.Mqtt;

namespace MqttChat.Web.Devices;

/// <summary>What to type into a plug so that it finds the broker; read from the settings under <c>Mqtt</c>.</summary>
internal sealed class BrokerAddress(IConfiguration settings, EmbeddedBroker embedded)
{
    private bool IsEmbedded => string.IsNullOrWhiteSpace(settings["Mqtt:Host"]);

    private IPEndPoint? Listen => IPEndPoint.TryParse(settings["Mqtt:Embedded:Listen"] ?? "", out var listen) ? listen : null;

    /// <summary>The broker's name or address; null when it is this machine, whose address in the house only its owner knows.</summary>
    public string? Host
    {
        get
        {
            if (!IsEmbedded)
            {
                return settings["Mqtt:Host"];
            }

            return Listen is { Address: var address } && !IPAddress.IsLoopback(address) && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any)
                ? address.ToString()
                : null;
        }
    }

    public int Port => IsEmbedded ? embedded.Endpoint?.Port ?? Listen?.Port ?? 1883 : settings.GetValue("Mqtt:Port", 1883);

    /// <summary>The embedded broker hears this machine only, until it is opened to the house's network.</summary>
    public bool IsLoopback => IsEmbedded && (Listen is null || IPAddress.IsLoopback(Listen.Address));

    public bool NeedsLogin => !string.IsNullOrWhiteSpace(settings["Mqtt:Username"]);
}

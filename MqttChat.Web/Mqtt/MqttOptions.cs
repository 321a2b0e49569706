using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace MqttChat.Web.Mqtt;

/// <summary>The settings under <c>Mqtt</c>: which broker, and how to speak to it.</summary>
public sealed class MqttOptions
{
    /// <summary>The section in the settings.</summary>
    public const string Section = "Mqtt";

    /// <summary>The broker's name or address; empty runs the broker in this process.</summary>
    public string Host { get; set; } = "";

    /// <summary>The broker's port; also the embedded one's, unless <see cref="EmbeddedOptions.Listen"/> says otherwise.</summary>
    public int Port { get; set; } = 1883;

    /// <summary>Empty logs in without one. With the embedded broker: what clients from beyond this machine must give.</summary>
    public string Username { get; set; } = "";

    /// <summary>A secret: never logged, never shown.</summary>
    public string Password { get; set; } = "";

    /// <summary>The beginning of every client id of this installation; two installations on one broker need two.</summary>
    public string ClientId { get; set; } = "mqttchat";

    /// <summary>Whether to speak TLS.</summary>
    public bool UseTls { get; set; }

    /// <summary>PEM file of the authority that signed the broker's certificate; empty trusts what the system trusts.</summary>
    public string CaFile { get; set; } = "";

    /// <summary>The path of the broker's WebSocket listener; empty speaks plain TCP.</summary>
    public string WebSocketPath { get; set; } = "";

    /// <summary>How often the broker is asked whether it still answers. 1 to 60 s.</summary>
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>0 or 1. Signals may be lost, so 0 is enough.</summary>
    public int SignalQos { get; set; }

    /// <summary>What stands before the topics of the app's own signals; may be empty.</summary>
    public string TopicPrefix { get; set; } = "mqttchat";

    /// <summary>Where to listen for plugs that nobody has adopted; empty turns discovery off.</summary>
    public IList<string> DiscoveryFilters { get; } = [];

    /// <summary>The broker's name or address as a plug has to type it, where that is another than the app's; empty works it out.</summary>
    public string PlugHost { get; set; } = "";

    /// <summary>The port that goes with it; 0 for the same.</summary>
    public int PlugPort { get; set; }

    /// <summary>The broker in this process.</summary>
    public EmbeddedOptions Embedded { get; } = new();

    /// <summary>Whether the broker runs in this process.</summary>
    public bool IsEmbedded => string.IsNullOrWhiteSpace(Host);

    /// <summary>The certificate authority's file; a relative path starts at the settings file.</summary>
    public string CaPath => Path.Combine(AppContext.BaseDirectory, CaFile);
}

/// <summary>The settings under <c>Mqtt:Embedded</c>.</summary>
public sealed class EmbeddedOptions
{
    /// <summary>
    /// Address and port; port 0 takes a free one. Empty leaves it to staff, who open the broker to the house's network on the page where
    /// plugs are connected: until then only this machine can connect.
    /// </summary>
    public string Listen { get; set; } = "";

    /// <summary>The settings decide, and not staff.</summary>
    public bool IsFixed => !string.IsNullOrWhiteSpace(Listen);

    /// <summary>Reads <see cref="Listen"/>.</summary>
    public bool TryParse([NotNullWhen(true)] out IPEndPoint? endPoint) => IPEndPoint.TryParse(Listen, out endPoint);
}
